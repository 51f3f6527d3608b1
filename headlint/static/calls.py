"""Calls: which part of the witness follows which callee."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import libcst as cst

from headlint.history import Argument, Known, Written
from headlint.static import (
    building,
    builtin_calls,
    constructors,
    frameworks,
    images,
    keeping,
    losses,
    methods,
    models,
    states,
    transforms,
)
from headlint.static.binding import items_of, why_refused
from headlint.static.endings import WayEnds
from headlint.static.escapes import hand_over, modules_in
from headlint.static.heap import Module
from headlint.static.interpreter import FORWARD
from headlint.static.layers import build, contain
from headlint.static.library import is_optimizer, layer_kind, names_builder
from headlint.static.optimizing import optimizer
from headlint.static.outputs import ACTIVATIONS
from headlint.static.tables import CONTAINERS, SIGNATURES
from headlint.static.values import (
    Bound,
    Class,
    Function,
    Items,
    Opaque,
    Partial,
    Super,
    Symbol,
    Table,
    Value,
    fact,
)
from headlint.zoo import resolve

if TYPE_CHECKING:
    from collections.abc import Callable

    from headlint.static.interpreter import Interpreter


class Call:
    """A call with its evaluated arguments. `why` is why there may be more of them, '' if there are not."""

    __slots__ = ("callee", "named", "node", "positional", "spell", "why")

    def __init__(
        self,
        callee: Value,
        positional: list[Value],
        named: dict[str, Value],
        node: cst.Call | None,
        spell: Callable[[], str],
    ) -> None:
        self.callee = callee
        self.positional = positional
        self.named = named
        self.node = node
        self.spell = spell
        self.why = ""

    @property
    def text(self) -> str:
        """The callee as the source spells it."""
        return self.spell()

    def get(self, position: int, name: str) -> Value | None:
        """An argument by position or by name."""
        if name in self.named:
            return self.named[name]
        return self.positional[position] if 0 <= position < len(self.positional) else None

    @property
    def values(self) -> list[Value]:
        return [*self.positional, *self.named.values()]


def call_node(interpreter: Interpreter, node: cst.Call) -> Value:
    """Evaluate a call as it stands in the source."""
    callee = interpreter.value(node.func)
    request = Call(callee, [], {}, node, partial(interpreter.text, node.func))
    locate = isinstance(callee, Symbol) and layer_kind(callee.name) in SIGNATURES
    for argument in node.args:
        value = interpreter.value(argument.value)
        if locate and isinstance(argument.value, cst.Integer) and isinstance(value, Known) and interpreter.statement:
            value = Known(value.value, interpreter.places.written(argument.value, interpreter.statement, literal=True))
        _add(request, argument, value)
    return call(interpreter, request)


def _add(request: Call, argument: cst.Arg, value: Value) -> None:
    if argument.star == "*":
        items = items_of(value)
        request.positional += items.items
        request.why = request.why or items.why
    elif argument.star == "**":
        if isinstance(value, Table):
            request.named.update({str(key): item for key, item in value.entries.items()})
            request.why = request.why or value.why
        else:
            request.why = request.why or getattr(value, "why", "") or "what `**` unpacks is not known"
    elif argument.keyword is not None:
        request.named[argument.keyword.value] = value
    else:
        request.positional.append(value)


def call(interpreter: Interpreter, request: Call) -> Value:
    """Evaluate a call."""
    match request.callee:
        case Symbol(name=name):
            return _library(interpreter, name, request)
        case Function() as function:
            return follow(interpreter, function, request)
        case Bound(method=Function() as function, owner=owner):
            return follow(interpreter, function, request, owner)
        case Bound(owner=Super(owner=owner), method=method):
            if method == "__init__" and isinstance(owner, Module):
                constructors.start(interpreter, owner, request)
            return Known(None)
        case Bound(owner=owner, method=str() as name):
            return methods.call_method(interpreter, owner, name, request)
        case Class() as cls:
            return building.instantiate(interpreter, cls, request)
        case Partial() as bound:
            merged = Call(
                bound.callee,
                [*bound.positional, *request.positional],
                {**bound.named, **request.named},
                request.node,
                request.spell,
            )
            merged.why = request.why
            return call(interpreter, merged)
        case transforms.Transform() as step:
            return transforms.apply(interpreter, step, request)
        case Module() as module:
            interpreter.journal.called.add(module.number)
            keeping.note_call(interpreter, module)
            images.meet(interpreter, module, next(iter(request.values), None))
            return losses.called(interpreter, module, request)
    return _of_unknown(interpreter, request)


def follow(interpreter: Interpreter, function: Function, request: Call, owner: Value | None = None) -> Value:
    """A call of one of the program's functions; the way ends at one that Python refuses."""
    count = len(request.positional) + (owner is not None)
    why = "" if request.why else why_refused(function, count, request.named)
    if not why:
        return interpreter.call_function(function, request.positional, request.named, owner, request.why)
    refused = interpreter.opaque(why)
    if interpreter.guarded:
        return refused
    raise WayEnds


def _of_unknown(interpreter: Interpreter, request: Call) -> Value:
    """A call of something unknown: the same one gives the same each time, so that `name.lower()` is one value."""
    callee = request.callee
    plain = [value.value for value in request.positional if isinstance(value, Known)]
    if not isinstance(callee, Opaque) or not callee.steps or len(plain) < len(request.values):
        return hand_over(interpreter, request, request.text)
    key = f"({plain!r})"
    if key not in callee.attributes:
        made = hand_over(interpreter, request, request.text)
        if isinstance(made, Opaque):
            made.derive(callee, ("()", tuple(plain)))
            made.made = False
        callee.attributes[key] = made
    return callee.attributes[key]


def _library(interpreter: Interpreter, name: str, request: Call) -> Value:
    handler = builtin_calls.HANDLERS.get(name)
    if handler is not None:
        return handler(interpreter, request)
    made = _by_library(interpreter, name, request)
    if made is not None:
        return made
    kind = layer_kind(name)
    if kind:
        return _layer(interpreter, kind, request)
    if is_optimizer(name):
        return optimizer(interpreter, name, request)
    builder = resolve(name)
    if builder is None and names_builder(name) and not any(modules_in(request.values)):
        builder = "torchvision", name.rpartition(".")[2]
    if builder is not None and builder[0] == "pretrainedmodels":
        return models.pretrainedmodels(interpreter, builder[1], request)
    if builder is not None:
        return building.published(interpreter, *builder, request)
    return hand_over(interpreter, request, name)


def _by_library(interpreter: Interpreter, name: str, request: Call) -> Value | None:
    """A call of something in a library that is read by a part of its own, None where that has no answer."""
    if name.startswith("transformers."):
        from headlint.static import transformers

        return transformers.library_call(interpreter, name, request)
    if cls := constructors.constructor(name):
        return constructors.built(interpreter, cls, request)
    if name.endswith(".get_state_dict"):
        return states.published(name)
    if name.startswith("fastai."):
        return frameworks.learner(interpreter, name)
    if name.startswith("peft."):
        from headlint.static import adapters

        return adapters.library_call(interpreter, name, request)
    return None


def _layer(interpreter: Interpreter, kind: str, request: Call) -> Value:
    if kind in CONTAINERS:
        return _container(interpreter, kind, request)
    if request.why:
        module = build(kind, [], {})
        module.blur = request.why
        return module
    module = build(kind, request.positional, request.named)
    module.guards = tuple(interpreter.guards)
    if request.node is not None and interpreter.statement is not None:
        place = interpreter.place
        module.written = Written(place, interpreter.text(request.node))
        if interpreter.uncertain == FORWARD:
            interpreter.journal.fresh[module.number] = place
        if kind in ACTIVATIONS or kind in losses.KINDS:
            module.written = interpreter.places.written(request.node, interpreter.statement) or module.written
    return module


def _container(interpreter: Interpreter, kind: str, request: Call) -> Value:
    values = list(request.positional)
    why = request.why
    if len(values) == 1 and not isinstance(values[0], Module):
        if isinstance(values[0], Table):
            why = why or values[0].why
            children = [(str(key), child) for key, child in values[0].entries.items()]
            return building.adopt(interpreter, contain(kind, children, why))
        items = items_of(values[0])
        if kind == "ModuleList" or all(isinstance(item, Items) for item in items.items):
            values, why = items.items, why or items.why
    keeping.tell_repeated(interpreter, kind, values)
    pairs = [item.items for item in values if isinstance(item, Items) and len(item.items) == 2]
    if pairs and len(pairs) == len(values):
        children = [(str(fact(key).value) if isinstance(key, Known) else "?", child) for key, child in pairs]  # type: ignore[union-attr]  # fact() of a Known is Known
        return building.adopt(interpreter, contain(kind, children, why))
    return building.adopt(interpreter, contain(kind, [(str(index), child) for index, child in enumerate(values)], why))


def argument(interpreter: Interpreter, request: Call, index: int, name: str) -> Argument:
    """An argument of a call as an event tells it, with the text of all of it."""
    value = request.get(index, name)
    assert value is not None
    written = None
    node = argument_node(request, index, name)
    if node is not None and interpreter.statement is not None:
        written = interpreter.places.written(node, interpreter.statement)
    return Argument("" if name not in request.named else name, fact(value), written)


def spelled_argument(interpreter: Interpreter, request: Call, name: str) -> Written | None:
    """The text of a named argument, with its name."""
    node = argument_node(request, -1, name)
    if node is None or interpreter.statement is None:
        return None
    return interpreter.places.written(node, interpreter.statement)


def argument_node(request: Call, index: int, name: str) -> cst.Arg | None:
    """Where an argument of a call stands, None if it isn't written out."""
    if request.node is None:
        return None
    named = (item for item in request.node.args if item.keyword is not None and item.keyword.value == name)
    plain = [item for item in request.node.args if item.keyword is None and not item.star]
    return next(named, plain[index] if 0 <= index < len(plain) and name not in request.named else None)
