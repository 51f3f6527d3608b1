"""Sequential and ModuleList as the lists that they are: layers appended, inserted, taken out, put together."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeGuard

import libcst as cst

from headlint.history import Known
from headlint.static.binding import items_of
from headlint.static.edits import install
from headlint.static.heap import Module
from headlint.static.layers import contain, measure, unknown_module
from headlint.static.values import NONE, Opaque, Value, why_unknown

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from headlint.static.calls import Call
    from headlint.static.interpreter import Interpreter

_LISTS = frozenset({"Sequential", "ModuleList"})
NOT_KNOWN = "a layer is deleted at an index that is not known"
"""Why the layers of a module are no longer known, as `blur` says it."""


def as_module(child: Value | None) -> Module:
    """What is put into a module, which may be unknown."""
    if isinstance(child, Module):
        return child
    return unknown_module(why_unknown(child) if child is not None else "it is missing")


def _append(interpreter: Interpreter, module: Module, request: Call) -> Value:
    extend(interpreter, module, [request.get(0, "module")], request.text.rpartition(".")[0])
    return module


def _extend(interpreter: Interpreter, module: Module, request: Call) -> Value:
    more = items_of(request.get(0, "modules") or NONE)
    module.blur = module.blur or more.why
    extend(interpreter, module, more.items, request.text.rpartition(".")[0])
    return module


def extend(interpreter: Interpreter, module: Module, layers: Sequence[Value | None], target: str) -> None:
    """Put layers behind those that a list has; `target` is the list as it is written."""
    for child in layers:
        name = str(len(module.children))
        install(interpreter, module, name, as_module(child), f"{target}[{name}]")


def _insert(interpreter: Interpreter, module: Module, request: Call) -> Value:
    index, child = request.get(0, "index"), request.get(1, "module")
    if not isinstance(index, Known) or not isinstance(index.value, int) or module.model_home()[0].origin:
        module.blur = module.blur or "a layer is put in between others"
        return module
    layers = list(module.children.values())
    layers.insert(index.value, as_module(child))
    _number_anew(module, layers)
    return module


def _pop(interpreter: Interpreter, module: Module, request: Call) -> Value:
    key = request.get(0, "key")
    layers = list(module.children.values())
    if not isinstance(key, Known) or not isinstance(key.value, int) or not -len(layers) <= key.value < len(layers):
        module.blur = module.blur or NOT_KNOWN
        return interpreter.opaque(NOT_KNOWN)
    taken = layers[key.value]
    delete_items(module, key.value)
    return taken


def _delete(interpreter: Interpreter, module: Module, request: Call) -> Value:
    key = request.get(0, "idx")
    delete_items(module, key.value if isinstance(key, Known) else None)
    return NONE


def delete_items(module: Module, key: object) -> None:
    """`del layers[2]`, `del layers[2:]`: PyTorch numbers those that remain anew, whatever they were called."""
    names = list(module.children)
    is_there = isinstance(key, slice) or (isinstance(key, int) and -len(names) <= key < len(names))
    if not is_there or module.blur:
        module.blur = module.blur or NOT_KNOWN
        return
    assert isinstance(key, (int, slice))
    gone = set(names[key] if isinstance(key, slice) else [names[key]])
    _number_anew(module, [layer for name, layer in module.children.items() if name not in gone])


def is_list(value: Value) -> TypeGuard[Module]:
    """Whether a value is a module whose layers are numbered."""
    return isinstance(value, Module) and value.kind in _LISTS


def joined(one: Value, other: Value, operator: type[cst.BaseBinaryOp]) -> Value:
    """`layers + more`: a new Sequential with the layers of both."""
    if operator is not cst.Add or not isinstance(one, Module) or not isinstance(other, Module):
        return Opaque("headlint doesn't compute this")
    layers = [*one.children.values(), *other.children.values()]
    for layer in layers:
        if layer.home is not None and layer.home[0] in (one, other) and _is_passing(layer.home[0]):
            layer.home = None
    made = contain("Sequential", [(str(number), layer) for number, layer in enumerate(layers)])
    made.blur = one.blur or other.blur
    return made


def _is_passing(module: Module) -> bool:
    """Whether a list is part of nothing, and made only to be put together with another one."""
    return module.home is None and module.origin is None and module.installation is None


def _number_anew(module: Module, layers: Sequence[Module]) -> None:
    """Give a list these layers, by their numbers; what stands elsewhere than before counts as edited."""
    before = dict(module.children)
    for name in before:
        module.remove(name)
    for number, layer in enumerate(layers):
        module.put(str(number), layer)
    home, path = module.model_home()
    if home.origin is not None:
        for name in (*before, *module.children):
            if module.children.get(name) is not before.get(name):
                home.origin.edits[f"{path}.{name}" if path else name] = module.children.get(name)
    measure(module)


METHODS: dict[str, Callable[[Interpreter, Module, Call], Value]] = {
    "append": _append,
    "extend": _extend,
    "insert": _insert,
    "pop": _pop,
    "__delitem__": _delete,
}
