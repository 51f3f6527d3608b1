"""Comparisons of values."""

from __future__ import annotations

import libcst as cst

from headlint.history import Known
from headlint.static.heap import Module
from headlint.static.kinds import same_class
from headlint.static.values import Class, Items, Opaque, Symbol, Table, Value, why_unknown


def compare(left: Value, right: Value, operator: cst.BaseCompOp) -> Value:
    """The result of one comparison."""
    match operator:
        case cst.Equal():
            return _equal(left, right)
        case cst.NotEqual():
            return _negated(_equal(left, right))
        case cst.In():
            return _contained(left, right)
        case cst.NotIn():
            return _negated(_contained(left, right))
        case cst.Is():
            return _same(left, right)
        case cst.IsNot():
            return _negated(_same(left, right))
    return _ordered(left, right, operator)


def _negated(value: Value) -> Value:
    return Known(not value.value) if isinstance(value, Known) else value


def _unknown(left: Value, right: Value) -> Opaque:
    return Opaque(why_unknown(left) or why_unknown(right) or "headlint can't compare these")


def _equal(left: Value, right: Value) -> Value:
    if isinstance(left, Known) and isinstance(right, Known):
        return Known(left.value == right.value)
    if left is right and not isinstance(left, Opaque):
        return Known(True)
    same = same_class(left, right)
    return Known(same) if same is not None else _unknown(left, right)


def _same(left: Value, right: Value) -> Value:
    if isinstance(left, Known) and isinstance(right, Known):
        return Known(left.value is right.value or (left.value == right.value and type(left.value) is type(right.value)))
    if any(isinstance(one, Known) for one in (left, right)) and any(_is_object(one) for one in (left, right)):
        return Known(False)
    same = same_class(left, right)
    if same is not None:
        return Known(same)
    if isinstance(left, (Opaque, Symbol)) or isinstance(right, (Opaque, Symbol)):
        return Known(True) if left is right else _unknown(left, right)
    return Known(left is right)


def _is_object(value: Value) -> bool:
    return isinstance(value, Opaque) and value.is_object


def _contained(left: Value, right: Value) -> Value:
    match left, right:
        case Known(str() as part), Known(str() as text):
            return Known(part in text)
        case Known(value), Items(why=""):
            if all(isinstance(item, Known) for item in right.items):
                return Known(any(isinstance(item, Known) and item.value == value for item in right.items))
        case Known(value), Items() if any(isinstance(item, Known) and item.value == value for item in right.items):
            return Known(True)
        case Known(value), Table(why=""):
            return Known(value in right.entries)
        case _, Items(why="") if any(item is left for item in right.items):
            return Known(True)
        case ((Symbol() | Class()), Items(why="")):
            answers = {same_class(left, item) for item in right.items}
            if True in answers or None not in answers:
                return Known(True in answers)
        case Module(), Items(why="") if all(isinstance(item, Module) for item in right.items):
            return Known(False)
    return _unknown(left, right)


def _ordered(left: Value, right: Value, operator: cst.BaseCompOp) -> Value:
    if not (isinstance(left, Known) and isinstance(right, Known)):
        return _unknown(left, right)
    a, b = left.value, right.value
    if not isinstance(a, (int, float)) or not isinstance(b, (int, float)):
        return _unknown(left, right)
    match operator:
        case cst.LessThan():
            return Known(a < b)
        case cst.LessThanEqual():
            return Known(a <= b)
        case cst.GreaterThan():
            return Known(a > b)
        case cst.GreaterThanEqual():
            return Known(a >= b)
    return Opaque("headlint can't compare these")
