"""Python's own functions on text, lists and dictionaries, by full name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from headlint.history import Known, Unknown
from headlint.static.binding import items_of
from headlint.static.datasets import Sized
from headlint.static.endings import WayEnds
from headlint.static.heap import Module
from headlint.static.lacking import lacks_items
from headlint.static.searching import found
from headlint.static.values import (
    NONE,
    Generator,
    Items,
    Opaque,
    Pattern,
    Table,
    Value,
    truth,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from headlint.static.calls import Call
    from headlint.static.interpreter import Interpreter

_MOST_NUMBERS = 64


def _len(interpreter: Interpreter, request: Call) -> Value:
    value = request.get(0, "")
    _must_have_items(value)
    match value:
        case Items(why="", items=items):
            return Known(len(items), names=_names(items))
        case Table(why="", entries=entries):
            return Known(len(entries), names=_texts(list(entries)) or _names(list(entries.values())))
        case Module() as module if not module.blur:
            return Known(len(module.children))
        case Known(str() as text):
            return Known(len(text))
        case Sized(count=int() as count):
            return Known(count)
        case Opaque(why=why):
            return Opaque(why)
    return Opaque("its length is only known when the script runs")


def _names(items: list[Value]) -> tuple[str, ...]:
    """The texts in a list of nothing but texts."""
    return _texts([item.value if isinstance(item, Known) else None for item in items])


def _texts(values: Sequence[object]) -> tuple[str, ...]:
    found = [value for value in values if isinstance(value, str)]
    return tuple(found) if len(found) == len(values) else ()


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
    sample = Items([Opaque("how far the loop is is not known"), items.sample], fixed=True) if items.sample else None
    return Items(pairs, why=items.why, text=items.text, sample=sample)


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

    return call(interpreter, Call(function, [item], {}, None, lambda: "a function"))


def _iter(interpreter: Interpreter, request: Call) -> Value:
    _must_have_items(request.get(0, ""))
    return _first(interpreter, request)


def _must_have_items(value: Value | None) -> None:
    """End the way where Python raises a TypeError: `len` and `iter` are how scripts ask whether a head is a list."""
    if isinstance(value, Module) and lacks_items(value):
        raise WayEnds


def _first(interpreter: Interpreter, request: Call) -> Value:
    value = request.get(0, "")
    return value if value is not None else Opaque("the call has no argument")


def _next(interpreter: Interpreter, request: Call) -> Value:
    value = request.get(0, "")
    items = value.items if isinstance(value, Generator) else value
    if isinstance(items, Opaque) and (item := items.sample()) is not None:
        return item
    return items.items[0] if isinstance(items, Items) and items.items else Opaque("what comes next is not known")


def _print(interpreter: Interpreter, request: Call) -> Value:
    return NONE


def _quantified(decides: bool) -> Callable[[Interpreter, Call], Value]:
    """`any` (decided by one true item) or `all` (decided by one false one)."""

    def quantified(interpreter: Interpreter, request: Call) -> Value:
        items = items_of(request.positional[0]) if request.positional else Items([])
        answers = [truth(item) for item in items.items]
        if decides in answers:
            return Known(decides)
        why = items.why or next((answer.why for answer in answers if isinstance(answer, Unknown)), "")
        return Opaque(why) if why else Known(not decides)

    return quantified


def _pattern(interpreter: Interpreter, request: Call) -> Value:
    match request.values:
        case [Known(value=str() as text)]:
            return Pattern(text)
    return Opaque("headlint doesn't follow this regular expression")


def _matches(method: str) -> Callable[[Interpreter, Call], Value]:
    """`re.match` and the like on plain text: whether there is a match, which is all that filters ask."""

    def matches(interpreter: Interpreter, request: Call) -> Value:
        pattern, text = request.get(0, "pattern"), request.get(1, "string")
        if isinstance(pattern, Pattern):
            pattern = Known(pattern.text)
        return found(method, pattern or NONE, text or NONE)

    return matches


def _chain(interpreter: Interpreter, request: Call) -> Value:
    parts = [items_of(value) for value in request.positional]
    why = next((part.why for part in parts if part.why), "")
    return Generator(Items([item for part in parts for item in part.items], why=why))


HANDLERS: dict[str, Callable[[Interpreter, Call], Value]] = {
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
    "numpy.arange": _range,
    "builtins.filter": _filter,
    "builtins.map": _map,
    "builtins.iter": _iter,
    "builtins.sorted": _list,
    "builtins.next": _next,
    "builtins.print": _print,
    "itertools.chain": _chain,
    "builtins.any": _quantified(True),
    "builtins.all": _quantified(False),
    "re.compile": _pattern,
    "re.match": _matches("match"),
    "re.search": _matches("search"),
    "re.fullmatch": _matches("fullmatch"),
    "tqdm.tqdm": _first,
}
