"""Conditions that the source leaves open: which way this reading goes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst

from headlint.history import Known
from headlint.static.assumptions import Condition, Valuation, comparison, condition_of
from headlint.static.values import Items, Opaque, Value

if TYPE_CHECKING:
    from collections.abc import Sequence

    from headlint.static.interpreter import Interpreter

_MOST_CHOICES = 12


def question(interpreter: Interpreter, test: cst.BaseExpression) -> tuple[object, ...]:
    """What a condition asks: its text, and the values that its names have now."""
    values = tuple(id(interpreter.scope.find(name)) for name in interpreter.places.names(test))
    return (interpreter.text(test), values)


def guard_of(interpreter: Interpreter, node: cst.If) -> int:
    """What stands for a condition that was asked: the first `if` that asked it."""
    inner, _ = _without_not(node.test)
    return interpreter.asked_at.setdefault(question(interpreter, inner), id(node))


def _without_not(test: cst.BaseExpression) -> tuple[cst.BaseExpression, int]:
    inner, sign = test, 0
    while isinstance(inner, cst.UnaryOperation) and isinstance(inner.operator, cst.Not):
        inner, sign = inner.expression, 1 - sign
    return inner, sign


def decide_value(interpreter: Interpreter, test: cst.BaseExpression, cost: int = 1) -> int:
    """Choose a way for a condition that is open: 0 if it holds, 1 if it doesn't."""
    inner, sign = _without_not(test)
    key = question(interpreter, inner)
    if key not in interpreter.assumed:
        interpreter.keep(interpreter.scope.find(name) for name in interpreter.places.names(inner))
        interpreter.assumed[key] = _ask(interpreter, inner, cost)
    return interpreter.assumed[key] ^ sign


def answered(interpreter: Interpreter, test: cst.BaseExpression) -> bool | None:
    """The answer to a condition that follows from what was answered before, None if it is open."""
    inner, sign = _without_not(test)
    key = question(interpreter, inner)
    if key in interpreter.assumed:
        return interpreter.assumed[key] == sign
    supposed = interpreter.assumptions.roots()
    names = (interpreter.scope.find(name) for name in interpreter.places.names(test))
    if not any(isinstance(value, Opaque) and (_is_bounded(value, supposed) or value.attributes) for value in names):
        return None
    whole = condition_of(interpreter, test)
    if not any(_is_bounded(root, supposed) for root in whole.roots):
        return None
    may_hold, may_fail = (interpreter.assumptions.allow(whole, answer) for answer in (True, False))
    if may_hold is False or may_fail is False:
        return may_fail is False
    return None


def _is_bounded(value: Opaque, supposed: set[int]) -> bool:
    """Whether something is known of the values that an unknown may have."""
    return value.root.closed or id(value.root) in supposed


def suppose(interpreter: Interpreter, test: cst.BaseExpression, *, holds: bool) -> None:
    """Take a condition to be as it must be for the script to go on: `if name not in KNOWN: raise …`."""
    whole = condition_of(interpreter, test)
    if whole.roots and interpreter.assumptions.allow(whole, holds):
        interpreter.assumptions.add(whole, holds)


def _ask(interpreter: Interpreter, test: cst.BaseExpression, cost: int) -> int:
    """A new question: 0 if the condition holds on this way, 1 if it doesn't."""
    whole, text = condition_of(interpreter, test), interpreter.text(test)
    _note_tangles(interpreter, test, whole)
    subject, values = _asked_for(interpreter, test)
    if subject is None:
        return choose(interpreter, [(whole, True, text), (whole, False, f"not {text}")], cost)
    told = [
        (comparison(subject[0], value, cst.Equal()), True, f"{interpreter.text(subject[1])} is {value.value!r}")
        for value in values
    ]
    chosen = choose(interpreter, [*told, (whole, False, f"not {text}")], cost)
    if chosen < len(values):
        subject[0].bound = values[chosen]
    return 0 if chosen < len(values) else 1


def choose(interpreter: Interpreter, answers: Sequence[tuple[Condition, bool, str]], cost: int) -> int:
    """One of several answers, of those that may be given after all that was supposed before."""
    verdicts = [interpreter.assumptions.allow(condition, answer) for condition, answer, _ in answers]
    open_ = [number for number, verdict in enumerate(verdicts) if verdict is not False]
    if not open_:
        interpreter.tangled = interpreter.tangled or "the conditions on this way may exclude each other"
        open_ = list(range(len(answers)))
    open_.sort(key=lambda number: not _is_usual(*answers[number][:2]))
    chosen = open_[0]
    if len(open_) > 1:
        chosen = open_[interpreter.oracle.choose(len(open_), cost)]
        interpreter.story.append((answers[chosen][2], answers[chosen][1], answers[chosen][0].roots))
    condition, answer, _ = answers[chosen]
    interpreter.assumptions.add(condition, answer)
    return chosen


def _is_usual(condition: Condition, answer: bool) -> bool:
    """Whether a condition has this answer where its unknowns are what they are if nobody says otherwise."""
    if not condition.roots or any(root.usual is None for root in condition.roots):
        return False
    model: Valuation = {id(root): root.usual.value for root in condition.roots if root.usual is not None}
    try:
        return bool(condition.holds(model)) is answer
    except (TypeError, ValueError, IndexError, KeyError, AttributeError):
        return False


def scenario(interpreter: Interpreter) -> str:
    """The way taken, in words: of each unknown what it is, or else what it is not."""
    settled = {id(root) for _, positive, roots in interpreter.story if positive for root in roots}
    told = [
        text
        for text, positive, roots in interpreter.story
        if positive or not any(id(root) in settled for root in roots)
    ]
    return ", ".join(dict.fromkeys(told))


def choose_option(interpreter: Interpreter, value: Opaque, options: Sequence[Known]) -> Known:
    """One of the values that an unknown can have; it is taken to have it from here on."""
    name = value.label or "the key"
    answers = [(comparison(value, option, cst.Equal()), True, f"{name} is {option.value!r}") for option in options]
    value.bound = options[choose(interpreter, answers, 0)]
    return value.bound


def _asked_for(
    interpreter: Interpreter, test: cst.BaseExpression
) -> tuple[tuple[Opaque, cst.BaseExpression] | None, list[Known]]:
    """The unknown that `x == "a"`, `x in ("a", "b")` or `x == "a" or x == "b"` asks for, and the values asked about."""
    if isinstance(test, cst.BooleanOperation) and isinstance(test.operator, cst.Or):
        (left, these), (right, those) = (_asked_for(interpreter, side) for side in (test.left, test.right))
        same = left is not None and right is not None and left[0] is right[0]
        return (left, [*these, *those]) if same and len(these) + len(those) <= _MOST_CHOICES else (None, [])
    if not isinstance(test, cst.Comparison) or len(test.comparisons) != 1:
        return None, []
    target = test.comparisons[0]
    asked, right_side = interpreter.value(test.left), interpreter.value(target.comparator)
    if not isinstance(asked, Opaque):
        return None, []
    if isinstance(target.operator, cst.Equal) and isinstance(right_side, Known):
        return (asked, test.left), [right_side]
    if isinstance(target.operator, cst.In) and isinstance(right_side, Items) and not right_side.why:
        values = [item for item in right_side.items if isinstance(item, Known)]
        if len(values) == len(right_side.items) <= _MOST_CHOICES and values:
            return (asked, test.left), values
    return None, []


def _note_tangles(interpreter: Interpreter, test: cst.BaseExpression, asked: Condition) -> None:
    """Remember what a condition asks about in a way that isn't understood: another one about the same may clash."""
    chain = interpreter.statement.chain if interpreter.statement is not None else 0
    understood = {id(root) for root in asked.roots}
    supposed = interpreter.assumptions.roots()
    for name in dict.fromkeys(_subjects(test)):
        value: Value = interpreter.value(name)
        if not isinstance(value, Opaque):
            continue
        root = id(value.root)
        clashes = interpreter.asked.get(root, set()) - {chain}
        if clashes or (root not in understood and root in supposed):
            told = interpreter.text(name)
            interpreter.tangled = f"two conditions ask about `{told}` in different words, and may exclude each other"
        if root not in understood:
            interpreter.keep([value.root])
            interpreter.asked.setdefault(root, set()).add(chain)


def _subjects(node: cst.CSTNode) -> list[cst.BaseExpression]:
    """The names, attributes and items that an expression asks about: `name` in `name.lower().startswith("res")`."""
    if isinstance(node, cst.Call):
        inner = node.func.value if isinstance(node.func, cst.Attribute) else node.func
        return [*_subjects(inner), *(found for argument in node.args for found in _subjects(argument.value))]
    if isinstance(node, (cst.Name, cst.Attribute, cst.Subscript)):
        return [node]
    return [found for child in node.children for found in _subjects(child)]
