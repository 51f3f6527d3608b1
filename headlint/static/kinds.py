"""Of which class a module is: the class that a script wrote, or the one that its library builds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from headlint.static.heap import Module
from headlint.static.lacking import library_of
from headlint.static.library import layer_kind
from headlint.static.values import Class, Instance, Opaque, Symbol
from headlint.zoo import attributes

if TYPE_CHECKING:
    from headlint.static.values import Value

_LAYERS = "torch.nn."


def type_of(value: Value) -> Value:
    """`type(value)`, `value.__class__`."""
    if isinstance(value, Module) and value.cls is not None:
        return value.cls
    if isinstance(value, Module) and _is_told(value):
        return Symbol(_LAYERS + value.kind)
    return value.cls if isinstance(value, Instance) else Opaque("its type is only known when the script runs")


def same_class(left: Value, right: Value) -> bool | None:
    """Whether two values are the same class; None unless both are layers of `torch.nn` or classes of the script."""
    one, other = _class(left), _class(right)
    return None if one is None or other is None else one == other


def _class(value: Value) -> str | Class | None:
    if isinstance(value, Symbol):
        return layer_kind(value.name) or None
    return value if isinstance(value, Class) else None


def is_kind(module: Module, name: str) -> bool | None:
    """Whether a module is of a library's class by this name, or of one that is built on it; None if nobody knows."""
    if module.kind == name:
        return True
    if not _is_told(module):
        return None
    bases = attributes.bases(library_of(module), module.kind)
    if bases is not None:
        return name in bases
    return None if name.strip("_").rstrip("123d") in module.kind else False  # `ConvNextLayerNorm` is a `LayerNorm`


def _is_told(module: Module) -> bool:
    return module.library and not (module.blur and module.kind == "Module")
