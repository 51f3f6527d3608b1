"""What the layers of `torch.nn` take and give, by their constructor's arguments, as data.

Surveyed from torch 2.14; a test builds each one with the installed torch and compares.
"""

from __future__ import annotations

from typing import NamedTuple


class Signature(NamedTuple):
    """A layer's constructor: its arguments in order, and those that say what it takes and gives ('' is any width).

    `weights` are its parameters; `bias` and `affine` name the arguments without which some of them are not made.
    """

    arguments: tuple[str, ...]
    takes: str
    gives: str
    axis: int
    weights: tuple[str, ...] = ("weight", "bias")
    switch: str = "bias"


_LINEAR = ("in_features", "out_features", "bias")
_CONV = ("in_channels", "out_channels", "kernel_size", "stride", "padding", "dilation", "groups", "bias")
_TRANSPOSED = ("in_channels", "out_channels", "kernel_size", "stride", "padding", "output_padding", "groups", "bias")
_NORM = ("num_features", "eps", "momentum", "affine", "track_running_stats")

SIGNATURES: dict[str, Signature] = {
    "Linear": Signature(_LINEAR, "in_features", "out_features", -1),
    "LazyLinear": Signature(("out_features", "bias"), "", "out_features", -1),
    **{f"Conv{n}d": Signature(_CONV, "in_channels", "out_channels", 1) for n in (1, 2, 3)},
    **{f"ConvTranspose{n}d": Signature(_TRANSPOSED, "in_channels", "out_channels", 1) for n in (1, 2, 3)},
    **{f"BatchNorm{n}d": Signature(_NORM, "num_features", "", 1, switch="affine") for n in (1, 2, 3)},
    "LayerNorm": Signature(
        ("normalized_shape", "eps", "elementwise_affine", "bias"),
        "normalized_shape",
        "",
        -1,
        switch="elementwise_affine",
    ),
    "GroupNorm": Signature(("num_groups", "num_channels", "eps", "affine"), "num_channels", "", 1, switch="affine"),
    "PReLU": Signature(("num_parameters", "init"), "", "", 1, ("weight",), ""),
}

KEEPS_SHAPE = frozenset(
    """Identity Dropout Dropout1d Dropout2d Dropout3d AlphaDropout FeatureAlphaDropout ReLU ReLU6 ELU SELU
    CELU GELU SiLU Mish Sigmoid LogSigmoid Hardsigmoid Hardswish Hardtanh Hardshrink Softshrink
    LeakyReLU RReLU Tanh Tanhshrink Softplus Softsign Threshold Softmax Softmax2d LogSoftmax Softmin""".split()
)

RESHAPES: dict[str, tuple[str, ...]] = {
    "Flatten": ("start_dim", "end_dim"),
    **{f"Adaptive{kind}Pool{n}d": ("output_size",) for kind in ("Avg", "Max") for n in (1, 2, 3)},
    **{f"AvgPool{n}d": ("kernel_size", "stride", "padding", "ceil_mode") for n in (1, 2, 3)},
    **{
        f"MaxPool{n}d": ("kernel_size", "stride", "padding", "dilation", "return_indices", "ceil_mode")
        for n in (1, 2, 3)
    },
    "Unflatten": ("dim", "unflattened_size"),
    "Upsample": ("size", "scale_factor", "mode"),
}

CONTAINERS = frozenset({"Sequential", "ModuleList", "ModuleDict"})
WRAPPERS = frozenset({"DataParallel", "DistributedDataParallel"})
