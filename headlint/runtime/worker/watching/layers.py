"""Live modules as rules see them: kinds, widths, children."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from torch import nn

from headlint.history import Free, Known, Layer, Unknown
from headlint.runtime.worker.holes import is_hole
from headlint.zoo.layers import PASSES_WIDTH

if TYPE_CHECKING:
    from headlint.history import Width

HOLE = "it depends on a value that only exists when the script really runs"
_DEPTH = 3
_MOST_CHILDREN = 24


class Gauge(NamedTuple):
    """How a layer says its widths, and which tensors it reads: the axis that has the width, and how many axes."""

    takes: str
    gives: str
    axis: int
    ranks: tuple[int, ...]


_CONV = ("in_channels", "out_channels", 1)
_NORM = ("num_features", "", 1)
_GAUGES: tuple[tuple[type[nn.Module], Gauge], ...] = (
    (nn.Linear, Gauge("in_features", "out_features", -1, ())),
    (nn.Conv2d, Gauge(*_CONV, (4,))),
    (nn.BatchNorm2d, Gauge(*_NORM, (4,))),
    (nn.LayerNorm, Gauge("normalized_shape", "", -1, ())),
    (nn.Conv1d, Gauge(*_CONV, (3,))),
    (nn.Conv3d, Gauge(*_CONV, (5,))),
    (nn.ConvTranspose1d, Gauge(*_CONV, (3,))),
    (nn.ConvTranspose2d, Gauge(*_CONV, (4,))),
    (nn.ConvTranspose3d, Gauge(*_CONV, (5,))),
    (nn.BatchNorm1d, Gauge(*_NORM, (2, 3))),
    (nn.BatchNorm3d, Gauge(*_NORM, (5,))),
    (nn.GroupNorm, Gauge("num_channels", "", 1, ())),
)
_found: dict[type[nn.Module], Gauge | None] = {}


def gauge(module: nn.Module) -> Gauge | None:
    """How to read the widths of a layer, None for modules that have none of their own."""
    kind = type(module)
    if kind not in _found:
        own = next((gauge for base, gauge in _GAUGES if issubclass(kind, base)), None)
        is_of_maps = issubclass(kind, nn.LayerNorm) and "2d" in kind.__name__
        _found[kind] = own._replace(axis=1, ranks=(4,)) if own is not None and is_of_maps else own
    return _found[kind]


def width(module: nn.Module, name: str) -> Width:
    """The width that an attribute of a layer tells."""
    value = getattr(module, name, None)
    if isinstance(value, (tuple, list)) and len(value) == 1:
        value = value[0]
    if is_hole(value):
        return Unknown(HOLE)
    if isinstance(value, bool) or not isinstance(value, int) or value <= 0:
        return Unknown(f"its `{name}` is no whole number")
    return Known(int(value))


def layer_of(module: nn.Module, depth: int = _DEPTH) -> Layer:
    """A module as rules see it."""
    inside = list(module._modules.items()) if depth and len(module._modules) <= _MOST_CHILDREN else []
    children = tuple((name, layer_of(child, depth - 1)) for name, child in inside if child is not None)
    first, last = _widths(module)
    names = tuple(name for name, _ in module.named_parameters())
    return Layer(type(module).__name__, first, last, _axis(module), children, names)


def _widths(module: nn.Module) -> tuple[Width, Width]:
    own = gauge(module)
    if own is not None:
        first = width(module, own.takes)
        return first, width(module, own.gives) if own.gives else first
    kind = type(module).__name__
    if isinstance(module, nn.Embedding):
        return Free(), width(module, "embedding_dim")
    if kind in PASSES_WIDTH:
        return Free(), Free()
    if kind == "Flatten":
        return Free(), Unknown("Flatten joins axes")
    if isinstance(module, nn.Sequential):
        return _chained([child for child in module._modules.values() if child is not None])
    return Unknown(f"headlint doesn't know what a {kind} takes"), Unknown(f"headlint doesn't know what a {kind} gives")


def _chained(children: list[nn.Module]) -> tuple[Width, Width]:
    pairs = [_widths(child) for child in children]
    first: Width = Free()
    for one, other in pairs:
        if not isinstance(one, Free):
            first = one
            break
        if not isinstance(other, Free):
            break
    last = next((other for _, other in reversed(pairs) if not isinstance(other, Free)), Free())
    return first, last


def _axis(module: nn.Module) -> int:
    own = gauge(module)
    if own is not None:
        return own.axis
    if isinstance(module, nn.Sequential):
        inside = (found for child in module._modules.values() if child is not None if (found := _axis_of_first(child)))
        return next(inside, -1)
    return -1


def _axis_of_first(module: nn.Module) -> int:
    """The axis of a module's first width, 0 if it has none."""
    first, last = _widths(module)
    return _axis(module) if not (isinstance(first, Free) and isinstance(last, Free)) else 0
