"""Python's own functions and a few of the libraries', by full name."""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst

from headlint.history import Known, Unknown
from headlint.static import models
from headlint.static.attributes import attribute
from headlint.static.binding import items_of
from headlint.static.edits import delete, write
from headlint.static.heap import Module, Parameter
from headlint.static.values import (
    NONE,
    Class,
    Generator,
    Instance,
    Items,
    Opaque,
    Partial,
    Super,
    Symbol,
    Table,
    Value,
    truth,
    why_unknown,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from headlint.static.calls import Call
    from headlint.static.interpreter import Interpreter

_MOST_NUMBERS = 64


def _super(interpreter: Interpreter, request: Call) -> Value:
    function = next((frame for frame in reversed(interpreter.stack) if frame.cls is not None), None)
    if function is None or function.cls is None:
        return Opaque("`super()` stands outside a class")
    owner = interpreter.owners[-1]
    return Super(function.cls, owner) if owner is not None else Opaque("`super()` stands outside a method")


def _getattr(interpreter: Interpreter, request: Call) -> Value:
    owner, name = request.get(0, ""), request.get(1, "")
    if owner is None or not isinstance(name, Known) or not isinstance(name.value, str):
        return interpreter.opaque(why_unknown(name or NONE) or "which attribute is read is not known")
    value: Value = owner
    for part in name.value.split(".") if isinstance(owner, Module) and name.value else [name.value]:
        value = attribute(interpreter, value, part)
    return value


def _setattr(interpreter: Interpreter, request: Call) -> Value:
    owner, name, value = (request.get(index, "") for index in range(3))
    if owner is None or value is None or request.node is None or len(request.node.args) < 3:
        return NONE
    if isinstance(name, Known) and isinstance(name.value, str) and name.value.isidentifier():
        target = cst.Attribute(request.node.args[0].value, cst.Name(name.value))
        write(interpreter, owner, name.value, value, target)
    elif isinstance(owner, Module):
        owner.blur = owner.blur or "`setattr` writes an attribute whose name is not known"
    return NONE


def _delattr(interpreter: Interpreter, request: Call) -> Value:
    owner, name = request.get(0, ""), request.get(1, "")
    if owner is not None and isinstance(name, Known):
        delete(interpreter, owner, name.value)
    return NONE


def _hasattr(interpreter: Interpreter, request: Call) -> Value:
    owner, name = request.get(0, ""), request.get(1, "")
    if isinstance(owner, Module) and isinstance(name, Known) and isinstance(name.value, str):
        if name.value in owner.children or name.value in owner.parameters or name.value in owner.attributes:
            return Known(True)
        if owner.origin and owner.origin.row and not owner.blur:
            return Known(False)
        if (
            owner.library
            and not owner.blur
            and name.value in {"weight", "bias", "in_features", "out_features", "fc", "classifier"}
        ):
            return Known(name.value.endswith("features") and owner.kind == "Linear")
    return Opaque(f"whether it has the attribute is not known{_because(owner)}")


def _because(value: Value | None) -> str:
    why = why_unknown(value) if value is not None else ""
    return f": {why}" if why else ""


def _isinstance(interpreter: Interpreter, request: Call) -> Value:
    value, kinds = request.get(0, ""), request.get(1, "")
    if value is None or kinds is None:
        return Opaque("`isinstance` is called oddly")
    answers = [_is_a(value, kind) for kind in (kinds.items if isinstance(kinds, Items) else [kinds])]
    if True in answers:
        return Known(True)
    return Opaque(f"what kind of object this is is not known{_because(value)}") if None in answers else Known(False)


_FAMILIES = {"_BatchNorm": "BatchNorm", "_ConvNd": "Conv", "_NormBase": "BatchNorm", "_DropoutNd": "Dropout"}


def _is_a(value: Value, kind: Value) -> bool | None:
    if isinstance(value, Module) and isinstance(kind, Symbol):
        last = kind.name.rpartition(".")[2]
        if last == "Module":
            return True
        if value.kind == last or (last in _FAMILIES and value.kind.startswith(_FAMILIES[last])):
            return True
        return False if value.library and not (value.blur and value.kind == "Module") else None
    if isinstance(value, Module) and isinstance(kind, Class):
        return value.cls is kind or None if value.cls else False
    if isinstance(value, Known) and isinstance(kind, Symbol):
        types = {"builtins.int": int, "builtins.str": str, "builtins.float": float, "builtins.bool": bool}
        return isinstance(value.value, types[kind.name]) if kind.name in types else None
    if isinstance(value, (Items, Table)) and isinstance(kind, Symbol):
        sort = "dict" if isinstance(value, Table) else "tuple" if value.fixed else "list"
        return kind.name == f"builtins.{sort}"
    return None


def _len(interpreter: Interpreter, request: Call) -> Value:
    match request.get(0, ""):
        case Items(why="", items=items):
            return Known(len(items))
        case Table(why="", entries=entries):
            return Known(len(entries))
        case Module() as module if not module.blur:
            return Known(len(module.children))
        case Known(str() as text):
            return Known(len(text))
        case Opaque(why=why):
            return Opaque(why)
    return Opaque("its length is only known when the script runs")


def _list(interpreter: Interpreter, request: Call) -> Value:
    first = request.get(0, "")
    if first is None:
        return Items([])
    if isinstance(first, Module):
        return Items(list(first.children.values()), why=first.blur)
    items = items_of(first)
    return Items(items.items, why=items.why, text=items.text)


def _tuple(interpreter: Interpreter, request: Call) -> Value:
    made = _list(interpreter, request)
    if isinstance(made, Items):
        made.fixed = True
    return made


def _dict(interpreter: Interpreter, request: Call) -> Value:
    first = request.get(0, "")
    entries: dict[object, Value] = {}
    why = request.why
    if isinstance(first, Table):
        entries.update(first.entries)
        why = why or first.why
    elif first is not None:
        for item in items_of(first).items:
            if isinstance(item, Items) and len(item.items) == 2 and isinstance(item.items[0], Known):
                entries[item.items[0].value] = item.items[1]
            else:
                why = why or "one of its entries is not known"
        why = why or items_of(first).why
    entries.update(request.named)
    return Table(entries, why)


def _enumerate(interpreter: Interpreter, request: Call) -> Value:
    items = items_of(request.positional[0]) if request.positional else Items([])
    start = request.get(1, "start")
    first = start.value if isinstance(start, Known) and isinstance(start.value, int) else 0
    pairs = [Items([Known(first + index), item], fixed=True) for index, item in enumerate(items.items)]
    return Items(pairs, why=items.why, text=items.text)


def _zip(interpreter: Interpreter, request: Call) -> Value:
    columns = [items_of(value) for value in request.positional]
    why = next((column.why for column in columns if column.why), "")
    rows = zip(*(column.items for column in columns), strict=False)
    return Items([Items(row, fixed=True) for row in rows], why=why)


def _reversed(interpreter: Interpreter, request: Call) -> Value:
    items = items_of(request.positional[0]) if request.positional else Items([])
    return Items([] if items.why else items.items[::-1], why=items.why)


def _range(interpreter: Interpreter, request: Call) -> Value:
    bounds = [value.value for value in request.positional if isinstance(value, Known)]
    numbers = [bound for bound in bounds if isinstance(bound, int)]
    if len(numbers) != len(request.positional) or not 1 <= len(numbers) <= 3 or (len(numbers) == 3 and not numbers[2]):
        return Items([], why="how often the loop turns is not known")
    span = range(*numbers)
    if len(span) > _MOST_NUMBERS:
        return Items([], why=f"the loop turns {len(span)} times")
    return Items([Known(number) for number in span])


def _filter(interpreter: Interpreter, request: Call) -> Value:
    test, source = request.get(0, ""), request.get(1, "")
    if source is None or test is None:
        return Opaque("`filter` is called oddly")
    items = items_of(source)
    kept, why = [], items.why
    for item in items.items:
        answer = truth(_apply(interpreter, test, item) if test != NONE else item)
        if isinstance(answer, Unknown):
            why = why or answer.why
        elif answer:
            kept.append(item)
    return Generator(Items(kept, why=why, text=items.text))


def _map(interpreter: Interpreter, request: Call) -> Value:
    function, source = request.get(0, ""), request.get(1, "")
    if source is None or function is None:
        return Opaque("`map` is called oddly")
    items = items_of(source)
    return Generator(Items([_apply(interpreter, function, item) for item in items.items], why=items.why))


def _apply(interpreter: Interpreter, function: Value, item: Value) -> Value:
    from headlint.static.calls import Call, call

    return call(interpreter, Call(function, [item], {}, None, "a function"))


def _convert(kind: type[int] | type[str] | type[float]) -> Callable[[Interpreter, Call], Value]:
    def convert(interpreter: Interpreter, request: Call) -> Value:
        value = request.get(0, "")
        if isinstance(value, Known) and isinstance(value.value, (int, str, float)):
            try:
                return Known(kind(value.value))
            except (ValueError, OverflowError):
                return Opaque("the conversion fails")
        return Opaque(why_unknown(value) if value is not None else "it is only known when the script runs")

    return convert


def _extreme(pick: Callable[[Sequence[int | float]], int | float]) -> Callable[[Interpreter, Call], Value]:
    def extreme(interpreter: Interpreter, request: Call) -> Value:
        values = (
            request.positional
            if len(request.positional) > 1
            else items_of(request.positional[0]).items
            if request.positional
            else []
        )
        numbers = [
            value.value for value in values if isinstance(value, Known) and isinstance(value.value, (int, float))
        ]
        if numbers and len(numbers) == len(values):
            return Known(pick(numbers))
        return Opaque("it is only known when the script runs")

    return extreme


def _first(interpreter: Interpreter, request: Call) -> Value:
    value = request.get(0, "")
    return value if value is not None else Opaque("the call has no argument")


def _next(interpreter: Interpreter, request: Call) -> Value:
    value = request.get(0, "")
    items = value.items if isinstance(value, Generator) else value
    return items.items[0] if isinstance(items, Items) and items.items else Opaque("what comes next is not known")


def _print(interpreter: Interpreter, request: Call) -> Value:
    return NONE


def _sum(interpreter: Interpreter, request: Call) -> Value:
    source = items_of(request.positional[0]) if request.positional else Items([])
    start = request.get(1, "start")
    if isinstance(start, Items) and not source.why:
        lists = [items_of(item) for item in source.items]
        why = next((part.why for part in lists if part.why), "")
        return Items([*start.items, *(item for part in lists for item in part.items)], why=why)
    return Opaque("it is only known when the script runs")


def _partial(interpreter: Interpreter, request: Call) -> Value:
    if not request.positional:
        return Opaque("`partial` is called oddly")
    return Partial(request.positional[0], request.positional[1:], request.named)


def _type(interpreter: Interpreter, request: Call) -> Value:
    value = request.get(0, "")
    if isinstance(value, Module) and value.cls is not None:
        return value.cls
    if isinstance(value, Module) and value.library and not value.blur:
        return Symbol(f"torch.nn.{value.kind}")
    if isinstance(value, Instance):
        return value.cls
    return Opaque("its type is only known when the script runs")


def _chain(interpreter: Interpreter, request: Call) -> Value:
    parts = [items_of(value) for value in request.positional]
    why = next((part.why for part in parts if part.why), "")
    return Generator(Items([item for part in parts for item in part.items], why=why))


def _leaves(interpreter: Interpreter, request: Call) -> Value:
    from headlint.static.interpreter import WayEnds

    raise WayEnds


def _parameter(interpreter: Interpreter, request: Call) -> Value:
    parameter = Parameter(fresh=True)
    wanted = request.get(1, "requires_grad")
    if wanted is not None:
        parameter.trainable = truth(wanted)
    return parameter


HANDLERS: dict[str, Callable[[Interpreter, Call], Value]] = {
    "builtins.super": _super,
    "builtins.getattr": _getattr,
    "builtins.setattr": _setattr,
    "builtins.delattr": _delattr,
    "builtins.hasattr": _hasattr,
    "builtins.isinstance": _isinstance,
    "builtins.len": _len,
    "builtins.list": _list,
    "builtins.tuple": _tuple,
    "builtins.set": _tuple,
    "builtins.dict": _dict,
    "collections.OrderedDict": _dict,
    "builtins.enumerate": _enumerate,
    "builtins.zip": _zip,
    "builtins.reversed": _reversed,
    "builtins.range": _range,
    "builtins.filter": _filter,
    "builtins.map": _map,
    "builtins.int": _convert(int),
    "builtins.str": _convert(str),
    "builtins.float": _convert(float),
    "builtins.min": _extreme(min),
    "builtins.max": _extreme(max),
    "builtins.iter": _first,
    "builtins.sorted": _list,
    "builtins.next": _next,
    "builtins.print": _print,
    "builtins.sum": _sum,
    "builtins.type": _type,
    "functools.partial": _partial,
    "itertools.chain": _chain,
    "sys.exit": _leaves,
    "builtins.exit": _leaves,
    "builtins.quit": _leaves,
    "tqdm.tqdm": _first,
    "torch.nn.Parameter": _parameter,
    "torch.nn.parameter.Parameter": _parameter,
    **models.HANDLERS,
}
