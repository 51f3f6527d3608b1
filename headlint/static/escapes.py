"""Values handed to code that headlint can't follow: what may have happened to them there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from headlint.history import Unknown
from headlint.static.devices import lose_sight
from headlint.static.frameworks import given_back, gives_back, note_finetuning
from headlint.static.heap import Module, Parameter
from headlint.static.library import builds_optimizer, leaves_model_alone, may_give_module, trains
from headlint.static.lightning import begin_fit
from headlint.static.states import States
from headlint.static.values import (
    Bound,
    Generator,
    Instance,
    Items,
    Opaque,
    Partial,
    Symbol,
    Table,
    Value,
    why_unknown,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from headlint.static.calls import Call
    from headlint.static.interpreter import Interpreter

_TRAINING_STEPS = frozenset({"backward", "manual_backward"})


def modules_in(values: Iterable[Value], depth: int = 3) -> Iterator[Module]:
    """The modules that values hold."""
    for value in values:
        match value:
            case Module():
                yield value
            case Items() if depth:
                yield from modules_in(value.items[:50], depth - 1)
            case Table() if depth:
                yield from modules_in(list(value.entries.values())[:50], depth - 1)
            case Instance() if depth:
                yield from modules_in(list(value.attributes.values())[:50], depth - 1)
            case Partial() if depth:
                yield from modules_in(value.positional, depth - 1)
            case Bound() if depth:
                yield from modules_in([value.owner], depth - 1)


def hand_over(interpreter: Interpreter, request: Call, name: str) -> Value:
    """A call of something that can't be followed, named `name`."""
    if interpreter.is_fed:
        return interpreter.opaque(why_unknown(request.callee) or f"headlint can't look into `{name}`")
    callee = request.callee
    name = callee.maker or name if isinstance(callee, Opaque) else name
    if gives_back(name):
        lose_sight(modules_in(request.values), f"`{name}` moves it")
        return given_back(request)
    note_finetuning(interpreter, name)
    values = request.values
    owner = request.callee.owner if isinstance(request.callee, Bound) else None
    modules = list(modules_in([*values, owner] if owner is not None else values))
    if name.rpartition(".")[2] in _TRAINING_STEPS:
        interpreter.train([])
    if modules and trains(name):
        if name.endswith(".fit"):
            begin_fit(interpreter, modules)
        lose_sight(modules, f"`{name}` may move it")
        interpreter.train(modules)
    if modules and builds_optimizer(name):
        interpreter.journal.doubt_optimizers(f"`{name}` may have put the parameters into an optimizer")
    if not leaves_model_alone(name) and not trains(name):
        for module in modules:
            interpreter.journal.escaped(module, interpreter.place, name)
        _blur_parameters(values, name)
    for value in values:
        if isinstance(value, States):
            value.changed = True
    shown = name if len(name) < 60 else f"{name[:57]}…"
    result = interpreter.opaque(why_unknown(request.callee) or f"headlint can't look into `{shown}`")
    result.maker = name if isinstance(callee, Symbol) else ""
    result.made = may_give_module(result.maker)
    return result


def _blur_parameters(values: Iterable[Value], name: str) -> None:
    for value in values:
        if isinstance(value, (Items, Table)) and not getattr(value, "fixed", False):
            value.why = value.why or f"`{name}` may have changed it"
        items = value.items if isinstance(value, Generator) else value
        for item in items.items if isinstance(items, Items) else [items]:
            if isinstance(item, Parameter):
                item.trainable = Unknown(f"`{name}` may have changed it")
