"""Where things stand in the text. Places are worked out only for what an event needs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst

from headlint.finding import Place, Span
from headlint.history import Written

if TYPE_CHECKING:
    import ast
    from collections.abc import Iterator

    from headlint.static.blocks import Statement


class Places:
    """The places of one text."""

    def __init__(self, path: str, text: str) -> None:
        self.path = path
        self.whole = text
        self.lines = (text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text).split("\n")
        self._spelled: dict[int, str] = {}
        self._places: dict[int, Place] = {}
        self._names: dict[int, tuple[str, ...]] = {}
        self._written: dict[int, Written | None] = {}
        self._positions: dict[int, dict[cst.CSTNode, tuple[int, int, int, int]]] = {}

    def spell(self, node: cst.CSTNode) -> str:
        """The source of a node, on one line."""
        if isinstance(node, cst.Name):
            return node.value
        if id(node) not in self._spelled:
            self._spelled[id(node)] = _spelled(self, node)
        return self._spelled[id(node)]

    def lines_of(self, tree: ast.stmt) -> str:
        """The lines of a whole statement."""
        return "\n".join(self.lines[tree.lineno - 1 : tree.end_lineno])

    def _column(self, line: int, offset: int) -> int:
        """A column that counts characters, from 1, for `ast`'s offset in UTF-8 bytes."""
        text = self.lines[line - 1]
        return offset + 1 if text.isascii() else len(text.encode()[:offset].decode(errors="replace")) + 1

    def span(self, tree: ast.stmt) -> Span:
        """The span of a statement; of a compound one, only its first line."""
        start = self._column(tree.lineno, tree.col_offset)
        if hasattr(tree, "body"):
            return Span(tree.lineno, start, tree.lineno, len(self.lines[tree.lineno - 1].rstrip()) + 1)
        end_line = tree.end_lineno or tree.lineno
        return Span(tree.lineno, start, end_line, self._column(end_line, tree.end_col_offset or 0))

    def of(self, statement: Statement) -> Place:
        """The place of a statement."""
        found = self._places.get(id(statement))
        if found is None:
            found = self._places[id(statement)] = Place(self.path, self.span(statement.tree), statement.line)
        return found

    def names(self, node: cst.CSTNode) -> tuple[str, ...]:
        """The names that an expression reads."""
        found = self._names.get(id(node))
        if found is None:
            found = self._names[id(node)] = tuple(_names(node))
        return found

    def text(self, span: Span) -> str:
        """The text that a span covers."""
        lines = self.lines[span.line - 1 : span.end_line]
        if not lines:
            return ""
        lines[-1] = lines[-1][: span.end_column - 1]
        lines[0] = lines[0][span.column - 1 :]
        return "\n".join(lines)

    def written(self, node: cst.CSTNode, statement: Statement, *, literal: bool = False) -> Written | None:
        """How a node of a statement is spelled and where; None if its text can't be located."""
        if id(node) not in self._written:
            self._written[id(node)] = self._locate(node, statement, literal=literal)
        return self._written[id(node)]

    def _locate(self, node: cst.CSTNode, statement: Statement, *, literal: bool) -> Written | None:
        bare = node.with_changes(comma=cst.MaybeSentinel.DEFAULT) if isinstance(node, cst.Arg) else node
        code = cst.Module([]).code_for_node(bare).strip().replace("\r", "")
        span = self._only_place(code, statement) or self._measured_place(node, code, statement)
        return None if span is None else Written(Place(self.path, span, statement.line), self.text(span), literal)

    def _only_place(self, code: str, statement: Statement) -> Span | None:
        """Where a text stands in a statement, if it stands there but once: no need to measure anything then."""
        tree = statement.tree
        if "\n" in code or hasattr(tree, "body"):
            return None
        rows = range(tree.lineno, (tree.end_lineno or tree.lineno) + 1)
        found = [(row, start) for row in rows for start in _occurrences(self.lines[row - 1], code)]
        if len(found) != 1:
            return None
        row, start = found[0]
        return Span(row, start + 1, row, start + len(code) + 1)

    def _measured_place(self, node: cst.CSTNode, code: str, statement: Statement) -> Span | None:
        position = (self._positions.get(id(statement)) or self._measure(statement)).get(node)
        if position is None:
            return None
        for indent in (0, statement.tree.col_offset):
            span = self._shift(position, statement, indent)
            if self.text(span).replace("\r", "") == code:
                return span
        return None

    def _shift(self, position: tuple[int, int, int, int], statement: Statement, indent: int) -> Span:
        line, column, end_line, end_column = position
        first = self._column(statement.line, statement.tree.col_offset)
        columns = [
            relative + (first if row == 0 else indent + 1) for row, relative in ((line, column), (end_line, end_column))
        ]
        return Span(statement.line + line, columns[0], statement.line + end_line, columns[1])

    def _measure(self, statement: Statement) -> dict[cst.CSTNode, tuple[int, int, int, int]]:
        """Positions of a statement's nodes relative to its start: lines from 0, columns from 0."""
        from libcst.metadata import MetadataWrapper, PositionProvider

        node = statement.node
        if isinstance(node, cst.BaseCompoundStatement):
            node = node.with_changes(body=cst.SimpleStatementSuite([cst.Pass()]), leading_lines=())
            if isinstance(node, (cst.If, cst.For, cst.While)):
                node = node.with_changes(orelse=None)
            module = cst.Module([node])
        else:
            module = cst.Module([cst.SimpleStatementLine([node])])
        found = MetadataWrapper(module, unsafe_skip_copy=True).resolve(PositionProvider)
        base = found[node].start
        relative = {
            inner: (
                range_.start.line - base.line,
                range_.start.column - (base.column if range_.start.line == base.line else 0),
                range_.end.line - base.line,
                range_.end.column - (base.column if range_.end.line == base.line else 0),
            )
            for inner, range_ in found.items()
        }
        self._positions[id(statement)] = relative
        return relative


def _spelled(places: Places, node: cst.CSTNode) -> str:
    if isinstance(node, cst.Attribute) and not node.lpar:
        return f"{places.spell(node.value)}.{node.attr.value}"
    code = cst.Module([]).code_for_node(node)
    return " ".join(code.split()) if "\n" in code else code.strip()


def _names(node: cst.CSTNode) -> list[str]:
    if isinstance(node, cst.Name):
        return [node.value]
    if isinstance(node, cst.Attribute):
        return _names(node.value)
    return [name for child in node.children for name in _names(child)]


def _occurrences(line: str, code: str) -> Iterator[int]:
    """Where a text stands in a line as words of its own: `512`, not the end of `1512`."""
    start = line.find(code)
    while start >= 0:
        before, after = line[start - 1 : start], line[start + len(code) : start + len(code) + 1]
        if not (before.isalnum() or before in {"_", "."} or after.isalnum() or after == "_"):
            yield start
        start = line.find(code, start + 1)
