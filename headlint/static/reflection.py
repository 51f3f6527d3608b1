"""What a program reaches by name while it runs: `eval`, `globals()`, `vars(…)`, `importlib.import_module`, `reduce`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst

from headlint.history import Known
from headlint.static.binding import items_of
from headlint.static.escapes import hand_over
from headlint.static.heap import Module
from headlint.static.imports import imported_module
from headlint.static.values import Bound, Function, Instance, Opaque, Symbol, Table, Value

if TYPE_CHECKING:
    from collections.abc import Callable

    from headlint.static.calls import Call
    from headlint.static.interpreter import Interpreter

_LONGEST = 200
_HIDES_MORE = "what other names there are is only known when the script runs"


def _eval(interpreter: Interpreter, request: Call) -> Value:
    """`eval("models.resnet18")`: the expression that a known text spells."""
    match request.values:
        case [Known(value=str() as text)] if len(text) < _LONGEST:
            try:
                node = cst.parse_expression(text.strip())
            except (cst.ParserSyntaxError, RecursionError):
                return interpreter.opaque("the text that `eval` gets is no expression")
            return interpreter.value(node)
        case [Opaque() as text]:
            return interpreter.opaque(text.why)
    return hand_over(interpreter, request, "eval")


def _table(names: dict[str, Value], why: str = "") -> Table:
    entries: dict[object, Value] = {}
    entries.update(names)
    return Table(entries, why)


def _globals(interpreter: Interpreter, request: Call) -> Value:
    return _table(interpreter.scope.top.names, _HIDES_MORE)


def _locals(interpreter: Interpreter, request: Call) -> Value:
    return _table(interpreter.scope.names, _HIDES_MORE)


def _vars(interpreter: Interpreter, request: Call) -> Value:
    """`vars(models)`, `vars(args)`: the attributes under their names."""
    owner = request.get(0, "")
    match owner:
        case None:
            return _locals(interpreter, request)
        case Symbol(name=name):
            return Symbol(f"{name}.__dict__")
        case Instance():
            return _table(owner.attributes)
        case Opaque():
            made = Opaque(owner.why)
            made.attributes = {f"[{name!r}]": value for name, value in owner.attributes.items() if name[:1] != "["}
            return made
    return hand_over(interpreter, request, "vars")


def _import_module(interpreter: Interpreter, request: Call) -> Value:
    match request.values:
        case [Known(value=str() as name)]:
            return imported_module(interpreter, name)
    return hand_over(interpreter, request, "importlib.import_module")


def _reduce(interpreter: Interpreter, request: Call) -> Value:
    """`functools.reduce(getattr, path.split("."), model)`."""
    from headlint.static.calls import Call, call

    match request.positional:
        case [function, many, value] if not (items := items_of(many)).why:
            for item in items.items:
                value = call(interpreter, Call(function, [value, item], {}, None, lambda: "a function"))
            return value
    return hand_over(interpreter, request, "functools.reduce")


def _method_type(interpreter: Interpreter, request: Call) -> Value:
    """`types.MethodType(function, model)`: a function as a method of one object."""
    match request.positional:
        case [Function() as function, Module() as owner]:
            return Bound(owner, function)
    return hand_over(interpreter, request, "types.MethodType")


HANDLERS: dict[str, Callable[[Interpreter, Call], Value]] = {
    "builtins.eval": _eval,
    "builtins.globals": _globals,
    "builtins.locals": _locals,
    "builtins.vars": _vars,
    "importlib.import_module": _import_module,
    "functools.reduce": _reduce,
    "types.MethodType": _method_type,
}
