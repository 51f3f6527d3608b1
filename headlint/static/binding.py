"""Binds arguments to parameters, and values to targets."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import libcst as cst

from headlint.history import Known
from headlint.static.heap import Module
from headlint.static.values import Function, Generator, Items, Opaque, Scope, Symbol, Table, Value

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from headlint.static.interpreter import Interpreter


class Arguments(NamedTuple):
    """What a function is called with; `unpacked` says why some may be missing: `*` or `**` gave them."""

    positional: Sequence[Value]
    named: Mapping[str, Value]
    unpacked: str = ""


def bind(interpreter: Interpreter, function: Function, request: Arguments, scope: Scope) -> None:
    """Put the arguments of a call into the function's scope, and defaults for those that are missing."""
    positional, named, unpacked = request
    parameters = function.parameters
    left = list(positional)
    rest = dict(named)

    def missing(parameter: cst.Param) -> Value:
        return Opaque(unpacked) if unpacked else _default(interpreter, function, parameter)

    for parameter in (*parameters.posonly_params, *parameters.params):
        name = parameter.name.value
        if left:
            scope.names[name] = left.pop(0)
        else:
            scope.names[name] = rest.pop(name) if name in rest else missing(parameter)
    if isinstance(parameters.star_arg, cst.Param):
        scope.names[parameters.star_arg.name.value] = Items(left, fixed=not unpacked, why=unpacked)
    for parameter in parameters.kwonly_params:
        name = parameter.name.value
        scope.names[name] = rest.pop(name) if name in rest else missing(parameter)
    if parameters.star_kwarg is not None:
        scope.names[parameters.star_kwarg.name.value] = Table(dict(rest.items()), unpacked)


_KEEPS_SIGNATURE = frozenset(
    """staticmethod classmethod property torch.no_grad torch.inference_mode torch.enable_grad functools.cache
    functools.lru_cache lru_cache cache abstractmethod abc.abstractmethod override typing.override""".split()
)


def why_refused(function: Function, count: int, named: Iterable[str]) -> str:
    """Why Python refuses a call with so many positional and these named arguments, '' if it doesn't."""
    if not _KEEPS_SIGNATURE.issuperset(function.decorators):
        return ""
    parameters = function.parameters
    plain = [parameter.name.value for parameter in (*parameters.posonly_params, *parameters.params)]
    asked = {parameter.name.value: parameter.default is None for parameter in _by_name(parameters, count)}
    given = set(named)
    lacking = next((name for name, is_needed in asked.items() if is_needed and name not in given), "")
    if lacking:
        return f"`{function.name}` is called without `{lacking}`"
    if count > len(plain) and not isinstance(parameters.star_arg, cst.Param):
        return f"`{function.name}` takes {len(plain)} arguments, and is called with {count}"
    strange = next((name for name in named if name not in asked), "") if parameters.star_kwarg is None else ""
    return f"`{function.name}` takes no argument `{strange}`" if strange else ""


def _by_name(parameters: cst.Parameters, count: int) -> list[cst.Param]:
    """The parameters that `count` positional arguments leave for others."""
    return [*(*parameters.posonly_params, *parameters.params)[count:], *parameters.kwonly_params]


def _default(interpreter: Interpreter, function: Function, parameter: cst.Param) -> Value:
    if parameter.default is None:
        return Opaque(f"the caller of `{function.name}` decides what `{parameter.name.value}` is")
    before = interpreter.scope, interpreter.places, interpreter.statement
    interpreter.scope, interpreter.places = function.scope, function.places
    interpreter.statement = function.home or function.statement
    try:
        return interpreter.value(parameter.default)
    finally:
        interpreter.scope, interpreter.places, interpreter.statement = before


def items_of(value: Value) -> Items:
    """The items that iterating over a value gives; none, with the reason, if that isn't known."""
    match value:
        case Generator():
            return value.use_up()
        case Items():
            return value
        case Table():
            return Items([Known(key) for key in value.entries if isinstance(key, (str, int))], why=value.why)
        case Known(str() as text):
            return Items([Known(character) for character in text])
        case Module(kind="Sequential" | "ModuleList"):
            return Items(list(value.children.values()), why=value.blur)
        case Module(kind="ModuleDict"):
            return Items([Known(name) for name in value.children], why=value.blur)
        case Opaque():
            return Items([], why=value.why, sample=value.sample())
        case Symbol():
            return Items([], why=f"headlint doesn't know what `{value.name}` holds")
    return Items([], why="headlint doesn't know what iterating over this gives")


def unpack(value: Value, targets: Sequence[cst.BaseElement]) -> list[Value]:
    """The values for the targets of an unpacking assignment."""
    items = value if isinstance(value, Items) else Items([], why="what is unpacked is not known")
    star = next((index for index, target in enumerate(targets) if isinstance(target, cst.StarredElement)), None)
    if items.why or (star is None and len(items.items) != len(targets)) or len(items.items) < len(targets) - 1:
        why = value.why if isinstance(value, Opaque) else items.why or "what is unpacked has another length"
        return [
            value.attribute(f"[{index}]") if isinstance(value, Opaque) else Opaque(why) for index in range(len(targets))
        ]
    if star is None:
        return list(items.items)
    after = len(targets) - star - 1
    middle = items.items[star : len(items.items) - after]
    return [*items.items[:star], Items(middle), *items.items[len(items.items) - after :]]
