"""What stands behind the mark of a loop that trains: the same loop gone through once, as far as it leads to the loss.

    def __headlint_rehearsal__():
        for images, labels in __headlint_loop__(__headlint_given__(lambda: loader), True):
            outputs = model(images)
            loss = criterion(outputs, labels)
            loss
    __headlint__.rehearse(__headlint_rehearsal__)

Nothing is learned: backward passes and optimizer steps are left out, and whoever runs it decides what a model gives.
In a function of its own it binds no name of the script's. A statement that fails costs itself alone.
"""

from __future__ import annotations

import ast
import copy

from headlint.runtime.slices.calls import FUNCTIONS, at, call_of, callee, expression, walk
from headlint.runtime.slices.guards import BEYOND, enter_safely, holes, no_arguments, set_lines, thunk

_NAME = "__headlint_rehearsal__"
_BACKWARD = frozenset({"backward", "manual_backward"})
_LEARNS = frozenset({"step", "zero_grad", "update", "unscale_", "clip_grad_norm_", "train_on_batch"})
_UNFIT = (ast.NamedExpr, ast.Yield, ast.YieldFrom, ast.Await, ast.AsyncFor, ast.AsyncWith, ast.Nonlocal, ast.Global)
_LEFT_OUT = (ast.Break, ast.Continue, ast.Pass, ast.Raise, ast.Delete, ast.Assert, ast.Match)


def rehearsal(loop: ast.stmt) -> list[ast.stmt]:
    """The rehearsal of a loop that trains; nothing, of one that can't stand in a function of its own."""
    if any(isinstance(inner, _UNFIT) for inner in walk(loop)):
        return []
    body = _statement(copy.deepcopy(loop))
    if not body:
        return []
    function = ast.FunctionDef(_NAME, no_arguments(), body, [], None, None)
    if hasattr(function, "type_params"):
        function.type_params = []
    rehearse = ast.Attribute(ast.Name("__headlint__", ast.Load()), "rehearse", ast.Load())
    call = ast.Expr(ast.Call(rehearse, [ast.Name(_NAME, ast.Load())], []))
    set_lines(call, BEYOND + loop.lineno)
    return [*at(loop, function), call]


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
    if call is None or callee(call) not in _BACKWARD | _LEARNS:
        return [_guarded(node)]
    if callee(call) not in _BACKWARD:
        return []
    parts = list(call.args) or ([call.func.value] if isinstance(call.func, ast.Attribute) else [])
    return [_guarded(*at(node, ast.Expr(part))) for part in parts]


def _guarded(node: ast.stmt) -> ast.stmt:
    """A statement that costs itself alone if it fails, and what it would have bound."""
    handler = ast.ExceptHandler(ast.Name("Exception", ast.Load()), None, [*holes(node, only_if_unbound=True)])
    if not handler.body:
        handler.body = [ast.Pass()]
    set_lines(handler, BEYOND + node.lineno)
    return ast.copy_location(ast.Try([node], [handler], [], []), node)
