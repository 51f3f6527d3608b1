"""What a way through a script supposes of unknown values, and whether any values bear all of it out.

A condition that is open is asked as a `Condition`: a predicate on the plain values that its unknowns might have. A way
answers one after the other; an answer that no value bears out together with those before is no way through the script.
"""

from __future__ import annotations

import operator
from itertools import islice, product
from typing import TYPE_CHECKING, Any, TypeAlias

import libcst as cst

from headlint.history import Known
from headlint.static.values import Items, Opaque, Table, Value, truth

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from headlint.static.interpreter import Interpreter

Valuation: TypeAlias = "dict[int, object]"

_MOST_TRIED = 2_000
_MOST_JOINED = 8
_ANYTHING: tuple[object, ...] = ("another value", "", None, True, False, 0, 1)


class Condition:
    """A predicate on unknowns, which are its `roots`; `constants` are what it compares them with."""

    __slots__ = ("constants", "holds", "roots")

    def __init__(
        self, holds: Callable[[Valuation], object], roots: Iterable[Opaque], constants: Iterable[object]
    ) -> None:
        self.holds = holds
        self.roots = tuple(dict.fromkeys(roots))
        self.constants = tuple(dict.fromkeys(constants))


class Assumptions:
    """What one way through a script has supposed so far."""

    def __init__(self) -> None:
        self._made: list[tuple[Condition, bool]] = []
        self._model: Valuation = {}
        self._held: list[Opaque] = []

    def roots(self) -> set[int]:
        """The unknowns of which something is supposed."""
        return {id(root) for condition, _ in self._made for root in condition.roots}

    def add(self, condition: Condition, answer: bool) -> None:
        """Suppose that a condition holds, or that it doesn't."""
        self._made.append((condition, answer))

    def allow(self, condition: Condition, answer: bool) -> bool | None:
        """Whether a condition may have this answer, after all that was supposed; None if that can't be found out."""
        relevant = self._relevant(condition)
        wanted = [*relevant, (condition, answer)]
        roots = list({id(root): root for one, _ in wanted for root in one.roots}.values())
        if all(self._has_value(root) for root in roots) and _bears_out(wanted, self._model):
            return True
        columns = [list(_candidates(root, wanted)) for root in roots]
        combinations = product(*columns)
        for values in islice(combinations, _MOST_TRIED):
            model = {id(root): value for root, value in zip(roots, values, strict=True)}
            if _bears_out(wanted, model):
                self._model.update(model)
                self._held += roots
                return True
        return None if next(combinations, None) else False

    def _has_value(self, root: Opaque) -> bool:
        """Whether a value that bore out what was supposed so far is still one that an unknown may have."""
        known = id(root) in self._model
        return known and (root.bound is None or root.bound.value == self._model[id(root)])

    def _relevant(self, condition: Condition) -> list[tuple[Condition, bool]]:
        """The suppositions that share an unknown with a condition, directly or by way of others."""
        reached = {id(root) for root in condition.roots}
        found: list[tuple[Condition, bool]] = []
        left = list(self._made)
        while True:
            near = [one for one in left if any(id(root) in reached for root in one[0].roots)]
            if not near:
                return found
            found += near
            left = [one for one in left if one not in near]
            reached |= {id(root) for one, _ in near for root in one.roots}


def _bears_out(wanted: Sequence[tuple[Condition, bool]], model: Valuation) -> bool:
    try:
        return all(bool(condition.holds(model)) is answer for condition, answer in wanted)
    except (TypeError, ValueError, IndexError, KeyError, AttributeError):
        return False


def _candidates(root: Opaque, wanted: Sequence[tuple[Condition, bool]]) -> Iterator[object]:
    """Values that an unknown might have, those that are likely to bear out the most first."""
    if root.bound is not None:
        yield root.bound.value
        return
    if root.closed:
        yield from (option.value for option in root.options)
        return
    constants = list(dict.fromkeys(value for one, _ in wanted if root in one.roots for value in one.constants))
    others = [value for one, _ in wanted if root not in one.roots for value in one.constants]
    yield from (option.value for option in root.options)
    yield from constants
    yield from _ANYTHING
    texts = [value for value in constants if isinstance(value, str)]
    yield from (value + step for value in constants if type(value) in {int, float} for step in (-1, 1))  # type: ignore[operator]  # numbers
    yield "".join(texts)
    for first, second in product(texts[:_MOST_JOINED], repeat=2):
        yield first + second
    # what unknowns of the same questions are compared with: `key in columns` asks about both
    yield from others
    yield "".join(value for value in others if isinstance(value, str))


# ---- conditions as the source writes them


def unrelated() -> Condition:
    """A question about nothing that others ask about."""
    return truth_of(Opaque("it is asked in a way that headlint doesn't follow"))


def condition_of(interpreter: Interpreter, test: cst.BaseExpression) -> Condition:
    """What a test asks of unknowns."""
    match test:
        case cst.UnaryOperation(operator=cst.Not(), expression=inner):
            one = condition_of(interpreter, inner)
            return Condition(lambda model: not one.holds(model), one.roots, one.constants)
        case cst.BooleanOperation():
            return _joined(interpreter, test)
        case cst.Comparison() if len(test.comparisons) == 1:
            target = test.comparisons[0]
            return comparison(interpreter.value(test.left), interpreter.value(target.comparator), target.operator)
    return truth_of(interpreter.value(test))


def _joined(interpreter: Interpreter, test: cst.BooleanOperation) -> Condition:
    left, right = condition_of(interpreter, test.left), condition_of(interpreter, test.right)
    roots, constants = (*left.roots, *right.roots), (*left.constants, *right.constants)
    if isinstance(test.operator, cst.And):
        return Condition(lambda model: left.holds(model) and right.holds(model), roots, constants)
    return Condition(lambda model: left.holds(model) or right.holds(model), roots, constants)


def truth_of(value: Value) -> Condition:
    """The question whether a value counts as true."""
    answer = truth(value)
    if isinstance(answer, bool):
        return Condition(lambda _: answer, (), ())
    unknown = value if isinstance(value, Opaque) else Opaque(answer.why)
    return Condition(unknown.of, (unknown.root,), unknown.constants)


_OPERATORS: dict[type[cst.BaseCompOp], Callable[[Any, Any], object]] = {
    cst.Equal: operator.eq,
    cst.NotEqual: operator.ne,
    cst.Is: operator.is_,
    cst.IsNot: operator.is_not,
    cst.LessThan: operator.lt,
    cst.LessThanEqual: operator.le,
    cst.GreaterThan: operator.gt,
    cst.GreaterThanEqual: operator.ge,
    cst.In: lambda left, right: left in right,
    cst.NotIn: lambda left, right: left not in right,
}


def comparison(left: Value, right: Value, sign: cst.BaseCompOp) -> Condition:
    """What a comparison asks: of an unknown and plain values; of anything else, a question of its own."""
    compare = _OPERATORS.get(type(sign))
    one, other = _side(left), _side(right)
    if compare is None or one is None or other is None:
        return unrelated()
    (read_left, left_roots, left_constants), (read_right, right_roots, right_constants) = one, other
    return Condition(
        lambda model: compare(read_left(model), read_right(model)),
        (*left_roots, *right_roots),
        (*left_constants, *right_constants),
    )


_Side: TypeAlias = "tuple[Callable[[Valuation], object], tuple[Opaque, ...], tuple[object, ...]]"


def _side(value: Value) -> _Side | None:
    if isinstance(value, Opaque):
        return value.of, (value.root,), value.constants
    plain = _plain(value)
    if plain is None:
        return None
    constants = plain[0] if isinstance(plain[0], tuple) else plain
    return lambda _: plain[0], (), constants


def _plain(value: Value) -> tuple[object] | None:
    """A plain value of Python for a value, in a tuple; None if it is none."""
    match value:
        case Known(plain):
            return (plain,)
        case Items(why="", items=items) if all(isinstance(item, Known) for item in items):
            return (tuple(item.value for item in items if isinstance(item, Known)),)
        case Table(why="", entries=entries):
            return (tuple(entries),)
    return None
