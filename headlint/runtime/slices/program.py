"""A script made ready to be run: its slice, its statements, and the ways through it."""

from __future__ import annotations

import ast
import re
import warnings
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from headlint.choosing import remark_on, sets_gradient
from headlint.norms import treats_norms
from headlint.runtime.slices.again import Detour, detours
from headlint.runtime.slices.calls import walk
from headlint.runtime.slices.dropping import drop_the_rest
from headlint.runtime.slices.hints import called_attributes, called_texts, input_shapes, read_attributes, set_attributes
from headlint.runtime.slices.names import Names
from headlint.runtime.slices.narrowing import narrowed
from headlint.runtime.slices.scenarios import Scenario, scenarios, spare_scenarios
from headlint.runtime.slices.tolerance import tolerate
from headlint.runtime.slices.trainers import builds

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_SHELL = re.compile(r"^(\s*)(?:[!%?]|get_ipython\(\)).*$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Program:
    """A script's slice. `tree` is what is executed, in place of the whole, with the positions of the original text.

    `building` are the lines of the statements that build. `called` are the names that the whole text calls as
    attributes (`x.name(...)`), `shapes` the inputs that it speaks of, without the batch, surest first.
    `attributes` are those that the whole text sets, with their lines. `choosing` are the loops that may freeze what a
    condition picks, by line, as they are written, with the comments on them. `calls` is all that it calls, `read` are
    the attributes that it reads.
    """

    path: str
    tree: ast.Module
    scenarios: tuple[Scenario, ...]
    building: frozenset[int]
    called: frozenset[str]
    shapes: tuple[tuple[int, ...], ...]
    attributes: frozenset[tuple[str, int]]
    calls: frozenset[str]
    read: frozenset[str]
    choosing: dict[int, tuple[ast.For, str]]
    _owners: dict[int, int]
    _text: str
    _names: Names
    climbs: int = 0
    spare: tuple[Scenario, ...] = ()
    left_out: tuple[Scenario, ...] = ()
    detours: tuple[Detour, ...] = ()
    treats_norms: bool = False

    def statement_of(self, line: int) -> int:
        """The first line of the innermost statement of the original text that holds a line; itself, if none does."""
        return self._owners.get(line, line)

    def narrowed(self, scenario: Scenario) -> Program:
        """The part of the slice that a scenario needs: all of it for the module level, definitions for most others."""
        if not scenario.target or scenario.whole:
            return self

        def make() -> ast.Module:
            return narrowed(parsed(self._text), scenario.target)

        return replace(self, tree=_tolerant(make, self.path, self._names), scenarios=(scenario,))


def slice_program(path: str, text: str) -> Program:
    """A script made ready. Raises SyntaxError, ValueError, RecursionError or MemoryError for what Python can't read."""
    text = readable(text)
    written = parsed(text)
    names = Names(written, path)
    ways, left_out = scenarios(written, names)
    return Program(
        path,
        _tolerant(lambda: parsed(text), path, names),
        ways,
        frozenset(_building(written, names)),
        called_attributes(written),
        input_shapes(written),
        set_attributes(written),
        called_texts(written),
        read_attributes(written),
        dict(_choosing(written, text.split("\n"))),
        dict(owners(written)),
        text,
        names,
        _climbs(written),
        spare_scenarios(written, names),
        left_out,
        detours(written, names),
        treats_norms(text),
    )


def _choosing(tree: ast.Module, lines: list[str]) -> Iterator[tuple[int, tuple[ast.For, str]]]:
    for node in walk(tree):
        if isinstance(node, ast.For) and sets_gradient(node):
            yield node.lineno, (node, remark_on(lines, node))


def _building(tree: ast.Module, names: Names) -> Iterator[int]:
    for node in walk(tree):
        if isinstance(node, (ast.Assign, ast.Expr, ast.Return)) and builds(node, names):
            yield node.lineno


def readable(text: str) -> str:
    """The text, or if Python can't read it, the text without a notebook's shell lines."""
    try:
        parsed(text)
    except SyntaxError:
        return _SHELL.sub(r"\1pass", text)
    return text


def parsed(text: str) -> ast.Module:
    """A text's tree, without a word about what Python warns of."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return ast.parse(text)


def _tolerant(make: Callable[[], ast.Module], path: str, names: Names) -> ast.Module:
    """The tolerant slice of a tree; where leaving something out makes it no Python any more, of all of the tree."""
    for drop in (drop_the_rest, None):
        tree = make()
        depth = _climbs(tree)
        if drop is not None:
            drop(tree, names)
        tolerate(tree, names, package_of(path, depth)[0] if depth else "")
        if drop is None or _is_python(tree):
            break
    return tree


def _climbs(tree: ast.Module) -> int:
    """How many folders the relative imports of a script climb at most, its own included."""
    return max((node.level for node in walk(tree) if isinstance(node, ast.ImportFrom)), default=0)


def _is_python(tree: ast.Module) -> bool:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            compile(tree, "slice", "exec", dont_inherit=True)
    except (SyntaxError, ValueError):
        return False
    return True


def package_of(path: str, depth: int = 0) -> tuple[str, str]:
    """The package that a script's relative imports start from, and the folder in which that package lies.

    Relative imports that climb `depth` folders need as many to be packages, marked as such or not.
    """
    folder = Path(path).resolve().parent
    parts = [folder.name]
    while _is_package(folder) or (len(parts) < depth and folder.parent.name.isidentifier()):
        folder = folder.parent
        parts.insert(0, folder.name)
    if len(parts) > max(depth, 1) and not (folder / "__init__.py").is_file():
        parts, folder = parts[1:], folder / parts[1]
    return ".".join(parts), str(folder.parent)


def _is_package(folder: Path) -> bool:
    return (folder / "__init__.py").is_file() and folder.parent.name.isidentifier()


def owners(tree: ast.Module) -> Iterator[tuple[int, int]]:
    """Each line with the first line of the innermost statement that holds it: outer statements first."""
    pending: list[ast.AST] = [tree]
    while pending:
        node = pending.pop(0)
        if isinstance(node, ast.stmt):
            first = min([node.lineno, *(one.lineno for one in getattr(node, "decorator_list", []))])
            yield from ((line, node.lineno) for line in range(first, (node.end_lineno or node.lineno) + 1))
        if not isinstance(node, ast.expr):
            pending.extend(ast.iter_child_nodes(node))
