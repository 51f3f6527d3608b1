"""Builds the modules that `nn.<kind>(…)` stands for, with the widths that their arguments say."""

from __future__ import annotations

from typing import TYPE_CHECKING

from headlint.history import Free, Known, Unknown
from headlint.static.heap import Module, Parameter
from headlint.static.tables import KEEPS_SHAPE, RESHAPES, SIGNATURES, Signature
from headlint.static.values import Items, Opaque, fact

if TYPE_CHECKING:
    from collections.abc import Sequence

    from headlint.history import Width
    from headlint.static.values import Value


def _bind(names: Sequence[str], positional: Sequence[Value], named: dict[str, Value]) -> dict[str, Value]:
    return {**dict(zip(names, positional, strict=False)), **named}


def _width(arguments: dict[str, Value], name: str, kind: str) -> Width:
    if not name:
        return Free()
    value = arguments.get(name)
    if value is None:
        return Unknown(f"the {kind} is built without `{name}`")
    if isinstance(value, Items) and len(value.items) == 1:
        value = value.items[0]
    known = fact(value)
    if isinstance(known, Known) and (isinstance(known.value, bool) or not isinstance(known.value, int)):
        return Unknown(f"`{name}` of the {kind} is no whole number")
    return known


def _is_off(value: Value | None) -> bool:
    return isinstance(value, Known) and value.value is False


def _with_signature(kind: str, signature: Signature, positional: Sequence[Value], named: dict[str, Value]) -> Module:
    arguments = _bind(signature.arguments, positional, named)
    module = Module(
        kind,
        takes=_width(arguments, signature.takes, kind),
        gives=_width(arguments, signature.gives, kind),
    )
    module.arguments = arguments
    module.axis = signature.axis
    names = list(signature.weights)
    if signature.switch and _is_off(arguments.get(signature.switch)):
        names = ["weight"] if signature.switch == "bias" else []
    elif _is_off(arguments.get("bias")) and "bias" in names:
        names.remove("bias")
    for name in names:
        module.own(name, Parameter(fresh=True))
    return module


def build(kind: str, positional: Sequence[Value], named: dict[str, Value]) -> Module:
    """The layer that `nn.<kind>(…)` builds; a kind that isn't in the tables is a module of unknown inside."""
    if kind in SIGNATURES:
        return _with_signature(kind, SIGNATURES[kind], positional, named)
    if kind in KEEPS_SHAPE:
        module = Module(kind, takes=Free(), gives=Free())
        module.arguments = _bind(("dim",), positional, named) if kind.endswith("Softmax") else {}
        return module
    if kind in RESHAPES:
        module = Module(kind, takes=Free(), gives=Unknown(f"what a {kind} gives depends on the size that arrives"))
        module.arguments = _bind(RESHAPES[kind], positional, named)
        return module
    module = Module(kind)
    if kind.endswith("Loss") and kind != "AdaptiveLogSoftmaxWithLoss":
        module.arguments = _bind(("weight",), positional, named)
        return module
    module.blur = f"headlint doesn't know the inside of a {kind}"
    return module


def contain(kind: str, children: Sequence[tuple[str, Value]], why: str = "") -> Module:
    """A container module: Sequential, ModuleList or ModuleDict. `why` is why it may hold more."""
    unknown = Unknown(f"it depends on what is in the {kind}")
    module = Module(kind, takes=unknown, gives=unknown)
    module.blur = why
    for name, child in children:
        if isinstance(child, Module):
            module.put(name, child)
        else:
            reason = child.why if isinstance(child, Opaque) else "it holds something that is no module"
            module.put(name, unknown_module(reason))
    measure(module)
    return module


def linear_width(module: Module) -> int:
    """How wide the Linear is that a module ends in, 0 if it ends otherwise."""
    layers = list(module.children.values()) if module.kind == "Sequential" and not module.blur else [module]
    match next((layer for layer in reversed(layers) if not isinstance(layer.gives, Free)), None):
        case Module(kind="Linear", gives=Known(value=int(width))):
            return width
    return 0


def unknown_module(why: str) -> Module:
    """A module of which nothing is known."""
    module = Module("Module", library=False, takes=Unknown(why), gives=Unknown(why))
    module.blur = why
    return module


def measure(container: Module) -> None:
    """Work out what a Sequential takes and gives: its first and last layers that have widths."""
    if container.kind != "Sequential":
        return
    container.takes, container.axis = _first_width(container)
    container.gives = _last_width(container)


def _first_width(container: Module) -> tuple[Width, int]:
    for child in container.children.values():
        if not isinstance(child.takes, Free):
            return child.takes, child.axis
        if not isinstance(child.gives, Free):
            return Free(), -1
    return Free(), -1


def _last_width(container: Module) -> Width:
    for child in reversed(container.children.values()):
        if not isinstance(child.gives, Free):
            return child.gives
        if not isinstance(child.takes, Free):
            return child.takes
    return Free()
