"""Comparisons, and conditions that the source leaves open."""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst

from headlint.history import Known
from headlint.static.heap import Module
from headlint.static.values import Items, Opaque, Symbol, Table, Value, why_unknown

if TYPE_CHECKING:
    from headlint.static.interpreter import Interpreter


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
    return _unknown(left, right)


def _same(left: Value, right: Value) -> Value:
    if isinstance(left, Known) and isinstance(right, Known):
        return Known(left.value is right.value or (left.value == right.value and type(left.value) is type(right.value)))
    if isinstance(left, (Opaque, Symbol)) or isinstance(right, (Opaque, Symbol)):
        return Known(True) if left is right else _unknown(left, right)
    return Known(left is right)


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


def question(interpreter: Interpreter, test: cst.BaseExpression) -> tuple[object, ...]:
    """What a condition asks: its text, and the values that its names have now."""
    values = tuple(id(interpreter.scope.find(name)) for name in interpreter.places.names(test))
    return (interpreter.text(test), values)


def decide_value(interpreter: Interpreter, test: cst.BaseExpression, cost: int = 1) -> int:
    """Choose a way for a condition that is open: 0 if it holds, 1 if it doesn't."""
    inner, sign = test, 0
    while isinstance(inner, cst.UnaryOperation) and isinstance(inner.operator, cst.Not):
        inner, sign = inner.expression, 1 - sign
    text, key = interpreter.text(inner), question(interpreter, inner)
    if key not in interpreter.assumed:
        _note_tangles(interpreter, inner)
    subject, values = _asked_for(interpreter, inner)
    if subject is None:
        return interpreter.decide(key, (text, f"not {text}"), cost) ^ sign
    told = [f"{interpreter.text(subject[1])} is {value.value!r}" for value in values]
    chosen = interpreter.decide(key, (*told, f"not {text}"), cost)
    if chosen < len(values):
        subject[0].bound = values[chosen]
    return (0 if chosen < len(values) else 1) ^ sign


_MOST_CHOICES = 12


def _asked_for(
    interpreter: Interpreter, test: cst.BaseExpression
) -> tuple[tuple[Opaque, cst.BaseExpression] | None, list[Known]]:
    """The unknown that `x == "a"` or `x in ("a", "b")` asks for, and the values that it asks about."""
    if not isinstance(test, cst.Comparison) or len(test.comparisons) != 1:
        return None, []
    target = test.comparisons[0]
    left = interpreter.value(test.left)
    right = interpreter.value(target.comparator)
    if not isinstance(left, Opaque):
        return None, []
    if isinstance(target.operator, cst.Equal) and isinstance(right, Known):
        return (left, test.left), [right]
    if isinstance(target.operator, cst.In) and isinstance(right, Items) and not right.why:
        values = [item for item in right.items if isinstance(item, Known)]
        if len(values) == len(right.items) <= _MOST_CHOICES and values:
            return (left, test.left), values
    return None, []


def _note_tangles(interpreter: Interpreter, test: cst.BaseExpression) -> None:
    """Remember what a condition asks about; if another condition asked about it, in its own words, they may clash."""
    chain = interpreter.statement.chain if interpreter.statement is not None else 0
    for name in dict.fromkeys(_subjects(test)):
        value = interpreter.value(name)
        if isinstance(value, Opaque):
            asked = interpreter.asked.setdefault(id(value.root), set())
            if asked - {chain}:
                told = interpreter.text(name)
                interpreter.tangled = (
                    f"two conditions ask about `{told}` in different words, and may exclude each other"
                )
            asked.add(chain)


def _subjects(node: cst.CSTNode) -> list[cst.BaseExpression]:
    """The names and attributes that an expression asks about: `name` in `name.lower().startswith("res")`."""
    if isinstance(node, cst.Call):
        inner = node.func.value if isinstance(node.func, cst.Attribute) else node.func
        return [*_subjects(inner), *(found for argument in node.args for found in _subjects(argument.value))]
    if isinstance(node, (cst.Name, cst.Attribute)):
        return [node]
    return [found for child in node.children for found in _subjects(child)]
