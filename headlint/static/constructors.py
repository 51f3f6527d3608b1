"""Classes of torchvision built by hand: `ResNet(Bottleneck, [3, 4, 6, 3])`, and `super().__init__(…)` in a subclass.

Surveyed from torchvision 0.29; a test builds each model with the installed one and compares.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from headlint.history import Known, Unknown
from headlint.static.layouts import LAST, Layout
from headlint.static.pins import lookup
from headlint.static.values import Class, Function, Items, Symbol, Value

if TYPE_CHECKING:
    from headlint.static.calls import Call
    from headlint.static.heap import Module
    from headlint.static.interpreter import Interpreter
    from headlint.zoo import Row

Plain: TypeAlias = "str | int | tuple[int, ...]"


class Constructor(NamedTuple):
    """A class's parameters in order, those that decide which row it builds, and the rows by those."""

    parameters: tuple[str, ...]
    defaults: dict[str, Plain]
    deciding: tuple[str, ...]
    rows: dict[tuple[Plain, ...], str]


_OF_TRANSFORMERS = ("patch_size", "num_layers", "num_heads", "hidden_dim", "mlp_dim")
_OF_EFFICIENTNETS = ((1.0, 1.0), (1.0, 1.1), (1.1, 1.2), (1.2, 1.4), (1.4, 1.8), (1.6, 2.2), (1.8, 2.6), (2.0, 3.1))
"""How wide and how deep each is against the first."""
_DEEP, _DEEPER = (3, 4, 6, 3), (3, 4, 23, 3)

CONSTRUCTORS = {
    "ResNet": Constructor(
        ("block", "layers", "num_classes", "zero_init_residual", "groups", "width_per_group"),
        {"groups": 1, "width_per_group": 64},
        ("block", "layers", "groups", "width_per_group"),
        {
            ("BasicBlock", (2, 2, 2, 2), 1, 64): "resnet18",
            ("BasicBlock", _DEEP, 1, 64): "resnet34",
            ("Bottleneck", _DEEP, 1, 64): "resnet50",
            ("Bottleneck", _DEEPER, 1, 64): "resnet101",
            ("Bottleneck", (3, 8, 36, 3), 1, 64): "resnet152",
            ("Bottleneck", _DEEP, 32, 4): "resnext50_32x4d",
            ("Bottleneck", _DEEPER, 32, 8): "resnext101_32x8d",
            ("Bottleneck", _DEEPER, 64, 4): "resnext101_64x4d",
            ("Bottleneck", _DEEPER, 32, 16): "facebookresearch/WSL-Images:resnext101_32x16d_wsl",
            ("Bottleneck", _DEEPER, 32, 32): "facebookresearch/WSL-Images:resnext101_32x32d_wsl",
            ("Bottleneck", _DEEP, 1, 128): "wide_resnet50_2",
            ("Bottleneck", _DEEPER, 1, 128): "wide_resnet101_2",
        },
    ),
    "DenseNet": Constructor(
        ("growth_rate", "block_config", "num_init_features", "bn_size", "drop_rate", "num_classes", "memory_efficient"),
        {"growth_rate": 32, "block_config": (6, 12, 24, 16), "num_init_features": 64, "bn_size": 4},
        ("growth_rate", "block_config", "num_init_features", "bn_size"),
        {
            (32, (6, 12, 24, 16), 64, 4): "densenet121",
            (48, (6, 12, 36, 24), 96, 4): "densenet161",
            (32, (6, 12, 32, 32), 64, 4): "densenet169",
            (32, (6, 12, 48, 32), 64, 4): "densenet201",
        },
    ),
    "SqueezeNet": Constructor(
        ("version", "num_classes", "dropout"),
        {"version": "1_0"},
        ("version",),
        {("1_0",): "squeezenet1_0", ("1_1",): "squeezenet1_1"},
    ),
    "AlexNet": Constructor(("num_classes", "dropout"), {}, (), {(): "alexnet"}),
    "MobileNetV2": Constructor(("num_classes",), {}, (), {(): "mobilenet_v2"}),
    "VGG": Constructor(
        ("features", "num_classes", "init_weights", "dropout"),
        {},
        ("features",),
        {
            (f"{letter}{norm}",): f"vgg{depth}{norm}"
            for letter, depth in (("A", 11), ("B", 13), ("D", 16), ("E", 19))
            for norm in ("", "_bn")
        },
    ),
    "EfficientNet": Constructor(
        ("inverted_residual_setting", "dropout", "stochastic_depth_prob", "num_classes", "norm_layer", "last_channel"),
        {"last_channel": ""},
        ("inverted_residual_setting", "last_channel"),
        {
            **{
                (f"{width} {depth}", last): f"efficientnet_b{number}"
                for number, (width, depth) in enumerate(_OF_EFFICIENTNETS)
                for last in ("", LAST)
            },
            **{(name, LAST): name for name in ("efficientnet_v2_s", "efficientnet_v2_m", "efficientnet_v2_l")},
        },
    ),
    "MobileNetV3": Constructor(
        ("inverted_residual_setting", "last_channel", "num_classes"),
        {},
        ("inverted_residual_setting", "last_channel"),
        {(name, LAST): name for name in ("mobilenet_v3_large", "mobilenet_v3_small")},
    ),
    "VisionTransformer": Constructor(
        ("image_size", *_OF_TRANSFORMERS, "dropout", "attention_dropout", "num_classes"),
        {},
        _OF_TRANSFORMERS,
        {
            (16, 12, 12, 768, 3072): "vit_b_16",
            (32, 12, 12, 768, 3072): "vit_b_32",
            (16, 24, 16, 1024, 4096): "vit_l_16",
            (32, 24, 16, 1024, 4096): "vit_l_32",
            (14, 32, 16, 1280, 5120): "vit_h_14",
        },
    ),
}
_HARMLESS = frozenset(
    """attention_dropout drop_rate dropout image_size init_weights memory_efficient num_classes
    stochastic_depth_prob zero_init_residual""".split()
)


def constructor(name: str) -> str:
    """The class of torchvision's models that a dotted name means, '' for another thing."""
    last = name.rpartition(".")[2]
    return last if name.startswith("torchvision.models.") and last in CONSTRUCTORS else ""


def built(interpreter: Interpreter, cls: str, request: Call) -> Value:
    """What a call of a class of torchvision's models builds."""
    from headlint.static.building import from_row
    from headlint.static.calls import Call

    row = _row(interpreter, cls, request)
    if isinstance(row, Unknown):
        return interpreter.opaque(row.why)
    size = _given(cls, request).get("image_size")
    named = {} if size is None else {"image_size": size}
    return from_row(interpreter, row, Call(request.callee, [], named, request.node, request.spell), False)


def _given(cls: str, request: Call) -> dict[str, Value]:
    """The arguments of a call by their names."""
    return {**dict(zip(CONSTRUCTORS[cls].parameters, request.positional, strict=False)), **request.named}


def _row(interpreter: Interpreter, cls: str, request: Call) -> Row | Unknown:
    """The row that a class of torchvision builds with the arguments of a call."""
    from headlint.zoo.options import with_classes

    made = CONSTRUCTORS[cls]
    given = _given(cls, request)
    why = request.why or (
        "it is given more than headlint knows" if len(request.positional) > len(made.parameters) else ""
    )
    strange = next((name for name in given if name not in made.deciding and name not in _HARMLESS), "")
    if why or strange:
        return Unknown(why or f"headlint doesn't know what `{strange}` makes of a {cls}")
    key = tuple(_plain(given[name]) if name in given else made.defaults.get(name) for name in made.deciding)
    name = made.rows.get(key)  # type: ignore[arg-type]  # a key with anything unknown in it is none of the table's
    row = published(interpreter, name) if name else Unknown(f"torchvision publishes no such {cls}")
    if isinstance(row, Unknown):
        return row
    match given.get("num_classes"):
        case Known(int() as classes):
            return with_classes(row, classes)
        case None:
            return row
    return Unknown("how many classes it is built for is not known")


def published(interpreter: Interpreter, name: str) -> Row | Unknown:
    """A row of torchvision, or of the repository on torch.hub that published the weights."""
    from headlint.zoo.hub import HubModel, hub, row_like

    repository, _, entry = name.rpartition(":")
    found = hub(repository, entry) if repository else None
    return row_like(found) if isinstance(found, HubModel) else lookup(interpreter, "torchvision", name)


def _plain(value: Value) -> Plain | None:
    match value:
        case Known(str() | int() as plain):
            return plain
        case Layout(key=key):
            return key
        case Symbol(name=name) if name.startswith("torchvision."):
            return name.rpartition(".")[2]
        case Items(why="", items=items):
            numbers = [item.value for item in items if isinstance(item, Known) and isinstance(item.value, int)]
            return tuple(numbers) if len(numbers) == len(items) else None
    return None


def start(interpreter: Interpreter, owner: Module, request: Call) -> None:
    """`super().__init__(…)` in a class that builds on torchvision's: its layers are those of a published model."""
    cls = owner.cls
    base = next((base for name in cls.library_bases() if (base := constructor(name))), "") if cls is not None else ""
    if cls is None or not base or owner.origin is None or owner.known_children():
        return
    row = _row(interpreter, base, request)
    if isinstance(row, Unknown) or _redefines(cls, "_make_layer"):
        owner.blur = row.why if isinstance(row, Unknown) else owner.blur
        return
    owner.take_over(row.tree)
    owner.origin.resized = "image_size" in _given(base, request)
    model = owner.origin.model
    if not _redefines(cls, "forward", "_forward_impl"):
        classes = model.classes if row.classes is None else row.classes
        owner.origin.row = row
        owner.origin.model = replace(model, name=row.name, library=row.library, classes=classes, slots=row.slots)


def _redefines(cls: Class, *names: str) -> bool:
    """Whether a class, or one of the program's between it and the library's, has a method of one of these names."""
    return any(isinstance(cls.find(name), Function) for name in names)
