"""Numbers that layers and published models tell as attributes: widths, the shapes of weights."""

from __future__ import annotations

from typing import TYPE_CHECKING

from headlint.history import Free, Known, Shape, Unknown
from headlint.static.tables import SIGNATURES
from headlint.static.values import Items, Opaque, Value

if TYPE_CHECKING:
    from headlint.history import Width
    from headlint.static.heap import Module, Parameter

WIDTHS = {
    "in_features": "takes",
    "in_channels": "takes",
    "num_features": "takes",
    "out_features": "gives",
    "out_channels": "gives",
}
_TOLD_BY_ROWS = frozenset({"num_features", "head_hidden_size"})


def width_value(width: Width, module: Module) -> Value:
    """A width as a value of the program."""
    match width:
        case Known():
            return Known(width.value)
        case Unknown(why):
            return Opaque(why)
        case Free():
            return Opaque(f"{module.kind} layers have no width of their own")


def parameter_shape(parameter: Parameter) -> Value:
    """The shape of a layer's weight or bias, as far as the layer's widths tell it."""
    module, name = parameter.holder or (None, "")
    why = "the shape of this parameter is not known"
    if module is None or module.kind not in SIGNATURES or name not in {"weight", "bias"}:
        return Opaque(why)
    takes, gives = width_value(module.takes, module), width_value(module.gives, module)
    if module.kind not in {"Linear", "LazyLinear"}:
        return Items([gives if isinstance(module.gives, Known) else takes], why=why, fixed=True)
    return Items([gives, takes] if name == "weight" else [gives], fixed=True)


def told_number(module: Module, name: str) -> Value | None:
    """A number that a published model or one of its head modules tells: `last_channel`, `num_features`."""
    origin = module.origin
    if origin is None:
        return _of_head_module(module) if name == "in_features" else _of_detector(module, name)
    if origin.row is None:
        return None
    if name == "num_classes" and isinstance(origin.model.classes, int):
        return Known(origin.model.classes)
    record = origin.row.record
    number = record.get("numbers", {}).get(name) or (record.get(name) if name in _TOLD_BY_ROWS else None)
    return Known(number) if isinstance(number, int) else None


def _of_detector(module: Module, name: str) -> Value | None:
    """A count that the head of a detector tells: `model.head.classification_head.num_anchors`."""
    home, path = module.model_home()
    row = home.origin.row if home.origin is not None else None
    number = row.record.get("numbers", {}).get(f"{path}.{name}") if row is not None and module.library else None
    return Known(number) if number is not None else None


def _of_head_module(module: Module) -> Value | None:
    """What arrives at a head of timm's own classes, which tell it as `in_features`."""
    home, path = module.model_home()
    slot = home.origin.model.slot(path) if home.origin is not None else None
    if slot is None or not module.kind.endswith("ClassifierHead") or not isinstance(slot.arrives, Shape):
        return None
    layer = module.children.get("fc")
    takes = layer.takes if layer is not None else None
    return Known(takes.value) if isinstance(takes, Known) and takes.value in slot.arrives.dims else None
