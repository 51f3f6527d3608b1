"""The source as statements: LibCST's nodes paired with the positions that Python's own `ast` gives for nothing.

`ast` parses the whole text first: it is ten times as fast, and refuses input on which LibCST's parser crashes or hangs.
LibCST then parses only the top-level statements that something looks at, one stretch of lines at a time.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, TypeAlias

import libcst as cst

from headlint.parsing import parsed

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

Node: TypeAlias = cst.BaseSmallStatement | cst.BaseCompoundStatement

_LONGEST_CHAIN = 400


class Unreadable(Exception):
    """The text is not Python that can be parsed. `line` counts from 1; `why` is a clause."""

    def __init__(self, line: int, why: str) -> None:
        super().__init__(f"line {line}: {why}")
        self.line = line
        self.why = why


class Statement:
    """A statement: LibCST's node, and `ast`'s for the place and for what lies inside.

    `is_tedious` marks a class whose constructor, or a function whose forward pass, was too long to follow once.
    """

    __slots__ = ("_blocks", "chain", "is_tedious", "node", "tree")

    def __init__(self, node: Node, tree: ast.stmt, chain: int = 0) -> None:
        self.chain = chain or id(self)
        self.is_tedious = False
        self.node = node
        self.tree = tree
        self._blocks: dict[int, list[Statement]] = {}

    @property
    def line(self) -> int:
        return self.tree.lineno

    def inside(self, suite: cst.BaseSuite, trees: Sequence[ast.stmt]) -> list[Statement]:
        """The statements of a suite of this statement, the same objects each time."""
        if id(suite) not in self._blocks:
            self._blocks[id(suite)] = pair(suite.body, trees)
        return self._blocks[id(suite)]

    def known_inside(self) -> list[Statement]:
        """The statements inside that something has looked at."""
        return [statement for block in self._blocks.values() for statement in block]

    def elif_(self, node: cst.If, tree: ast.stmt) -> list[Statement]:
        """The `elif` of an `if`, as a statement of its own."""
        return self._blocks.setdefault(id(node), [Statement(node, tree, self.chain)])


def _flatten(body: Iterable[cst.BaseStatement | cst.BaseSmallStatement]) -> Iterator[Node]:
    for node in body:
        if isinstance(node, cst.SimpleStatementLine):
            yield from node.body
        elif isinstance(node, (cst.BaseSmallStatement, cst.BaseCompoundStatement)):
            yield node


def pair(body: Iterable[cst.BaseStatement | cst.BaseSmallStatement], trees: Sequence[ast.stmt]) -> list[Statement]:
    """LibCST's statements with `ast`'s: both parsers see the same ones in the same order."""
    return [Statement(node, tree) for node, tree in zip(_flatten(body), trees, strict=True)]


class Piece:
    """Top-level statements that share a stretch of lines, parsed when they are looked at."""

    __slots__ = ("_statements", "text", "trees")

    def __init__(self, trees: list[ast.stmt], text: str) -> None:
        self.trees = trees
        self.text = text
        self._statements: list[Statement] | None = None

    @property
    def statements(self) -> list[Statement]:
        """The parsed statements; none if LibCST refuses what `ast` accepts."""
        if self._statements is None:
            self._statements = self._parse()
        return self._statements

    @property
    def function(self) -> ast.FunctionDef | ast.AsyncFunctionDef | None:
        """The function, if the piece is the definition of one."""
        only = self.trees[0]
        is_function = len(self.trees) == 1 and isinstance(only, (ast.FunctionDef, ast.AsyncFunctionDef))
        return only if is_function and isinstance(only, (ast.FunctionDef, ast.AsyncFunctionDef)) else None

    def only(self) -> Statement | None:
        """The one statement of the piece."""
        return self.statements[0] if self.statements else None

    def _parse(self) -> list[Statement]:
        try:
            return pair(cst.parse_module(self.text).body, self.trees)
        except (cst.ParserSyntaxError, ValueError, RecursionError):
            return []


def _first_line(tree: ast.stmt) -> int:
    decorators: list[ast.expr] = getattr(tree, "decorator_list", [])
    return min([tree.lineno, *(decorator.lineno for decorator in decorators)])


def _is_simple(tree: ast.stmt) -> bool:
    return not hasattr(tree, "body")


def _chains_too_long(text: str, tree: ast.Module) -> bool:
    """Whether LibCST's parser would crash or hang on a chain of operators, calls or `elif`s."""
    if text.count(" and ") + text.count(" or ") + text.count("elif ") + text.count("+") < _LONGEST_CHAIN:
        return False
    if any(isinstance(node, ast.BoolOp) and len(node.values) > _LONGEST_CHAIN for node in ast.walk(tree)):
        return True
    return _depth(tree) > _LONGEST_CHAIN


def _depth(tree: ast.AST) -> int:
    deepest = 0
    level: list[ast.AST] = [tree]
    while level:
        deepest += 1
        level = [child for node in level for child in ast.iter_child_nodes(node)]
    return deepest


def _parse(text: str) -> tuple[ast.Module, str]:
    try:
        return parsed(text)
    except SyntaxError as error:
        raise Unreadable(error.lineno or 1, f"it is not valid Python ({error.msg})") from None
    except (ValueError, RecursionError, MemoryError) as error:
        raise Unreadable(1, f"Python's parser gives up on it ({error})") from None


def pieces(text: str) -> list[Piece]:
    """The top-level statements of a text, neighbouring simple ones together.

    Raises `Unreadable`.
    """
    tree, text = _parse(text)
    if _chains_too_long(text, tree):
        raise Unreadable(1, "an expression in it has too many terms to be read safely")
    lines = [f"{line}\n" for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n")]
    result: list[Piece] = []
    for group in _groups(tree.body):
        first, last = _first_line(group[0]), max(node.end_lineno or node.lineno for node in group)
        result.append(Piece(group, "".join(lines[first - 1 : last])))
    return result


def _groups(trees: Iterable[ast.stmt]) -> Iterator[list[ast.stmt]]:
    group: list[ast.stmt] = []
    for tree in trees:
        shares_line = group and _first_line(tree) <= (group[-1].end_lineno or 0)
        if group and not shares_line and not (_is_simple(tree) and _is_simple(group[-1])):
            yield group
            group = []
        group.append(tree)
    if group:
        yield group
