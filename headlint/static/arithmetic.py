"""Operators on plain values, lists and tensors."""

from __future__ import annotations

import operator
from typing import TYPE_CHECKING, Any

import libcst as cst

from headlint.history import Known
from headlint.static.tensors import element_wise
from headlint.static.values import Items, Opaque, Tensor, Value, why_unknown

if TYPE_CHECKING:
    from collections.abc import Callable

_LONGEST_TEXT = 10_000
_MOST_ITEMS = 4_000

_BINARY: dict[type[cst.BaseBinaryOp], Callable[[Any, Any], Any]] = {
    cst.Add: operator.add,
    cst.Subtract: operator.sub,
    cst.Multiply: operator.mul,
    cst.FloorDivide: operator.floordiv,
    cst.Divide: operator.truediv,
    cst.Modulo: operator.mod,
}


def combine(left: Value, right: Value, operation: type[cst.BaseBinaryOp]) -> Value:
    """The result of a binary operator."""
    if isinstance(left, Items) and isinstance(right, Items) and operation is cst.Add:
        return Items([*left.items, *right.items], why=left.why or right.why, fixed=left.fixed)
    if isinstance(left, Items) and isinstance(right, Known) and operation is cst.Multiply:
        return _repeated(left, right)
    if isinstance(left, Known) and isinstance(right, Known):
        return _computed(left, right, operation)
    if isinstance(left, Tensor) or isinstance(right, Tensor):
        tensor, other = (left, right) if isinstance(left, Tensor) else (right, left)
        assert isinstance(tensor, Tensor)
        return element_wise(tensor, other) if operation in _BINARY else Opaque("headlint doesn't compute this")
    return Opaque(why_unknown(left) or why_unknown(right) or "headlint doesn't compute with these values")


def _repeated(items: Items, times: Known) -> Value:
    if not isinstance(times.value, int) or times.value * len(items.items) > _MOST_ITEMS:
        return Opaque("how often the list is repeated is not known")
    return Items(items.items * times.value, why=items.why, fixed=items.fixed)


def _computed(left: Known, right: Known, operation: type[cst.BaseBinaryOp]) -> Value:
    function = _BINARY.get(operation)
    numbers = all(isinstance(side.value, (int, float)) for side in (left, right))
    texts = all(isinstance(side.value, str) for side in (left, right)) and operation is cst.Add
    if function is None or not (numbers or texts):
        return Opaque("headlint doesn't compute this")
    try:
        result = function(left.value, right.value)
    except (ArithmeticError, ValueError):
        return Opaque("the computation fails")
    too_long = isinstance(result, str) and len(result) > _LONGEST_TEXT
    return Opaque("the text is too long to follow") if too_long else Known(result)
