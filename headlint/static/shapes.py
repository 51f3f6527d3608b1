"""What shape leaves a library layer when a given shape arrives."""

from __future__ import annotations

from math import prod
from typing import TYPE_CHECKING

from headlint.history import Free, Known, Shape, Unknown
from headlint.static.tables import KEEPS_SHAPE, RESHAPES, SIGNATURES
from headlint.static.values import Items

if TYPE_CHECKING:
    from collections.abc import Callable

    from headlint.static.heap import Module
    from headlint.static.values import Value

Dims = tuple[int | str, ...]


def fits(module: Module, shape: Shape) -> bool:
    """Whether a tensor of `shape` has the width that the layer takes; true as well where that isn't known."""
    if not isinstance(module.takes, Known) or len(shape.dims) < 2:
        return True
    return shape.dims[module.axis] == module.takes.value or isinstance(shape.dims[module.axis], str)


def leaves(module: Module, shape: Shape) -> Shape | Unknown:
    """The shape that leaves a layer of `torch.nn`."""
    if module.kind in KEEPS_SHAPE:
        return shape
    if module.kind in RESHAPES:
        return _RESHAPING[module.kind](module, shape.dims) if module.kind in _RESHAPING else _pooled(module, shape.dims)
    if module.kind not in SIGNATURES:
        return Unknown(f"headlint doesn't know what shape a {module.kind} gives")
    if isinstance(module.gives, Free):
        return shape
    if isinstance(module.gives, Unknown):
        return module.gives
    return _weighted(module, shape.dims)


def _weighted(module: Module, dims: Dims) -> Shape | Unknown:
    assert isinstance(module.gives, Known)
    gives = module.gives.value
    if not isinstance(gives, int):
        return Unknown(f"what the {module.kind} gives is no whole number")
    if module.axis == -1:
        return Shape((*dims[:-1], gives))
    if "Transpose" in module.kind:
        return Unknown("headlint doesn't follow sizes through transposed convolutions")
    if len(dims) < 3:
        return Unknown(f"a {module.kind} needs a feature map, and {Shape(dims)} is none")
    kernel = module.arguments.get("kernel_size")
    stride = module.arguments.get("stride", Known(1))
    return Shape((dims[0], gives, *_slid(module, dims[2:], kernel, stride)))


def _numbers(value: Value | None, count: int) -> list[int] | None:
    if isinstance(value, Known) and isinstance(value.value, int):
        return [value.value] * count
    if isinstance(value, Items) and len(value.items) == count and not value.why:
        plain = [item.value for item in value.items if isinstance(item, Known) and isinstance(item.value, int)]
        return plain if len(plain) == count else None
    return None


def _slid(module: Module, sizes: Dims, kernel: Value | None, stride: Value | None) -> Dims:
    """The sizes that a sliding window leaves; the name `size` for one that isn't known."""
    count = len(sizes)
    arguments = module.arguments
    windows = _numbers(kernel, count)
    steps = _numbers(stride, count)
    pads = _numbers(arguments.get("padding", Known(0)), count)
    gaps = _numbers(arguments.get("dilation", Known(1)), count)
    if windows is None or steps is None or pads is None or gaps is None or "ceil_mode" in arguments or 0 in steps:
        return ("size",) * count
    return tuple(
        size if isinstance(size, str) else (size + 2 * pad - gap * (window - 1) - 1) // step + 1
        for size, window, step, pad, gap in zip(sizes, windows, steps, pads, gaps, strict=True)
    )


def _pooled(module: Module, dims: Dims) -> Shape | Unknown:
    kernel = module.arguments.get("kernel_size")
    stride = module.arguments.get("stride")
    if stride is None or stride == Known(None):
        stride = kernel
    return Shape((*dims[:2], *_slid(module, dims[2:], kernel, stride)))


def _pooled_to(module: Module, dims: Dims) -> Shape | Unknown:
    rank = int(module.kind[-2])
    sizes = _numbers(module.arguments.get("output_size"), rank)
    kept = dims[: len(dims) - rank]
    return Shape((*kept, *(sizes or ("size",) * rank)))


def _flattened(module: Module, dims: Dims) -> Shape | Unknown:
    start = _numbers(module.arguments.get("start_dim", Known(1)), 1)
    end = _numbers(module.arguments.get("end_dim", Known(-1)), 1)
    if start is None or end is None:
        return Unknown("which dimensions are flattened is not known")
    return flatten(dims, start[0], end[0])


def flatten(dims: Dims, start: int, end: int) -> Shape | Unknown:
    """`torch.flatten` on a shape."""
    first, last = start % len(dims), end % len(dims)
    merged = dims[first : last + 1]
    if len(merged) <= 1:
        return Shape(dims)
    if not all(isinstance(dim, int) for dim in merged):
        return Unknown("the size of what is flattened depends on the input")
    return Shape((*dims[:first], prod(dim for dim in merged if isinstance(dim, int)), *dims[last + 1 :]))


def _unknown(module: Module, _dims: Dims) -> Shape | Unknown:
    return Unknown(f"headlint doesn't follow sizes through {module.kind}")


_RESHAPING: dict[str, Callable[[Module, Dims], Shape | Unknown]] = {
    "Flatten": _flattened,
    "Unflatten": _unknown,
    "Upsample": _unknown,
    **{f"Adaptive{kind}Pool{n}d": _pooled_to for kind in ("Avg", "Max") for n in (1, 2, 3)},
}
