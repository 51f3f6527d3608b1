"""What a script imports and defines, and which of its functions build models or train them."""

from __future__ import annotations

import ast
import os
import re
import warnings
from functools import cache
from typing import TYPE_CHECKING

from headlint.project import lookup

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

Function = ast.FunctionDef | ast.AsyncFunctionDef

_LARGEST = 300_000
_BUILDING = re.compile(
    r"\bnn\.|\bmodels\.|create_model|from_pretrained|hub\.load|requires_grad|\boptim\b|Adam|SGD|RMSprop|add_module"
    r"|load_state_dict|get_model|reset_classifier|in_features|out_features|resnet|vgg|densenet|efficientnet|mobilenet"
    r"|convnext|\bvit_|swin_|alexnet|inception|squeezenet|Predictor\(|DataParallel"
)


class Names:
    """The names of one script. All sets are of simple names: scopes are not told apart, which errs on the safe side.

    `tables` are the dictionaries of the module level that hold what builds models, `foreign` the full names of the
    functions and classes of the user's other modules that build models.
    """

    def __init__(self, tree: ast.Module, path: str = "") -> None:
        self.imports = dict(_imports(tree))
        self._folder = os.path.dirname(path) if path else None  # noqa: PTH120 -- no more than that
        self.foreign = foreign_builders(tree, self._folder) if self._folder is not None else frozenset()
        self.functions: dict[str, list[Function]] = {}
        self.classes: dict[str, ast.ClassDef] = {}
        for node in ast.walk(tree):
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
                self.functions.setdefault(node.name, []).append(node)
            elif isinstance(node, ast.ClassDef):
                self.classes[node.name] = node
        self.tables = frozenset(_tables(tree))
        self.training = self._closed(trains_directly)
        self.building = self._closed(lambda node: builds_directly(node) or self._reads_table(node))

    def _closed(self, is_one: Callable[[ast.AST], bool]) -> frozenset[str]:
        """The functions of which something is true, and those that call them."""
        found = {name for name, nodes in self.functions.items() if any(is_one(node) for node in nodes)}
        calls = {
            name: {called for node in nodes for called in called_names(node)} for name, nodes in self.functions.items()
        }
        while True:
            more = {name for name, called in calls.items() if name not in found and called & found}
            if not more:
                return frozenset(found)
            found |= more

    def _reads_table(self, node: ast.AST) -> bool:
        return bool(self.tables) and any(
            isinstance(inner, ast.Name) and inner.id in self.tables for inner in ast.walk(node)
        )

    def defines(self, name: str) -> bool:
        return name in self.functions or name in self.classes

    def is_own(self, node: ast.expr) -> bool:
        """Whether an expression reaches through an import into a module of the user's own."""
        module = (self.dotted(node) or "").rpartition(".")[0]
        return bool(module) and self._folder is not None and lookup(self._folder, module) is not None

    def dotted(self, node: ast.expr) -> str | None:
        """The full name of what an expression reaches through an import, None if it starts elsewhere."""
        parts: list[str] = []
        while not isinstance(node, ast.Name):
            match node:
                case ast.Attribute(value=value, attr=name):
                    parts.append(name)
                    node = value
                case ast.Call(func=function) | ast.Subscript(value=function):
                    node = function
                case _:
                    return None
        start = self.imports.get(node.id)
        return None if start is None else ".".join([start, *reversed(parts)])


def _imports(tree: ast.Module) -> Iterator[tuple[str, str]]:
    for node in ast.walk(tree):
        match node:
            case ast.Import(names=names):
                for alias in names:
                    yield (
                        alias.asname or alias.name.partition(".")[0],
                        (alias.name if alias.asname else alias.name.partition(".")[0]),
                    )
            case ast.ImportFrom(module=module, names=names, level=level):
                start = "." * level + (module or "")
                for alias in names:
                    yield alias.asname or alias.name, f"{start}.{alias.name}"


def _tables(tree: ast.Module) -> Iterator[str]:
    for node in tree.body:
        match node:
            case (
                ast.Assign(targets=[ast.Name(id=name)], value=ast.Dict() as table)
                | ast.AnnAssign(target=ast.Name(id=name), value=ast.Dict() as table)
            ) if builds_directly(table):
                yield name


def called_names(node: ast.AST) -> Iterator[str]:
    """The last names of everything that is called somewhere in a node, and of functions that are handed on by name."""
    for inner in ast.walk(node):
        if isinstance(inner, ast.Call):
            match inner.func:
                case ast.Name(id=name) | ast.Attribute(attr=name):
                    yield name


def is_training_call(node: ast.AST) -> bool:
    """Whether a call is one that only training makes: `loss.backward()`, `optimizer.step()`, `trainer.fit(…)`."""
    match node:
        case ast.Call(func=ast.Attribute(attr="backward" | "manual_backward")):
            return True
        case ast.Call(func=ast.Attribute(attr="step", value=owner)):
            return "sched" not in ast.unparse(owner).lower()
        case ast.Call(func=ast.Attribute(attr="fit" | "fit_one_cycle" | "fine_tune"), args=args):
            return bool(args)
        case ast.Call(func=ast.Attribute(attr="train", value=owner), args=[]):
            return "trainer" in ast.unparse(owner).lower()
    return False


def foreign_builders(tree: ast.Module, folder: str, depth: int = 2) -> frozenset[str]:
    """The full names of what builds models in the user's own modules that a file in `folder` imports."""
    modules = {name for node in ast.walk(tree) for name in _modules(node)}
    found: set[str] = set()
    for module in modules:
        dot = "" if module.endswith(".") else "."
        found |= {f"{module}{dot}{name}" for name in _builders_in(lookup(folder, module), depth)}
    return frozenset(found)


def _modules(node: ast.AST) -> Iterator[str]:
    """The modules that a statement may import, packages and their parts alike."""
    match node:
        case ast.Import(names=names):
            yield from (alias.name for alias in names)
        case ast.ImportFrom(module=module, names=names, level=level):
            start = "." * level + (module or "")
            yield start
            yield from (f"{start}{'' if start.endswith('.') else '.'}{alias.name}" for alias in names)


@cache
def _builders_in(path: str | None, depth: int) -> frozenset[str]:
    """The names of a file's functions and classes that build models, those that it imports itself included."""
    try:
        if path is None or os.path.getsize(path) > _LARGEST:  # noqa: PTH202 -- plain strings, as in `project`
            return frozenset()
        with warnings.catch_warnings(), open(path, "rb") as file:  # noqa: PTH123 -- as above
            warnings.simplefilter("ignore")
            tree = ast.parse(file.read())
    except (OSError, SyntaxError, ValueError, RecursionError):
        return frozenset()
    names = Names(tree)
    classes = {name for name, node in names.classes.items() if builds_directly(node)}
    others = foreign_builders(tree, os.path.dirname(path), depth - 1) if depth else frozenset()  # noqa: PTH120 -- as above
    handed_on = {bound for bound, full in names.imports.items() if full in others}
    return names.building | classes | handed_on


def trains_directly(node: ast.AST) -> bool:
    """Whether a piece of the script holds a call that only training makes."""
    return any(is_training_call(inner) for inner in ast.walk(node))


def builds_directly(node: ast.AST) -> bool:
    """Whether a piece of the script speaks of building or preparing models."""
    return any(_BUILDING.search(text) for text in _words(node))


def _words(node: ast.AST) -> Iterable[str]:
    for inner in _evaluated(node):
        match inner:
            case ast.Attribute(value=ast.Name(id=owner), attr=name):
                yield f"{owner}.{name}"
            case ast.Attribute(attr=name) | ast.Name(id=name):
                yield f"{name}("


def _evaluated(node: ast.AST) -> Iterator[ast.AST]:
    """A node and those below it, without annotations."""
    waiting = [node]
    while waiting:
        inner = waiting.pop()
        yield inner
        noted = {id(getattr(inner, name, None)) for name in ("annotation", "returns")}
        waiting += (one for one in ast.iter_child_nodes(inner) if id(one) not in noted)
