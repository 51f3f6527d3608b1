"""Comprehensions and generator expressions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import libcst as cst

from headlint.history import Known
from headlint.static.values import Generator, Items, Scope, Table, Value, truth, why_unknown

if TYPE_CHECKING:
    from collections.abc import Callable

    from headlint.static.interpreter import Interpreter

_MOST_ITEMS = 4_000


def _comprehended(interpreter: Interpreter, node: cst.BaseSimpleComp) -> Items:
    before = interpreter.scope
    interpreter.scope = Scope(before)
    items: list[Value] = []
    try:
        why = _gather(interpreter, node.for_in, lambda: items.append(interpreter.value(node.elt)))
    finally:
        interpreter.scope = before
    return Items(items, why=why, text=interpreter.text(node.for_in.iter))


def _gather(interpreter: Interpreter, clause: cst.CompFor, take: Callable[[], None]) -> str:
    """Call `take` for each item that a comprehension's clauses let through; the reason if some are not known."""
    from headlint.static.statements import assign

    source = interpreter.iterate(clause.iter)
    why = source.why
    for item in source.items[:_MOST_ITEMS]:
        assign(interpreter, clause.target, item)
        passes = [truth(interpreter.value(condition.test)) for condition in clause.ifs]
        if False in passes:
            continue
        unknown = next((answer.why for answer in passes if not isinstance(answer, bool)), "")
        if unknown:
            why = why or unknown
        elif clause.inner_for_in is not None:
            why = why or _gather(interpreter, clause.inner_for_in, take)
        else:
            take()
    return why


def _list_comprehension(interpreter: Interpreter, node: cst.ListComp | cst.SetComp) -> Value:
    return _comprehended(interpreter, node)


def _generator(interpreter: Interpreter, node: cst.GeneratorExp) -> Value:
    return Generator(_comprehended(interpreter, node))


def _dict_comprehension(interpreter: Interpreter, node: cst.DictComp) -> Value:
    before = interpreter.scope
    interpreter.scope = Scope(before)
    entries: dict[object, Value] = {}
    unknown_keys: list[str] = []

    def take() -> None:
        key = interpreter.value(node.key)
        value = interpreter.value(node.value)
        if isinstance(key, Known):
            entries[key.value] = value
        else:
            unknown_keys.append(why_unknown(key) or "one of its keys is not known")

    try:
        why = _gather(interpreter, node.for_in, take)
    finally:
        interpreter.scope = before
    return Table(entries, why or next(iter(unknown_keys), ""))


HANDLERS: dict[type[cst.BaseExpression], Callable[[Interpreter, Any], Value]] = {
    cst.ListComp: _list_comprehension,
    cst.SetComp: _list_comprehension,
    cst.GeneratorExp: _generator,
    cst.DictComp: _dict_comprehension,
}
