"""Makes a slice tolerant: a statement that can't be executed here costs itself, and what it binds becomes a hole.

    try:
        data = ImageFolder(root)
    except Exception as __headlint_error__:
        __headlint_fell__(__headlint__, 12, ("data",), ("ImageFolder", "root"), (), __headlint_error__)
        data = __headlint_hole__("data")

`__headlint_fell__` raises again what is the script's own fault. What stands in a `try` of the script's is left to its
handlers, and what a model does in its forward pass to whoever runs it. Loops are bounded; those that train are marked.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from headlint.choosing import sets_gradient
from headlint.runtime.slices.annotations import ease_annotations
from headlint.runtime.slices.calls import (
    FUNCTIONS,
    at,
    bound_names,
    call_of,
    callee,
    expression,
    walk,
)
from headlint.runtime.slices.guards import BEYOND, enter_safely, guard, holes, set_lines
from headlint.runtime.slices.rehearsal import is_backward, leading_to, rehearsal
from headlint.runtime.slices.trainers import Trainers, is_step

if TYPE_CHECKING:
    from collections.abc import Iterator

    from headlint.runtime.slices.names import Names

PRELUDE = "headlint.runtime.worker.scripts.tolerance"
_PRELUDE_NAMES = tuple("hole fell fits loop choosing turns enter given whole length need noted known".split())

_BARE = (ast.Pass, ast.Break, ast.Continue, ast.Global, ast.Nonlocal, ast.Raise)
_MARKED = {"int": "__headlint_whole__", "len": "__headlint_length__"}
_ENDS = frozenset({"exit", "quit", "_exit", "abort"})
_FORWARD = frozenset(
    """forward training_step validation_step test_step predict_step shared_step _step _shared_step step
    compute_loss""".split()
)


def tolerate(tree: ast.Module, names: Names, package: str = "") -> None:
    """Make a slice tolerant, in place. `package` is what its relative imports start from, '' if it has none."""
    shadowed = set(bound_names(tree))
    _KeepMarks({name: new for name, new in _MARKED.items() if name not in shadowed}).visit(tree)
    ease_annotations(tree)
    writer = _Writer(names, Trainers(names))
    start = _after_futures(tree.body)
    tree.body = [*tree.body[:start], *_prelude(package), *writer.block(tree.body[start:], guarded=True)]
    ast.fix_missing_locations(tree)


def _after_futures(body: list[ast.stmt]) -> int:
    futures = [n for n, one in enumerate(body) if isinstance(one, ast.ImportFrom) and one.module == "__future__"]
    return futures[-1] + 1 if futures else 0


def _prelude(package: str) -> list[ast.stmt]:
    names = [ast.alias(name, f"__headlint_{name}__") for name in _PRELUDE_NAMES]
    made: list[ast.stmt] = [ast.ImportFrom(PRELUDE, names, 0)]
    if package:
        made.append(ast.Assign([ast.Name("__package__", ast.Store())], ast.Constant(package)))
    for statement in made:
        set_lines(statement, BEYOND)
    return made


class _KeepMarks(ast.NodeTransformer):
    """`int(x)` and `len(x)` lose the mark of a number that nobody knows; the worker's own keep it."""

    def __init__(self, renamed: dict[str, str]) -> None:
        self._renamed = renamed

    def visit_Call(self, node: ast.Call) -> ast.AST:
        self.generic_visit(node)
        if isinstance(node.func, ast.Name) and node.func.id in self._renamed and not node.keywords:
            node.func = ast.copy_location(ast.Name(self._renamed[node.func.id], ast.Load()), node.func)
        return node

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        return node if node.name in _FORWARD else self.generic_visit(node)


class _Writer:
    """Writes tolerant statements."""

    def __init__(self, names: Names, trainers: Trainers) -> None:
        self._names = names
        self._trainers = trainers

    def block(self, body: list[ast.stmt], *, guarded: bool) -> list[ast.stmt]:
        written: list[ast.stmt] = []
        for position, statement in enumerate(body):
            steps = leading_to(statement, body[:position], self._names) if is_backward(statement) else []
            written += [*self._statement(statement, guarded=guarded), *(rehearsal(steps) if len(steps) > 1 else [])]
        return written or (at(body[0], ast.Pass()) if body else [])

    def _statement(self, node: ast.stmt, *, guarded: bool) -> list[ast.stmt]:
        training = self._training(node)
        if training is not None:
            return training
        if isinstance(node, ast.Assert):
            return []
        if (ending := _ending(node)) is not None:
            return [] if not ending.args else self._statement(_evaluated(node, ending.args[0]), guarded=guarded)
        self._rewrite(node, guarded=guarded)
        if not guarded or isinstance(node, _BARE) or _cannot_fail(node):
            return [node]
        return [guard(node)]

    # ---- training

    def _training(self, node: ast.stmt) -> list[ast.stmt] | None:
        """What stands in the place of a statement that trains, None if it doesn't."""
        if self._trainers.is_whole(node):
            return [*at(node, _mark(node)), *holes(node, only_if_unbound=True), *rehearsal([node])]
        call = call_of(node)
        if call is None:
            return None
        if is_step(call):
            return at(node, _mark(node)) if callee(call) != "step" else []
        asked = self._trainers.is_fit(call)
        return None if asked is None else self._fit(node, asked)

    def _fit(self, node: ast.stmt, asked: ast.expr) -> list[ast.stmt]:
        """A call that may train: told if it trains a model, made if it doesn't."""
        otherwise = [guard(node)]
        if isinstance(asked, ast.Constant):
            return [*at(node, _mark(node)), *holes(node, only_if_unbound=True)]
        instead = [*at(node, _mark(node)), *holes(node, only_if_unbound=True)]
        if isinstance(node, ast.Return):
            instead += at(node, ast.Return(expression("__headlint_hole__", [])))
        return at(node, ast.If(asked, instead, otherwise))

    # ---- compound statements

    def _rewrite(self, node: ast.stmt, *, guarded: bool) -> None:
        match node:
            case ast.FunctionDef() | ast.AsyncFunctionDef():
                node.body = self.block(node.body, guarded=node.name not in _FORWARD)
            case ast.ClassDef():
                self._in_class(node)
            case ast.Try():
                self._in_try(node, guarded=guarded)
            case ast.Match():
                for case in node.cases:
                    case.body = self.block(case.body, guarded=guarded)
            case ast.If(orelse=[ast.If() as other]):
                node.body = self.block(node.body, guarded=guarded)
                self._rewrite(other, guarded=guarded)  # unguarded itself: Python nests no more than twenty blocks
            case _:
                self._inside(node, guarded=guarded)
                self._rewrite_head(node)

    def _rewrite_head(self, node: ast.stmt) -> None:
        """Rewrite the head of a statement."""
        match node:
            case ast.For():
                self._in_for(node)
            case ast.While():
                self._in_while(node)
            case ast.With():
                enter_safely(node)

    def _inside(self, node: ast.stmt, *, guarded: bool) -> None:
        for field in ("body", "orelse", "finalbody"):
            inner = getattr(node, field, None)
            if isinstance(inner, list) and inner and isinstance(inner[0], ast.stmt):
                setattr(node, field, self.block(inner, guarded=guarded))

    def _in_class(self, node: ast.ClassDef) -> None:
        tried = self._names_in_forward(node)
        for item in node.body:
            if isinstance(item, FUNCTIONS):
                item.body = self.block(item.body, guarded=item.name not in tried)

    def _names_in_forward(self, node: ast.ClassDef) -> set[str]:
        """The methods that take part in a forward pass, whose failures are for whoever runs it to judge."""
        methods = {item.name: item for item in node.body if isinstance(item, FUNCTIONS)}
        found = set(methods) & _FORWARD
        while True:
            called = {callee(c) for name in found for c in walk(methods[name]) if isinstance(c, ast.Call)}
            more = (called & set(methods)) - found - {"__init__"}
            if not more:
                return found
            found |= more

    def _in_for(self, node: ast.For) -> None:
        asked = [node.iter, ast.Constant(self._trainers.steps(node))]
        name = "__headlint_loop__"
        if sets_gradient(node):
            name = "__headlint_choosing__"
            asked = [ast.Name("__headlint__", ast.Load()), ast.Constant(node.lineno), *asked]
        node.iter = ast.copy_location(expression(name, asked), node.iter)

    def _in_while(self, node: ast.While) -> None:
        """A loop that nothing bounds is left after some turns, one that seems to wait for something after one."""
        waits = isinstance(node.test, ast.Constant) or self._trainers.steps(node)
        turn = expression("__headlint_turns__", [ast.Constant(node.lineno), ast.Constant(waits)])
        leave = ast.If(ast.UnaryOp(ast.Not(), turn), [ast.Break()], [])
        node.body = [*at(node, leave), *node.body]

    def _in_try(self, node: ast.Try, *, guarded: bool) -> None:
        catches = bool(node.handlers)
        needs = [need for one in node.body for need in _needs(one)] if catches else []
        node.body = [*needs, *self.block(node.body, guarded=guarded and not catches)]
        for handler in node.handlers:
            handler.body = self.block(handler.body, guarded=guarded)
        node.orelse = self.block(node.orelse, guarded=guarded)
        node.finalbody = self.block(node.finalbody, guarded=guarded)
        if not node.handlers and not node.finalbody:
            node.finalbody = at(node, ast.Pass())


def _cannot_fail(node: ast.stmt) -> bool:
    """`x = 1`, and the definition of a function without decorators, defaults and annotations."""
    match node:
        case ast.Assign(targets=[ast.Name()], value=ast.Constant()):
            return True
        case ast.FunctionDef(decorator_list=[], args=ast.arguments(defaults=[], kw_defaults=[]), returns=None):
            return all(argument.annotation is None for argument in node.args.args)
    return False


def _ending(node: ast.stmt) -> ast.Call | None:
    """The call with which a statement ends the script, None if it doesn't: `sys.exit(main())`, `raise SystemExit`."""
    match node:
        case ast.Expr(value=ast.Call(keywords=[]) as call) if callee(call) in _ENDS:
            return call
        case ast.Raise(exc=ast.Call(func=ast.Name(id="SystemExit")) as call):
            return call
        case ast.Raise(exc=ast.Name(id="SystemExit") as name):
            return ast.Call(name, [], [])
    return None


def _evaluated(node: ast.stmt, value: ast.expr) -> ast.stmt:
    """A statement that only evaluates what an ending one is given."""
    return ast.copy_location(ast.Expr(value), node)


def _needs(node: ast.stmt) -> Iterator[ast.stmt]:
    """Where the script itself is ready for a package's absence, its absence is told."""
    match node:
        case ast.Import(names=aliases):
            wanted = [(alias.name, "") for alias in aliases]
        case ast.ImportFrom(module=str(module), level=0, names=aliases):
            wanted = [(module, alias.name) for alias in aliases]
        case _:
            return
    for name, part in wanted:
        yield from at(node, ast.Expr(expression("__headlint_need__", [ast.Constant(name), ast.Constant(part)])))


def _mark(node: ast.stmt) -> ast.Expr:
    training = ast.Attribute(ast.Name("__headlint__", ast.Load()), "training", ast.Load())
    return ast.Expr(ast.Call(training, [ast.Constant(node.lineno)], []))
