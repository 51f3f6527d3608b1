"""What stands behind the mark of a loop that trains: the same loop gone through once, as far as it leads to the loss.

    def __headlint_rehearsal__(total=__headlint_known__(lambda: total), …):
        for images, labels in __headlint_loop__(__headlint_given__(lambda: loader), True):
            outputs = model(images)
            loss = criterion(outputs, labels)
            total += loss.item()
            loss
            __headlint__.stepped()
    __headlint__.rehearse(__headlint_rehearsal__)

Nothing is learned: backward passes and optimizer steps are left out, and whoever runs it decides what a model gives.
In a function of its own it binds no name of the script's, and begins with what those names mean. A statement that fails
costs itself alone.
"""

from __future__ import annotations

import ast
import copy
from typing import TYPE_CHECKING

from headlint.runtime.slices.calls import (
    FUNCTIONS,
    at,
    bound_names,
    call_of,
    callee,
    expression,
    loaded_names,
    walk,
)
from headlint.runtime.slices.guards import BEYOND, enter_safely, holes, no_arguments, set_lines, thunk
from headlint.runtime.slices.trainers import builds

if TYPE_CHECKING:
    from collections.abc import Sequence

    from headlint.runtime.slices.names import Names

_NAME = "__headlint_rehearsal__"
_BACKWARD = frozenset({"backward", "manual_backward"})
_LEARNS = frozenset({"step", "zero_grad", "update", "unscale_", "clip_grad_norm_", "train_on_batch"})
_UNFIT = (ast.NamedExpr, ast.Yield, ast.YieldFrom, ast.Await, ast.AsyncFor, ast.AsyncWith, ast.Nonlocal, ast.Global)
_LEFT_OUT = (ast.Break, ast.Continue, ast.Pass, ast.Raise, ast.Delete, ast.Assert, ast.Match)


def rehearsal(steps: Sequence[ast.stmt]) -> list[ast.stmt]:
    """The rehearsal of statements that train; nothing, of such that can't stand in a function of their own."""
    if any(isinstance(inner, _UNFIT) for step in steps for inner in walk(step)):
        return []
    body = _block([_CalledWhole().visit(copy.deepcopy(step)) for step in steps])
    if not body:
        return []
    function = ast.FunctionDef(_NAME, _as_outside(steps), body, [], None, None)
    if hasattr(function, "type_params"):
        function.type_params = []
    rehearse = ast.Attribute(ast.Name("__headlint__", ast.Load()), "rehearse", ast.Load())
    call = ast.Expr(ast.Call(rehearse, [ast.Name(_NAME, ast.Load())], []))
    set_lines(call, BEYOND + steps[-1].lineno)
    return [*at(steps[-1], function), call]


class _CalledWhole(ast.NodeTransformer):
    """`model.forward(images)` is `model(images)` to whoever answers for the model."""

    def visit_Call(self, node: ast.Call) -> ast.AST:
        self.generic_visit(node)
        if isinstance(node.func, ast.Attribute) and node.func.attr == "forward":
            node.func = node.func.value if not isinstance(node.func.value, ast.Call) else node.func
        return node


def _as_outside(steps: Sequence[ast.stmt]) -> ast.arguments:
    """A parameter for each name that statements bind, which by default is what the name means outside."""
    names = dict.fromkeys(name for step in steps for name in bound_names(step) if name.isidentifier())
    outside = [expression("__headlint_known__", [thunk(ast.Name(name, ast.Load()))]) for name in names]
    arguments = no_arguments()
    arguments.args, arguments.defaults = [ast.arg(name) for name in names], [*outside]
    return arguments


def leading_to(backward: ast.stmt, before: Sequence[ast.stmt], names: Names) -> list[ast.stmt]:
    """A backward pass that stands in no loop, and the statements before it that lead from the model to the loss."""
    found, needed = [backward], set(loaded_names(backward))
    for statement in reversed(before):
        if needed.isdisjoint(bound_names(statement)):
            continue
        if isinstance(statement, ast.Assign) and not _makes(statement, names):
            found.insert(0, statement)
            needed |= set(loaded_names(statement))
    return found


def _makes(statement: ast.stmt, names: Names) -> bool:
    """Whether a statement makes a model, a layer or a loss, which is not to be done twice."""
    calls = (inner for inner in walk(statement) if isinstance(inner, ast.Call))
    dotted = (names.dotted(call.func) or "" for call in calls)
    is_made = any(name.startswith("torch.nn.") and "functional" not in name for name in dotted)
    return is_made or builds(statement, names)


def is_backward(node: ast.stmt) -> bool:
    """Whether a statement is a backward pass."""
    call = call_of(node)
    return call is not None and callee(call) in _BACKWARD


def _block(body: list[ast.stmt]) -> list[ast.stmt]:
    return [new for statement in body for new in _statement(statement)]


def _statement(node: ast.stmt) -> list[ast.stmt]:
    """What is left of a statement."""
    match node:
        case ast.For():
            items = expression("__headlint_given__", [thunk(node.iter)])
            node.iter = ast.copy_location(expression("__headlint_loop__", [items, ast.Constant(True)]), node.iter)
            node.body, node.orelse = _block(node.body), []
            return [_guarded(node)] if node.body else []
        case ast.While():
            return _block(node.body)
        case ast.If():
            node.body, node.orelse = _block(node.body) or at(node, ast.Pass()), _block(node.orelse)
            return [_guarded(node)]
        case ast.With():
            enter_safely(node)
            node.body = _block(node.body)
            return [_guarded(node)] if node.body else []
        case ast.Try():
            return _block(node.body)
        case ast.Return(value=value):
            return [_guarded(*at(node, ast.Expr(value)))] if value is not None else []
    if isinstance(node, (*_LEFT_OUT, ast.ClassDef)):
        return []
    return [node] if isinstance(node, FUNCTIONS) else _simple(node)


def _simple(node: ast.stmt) -> list[ast.stmt]:
    call = call_of(node)
    if call is None or not isinstance(call.func, ast.Attribute) or callee(call) not in _BACKWARD | _LEARNS:
        return [_guarded(node)]
    if callee(call) not in _BACKWARD:
        return []
    parts = list(call.args) or [call.func.value]
    stepped = ast.Attribute(ast.Name("__headlint__", ast.Load()), "stepped", ast.Load())
    return [_guarded(*at(node, ast.Expr(part))) for part in (*parts, ast.Call(stepped, [], []))]


def _guarded(node: ast.stmt) -> ast.stmt:
    """A statement that costs itself alone if it fails, and what it would have bound."""
    handler = ast.ExceptHandler(ast.Name("Exception", ast.Load()), None, [*holes(node, only_if_unbound=True)])
    if not handler.body:
        handler.body = [ast.Pass()]
    set_lines(handler, BEYOND + node.lineno)
    return ast.copy_location(ast.Try([node], [handler], [], []), node)
