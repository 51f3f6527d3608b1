"""Python's own functions on numbers, and those of `math`, by full name."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from headlint.history import Known
from headlint.static.binding import items_of
from headlint.static.targets import number
from headlint.static.values import Items, Opaque, Value, why_unknown

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from headlint.static.calls import Call
    from headlint.static.interpreter import Interpreter


def _convert(kind: type[int] | type[str] | type[float]) -> Callable[[Interpreter, Call], Value]:
    def convert(interpreter: Interpreter, request: Call) -> Value:
        value = request.get(0, "")
        if isinstance(value, Known) and isinstance(value.value, (int, str, float)):
            try:
                return Known(kind(value.value))
            except (ValueError, OverflowError):
                return Opaque("the conversion fails")
        why = why_unknown(value) if value is not None else "it is only known when the script runs"
        return Opaque(why) if kind is str else number(kind, why)

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


def _sum(interpreter: Interpreter, request: Call) -> Value:
    source = items_of(request.positional[0]) if request.positional else Items([])
    start = request.get(1, "start")
    if isinstance(start, Items) and not source.why:
        lists = [items_of(item) for item in source.items]
        why = next((part.why for part in lists if part.why), "")
        return Items([*start.items, *(item for part in lists for item in part.items)], why=why)
    numbers = [item.value for item in source.items if isinstance(item, Known)]
    plain = [value for value in numbers if isinstance(value, (int, float))]
    first = start.value if isinstance(start, Known) else 0
    if not source.why and len(plain) == len(source.items) and isinstance(first, (int, float)):
        return Known(sum(plain, first))
    return Opaque("it is only known when the script runs")


def _computed(function: Callable[[float], float]) -> Callable[[Interpreter, Call], Value]:
    """`math.sqrt(width)` and the like, of a number that is known."""

    def compute(interpreter: Interpreter, request: Call) -> Value:
        match request.positional:
            case [Known(value=int() | float() as number)] if not request.named:
                try:
                    return Known(function(number))
                except (ValueError, OverflowError):
                    pass
        return Opaque(next(filter(None, map(why_unknown, request.values)), "") or "headlint doesn't compute this")

    return compute


HANDLERS: dict[str, Callable[[Interpreter, Call], Value]] = {
    "builtins.int": _convert(int),
    "builtins.str": _convert(str),
    "builtins.float": _convert(float),
    "builtins.min": _extreme(min),
    "builtins.max": _extreme(max),
    "builtins.sum": _sum,
    "builtins.abs": _computed(abs),
    "builtins.round": _computed(round),
    **{f"math.{name}": _computed(getattr(math, name)) for name in ("sqrt", "ceil", "floor", "log2", "log", "exp")},
    "numpy.sqrt": _computed(math.sqrt),
    "numpy.ceil": _computed(lambda number: float(math.ceil(number))),
    "numpy.floor": _computed(lambda number: float(math.floor(number))),
    "numpy.log2": _computed(math.log2),
}
