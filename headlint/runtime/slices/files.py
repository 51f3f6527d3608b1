"""A file of the user's as its lines tell it: which statement stands where, and in which loop."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from headlint.finding import Place, Span

if TYPE_CHECKING:
    from collections.abc import Callable


class File:
    """One file of the user's: its statements, and the path by which the user knows it."""

    def __init__(self, path: str, tree: ast.Module, statement_of: Callable[[int], int]) -> None:
        self.path = path
        self.statement_of = statement_of
        self._statements: dict[int, ast.stmt] = {}
        self._loops: dict[int, str] = {}
        self._read(tree, "")

    def known_as(self, path: str) -> File:
        """The same file under another path."""
        other = object.__new__(File)
        vars(other).update(vars(self), path=path)
        return other

    def _read(self, node: ast.AST, loop: str) -> None:
        """Note each statement by its first line, the innermost one where several share it, and the loop around it."""
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.stmt):
                self._statements[child.lineno] = child
                self._loops[child.lineno] = loop
            inner = ast.unparse(child.iter) if isinstance(child, (ast.For, ast.AsyncFor)) else loop
            self._read(child, "" if isinstance(child, (ast.FunctionDef, ast.ClassDef)) else inner)

    def at(self, line: int) -> Place:
        """The place of the statement that a line lies in."""
        first = self.statement_of(line)
        statement = self._statements.get(first)
        if statement is None:
            return Place(self.path, Span(line, 0, line, 0), first)
        is_compound = hasattr(statement, "body")
        last = first if is_compound else statement.end_lineno or first
        return Place(self.path, Span(first, 0, last, 0), first)

    def loop(self, line: int) -> str:
        return self._loops.get(self.statement_of(line), "")

    def statement(self, line: int) -> ast.stmt | None:
        return self._statements.get(self.statement_of(line))
