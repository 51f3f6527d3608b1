"""Names of models that are only known when the script runs: those that the script itself speaks of."""

from __future__ import annotations

import ast
from functools import cache
from typing import TYPE_CHECKING

import libcst as cst

from headlint.history import Known
from headlint.parsing import parse
from headlint.static.assumptions import comparison
from headlint.static.values import Items, Opaque, Value

if TYPE_CHECKING:
    from collections.abc import Iterator

    from headlint.static.blocks import Statement
    from headlint.static.interpreter import Interpreter

_MOST_NAMES = 24
_CASES = ("lower", "upper", "casefold", "strip")


def settle_name(interpreter: Interpreter, value: Value, node: cst.BaseExpression | None, library: str) -> Value:
    """What a model is called, on this way: one of the names that the script compares it with, if it is open."""
    found = interpreter.settle(value)
    if not isinstance(found, Opaque) or node is None:
        return found
    spoken = _spoken_of(interpreter.places.whole).at(interpreter.text(node), interpreter.statement)
    known = [Known(name) for name in spoken if _is_built(library, name)][:_MOST_NAMES]
    if not known:
        return found
    from headlint.static.questions import choose

    text = interpreter.text(node)
    answers = [(comparison(found, name, cst.Equal()), True, f"{text} is {name.value!r}") for name in known]
    answers.append((comparison(found, Items(known), cst.In()), False, f"{text} is another name"))
    chosen = choose(interpreter, answers, 0)
    interpreter.has_guessed = True
    if chosen < len(known):
        found.bound = known[chosen]
    return found.settled()


def _is_built(library: str, name: str) -> bool:
    from headlint.zoo import find
    from headlint.zoo.row import Row

    return isinstance(find(library, name), Row)


class _Spoken:
    """The texts that each expression of a script is compared with, or that are keys of what it looks up.

    A name means one thing in one function or class of the module level; `args.arch` means one thing everywhere.
    """

    def __init__(self, tree: ast.Module) -> None:
        self._parts: list[tuple[int, int, dict[str, dict[str, None]]]] = []
        self._everywhere: dict[str, dict[str, None]] = {}
        tables = {
            target.id: node.value
            for node in ast.walk(tree)
            if isinstance(node, ast.Assign) and isinstance(node.value, ast.Dict)
            for target in node.targets
            if isinstance(target, ast.Name)
        }
        for part in tree.body:
            own: dict[str, dict[str, None]] = {}
            self._parts.append((part.lineno, part.end_lineno or part.lineno, own))
            for node in ast.walk(part):
                for asked, constants in _comparisons(node, tables):
                    plain = _without_case(asked)
                    known = (own if isinstance(plain, ast.Name) else self._everywhere).setdefault(
                        ast.unparse(plain), {}
                    )
                    known.update((constant.value, None) for constant in constants if isinstance(constant.value, str))

    def at(self, asked: str, statement: Statement | None) -> tuple[str, ...]:
        """What an expression is compared with that stands in a statement."""
        line = statement.line if statement is not None else 0
        own = next((own for first, last, own in self._parts if first <= line <= last), {})
        return tuple(self._everywhere.get(asked) or own.get(asked) or ())


@cache
def _spoken_of(text: str) -> _Spoken:
    return _Spoken(parse(text))


def _comparisons(node: ast.AST, tables: dict[str, ast.Dict]) -> Iterator[tuple[ast.expr, list[ast.Constant]]]:
    match node:
        case ast.Compare(left=asked, ops=[ast.Eq() | ast.NotEq()], comparators=[ast.Constant() as constant]):
            yield asked, [constant]
        case ast.Compare(left=asked, ops=[ast.In() | ast.NotIn()], comparators=[container]):
            yield asked, _constants(container, tables)
        case ast.Subscript(value=ast.Dict() | ast.Name() as container, slice=asked):
            yield asked, _constants(container, tables)
        case ast.Match(subject=asked, cases=cases):
            yield asked, [one for case in cases for one in ast.walk(case.pattern) if isinstance(one, ast.Constant)]


def _constants(container: ast.expr, tables: dict[str, ast.Dict]) -> list[ast.Constant]:
    if isinstance(container, ast.Name):
        container = tables.get(container.id, container)
    parts = container.keys if isinstance(container, ast.Dict) else getattr(container, "elts", [])
    return [part for part in parts if isinstance(part, ast.Constant)]


def _without_case(asked: ast.expr) -> ast.expr:
    while isinstance(asked, ast.Call) and isinstance(asked.func, ast.Attribute) and asked.func.attr in _CASES:
        asked = asked.func.value
    return asked
