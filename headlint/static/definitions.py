"""Functions and classes: defined here, read when they are called."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

import libcst as cst

from headlint.static.values import Class, Function, Opaque, Scope, Value

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from headlint.static.blocks import Statement
    from headlint.static.interpreter import Interpreter


def _decorators(tree: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) -> tuple[str, ...]:
    """The dotted names of decorators, without the arguments of those that are called."""
    calls = (node.func if isinstance(node, ast.Call) else node for node in tree.decorator_list)
    return tuple(ast.unparse(node) for node in calls)


def define_function(interpreter: Interpreter, node: cst.FunctionDef, statement: Statement) -> None:
    """`def`: a name for a function."""
    assert isinstance(statement.tree, (ast.FunctionDef, ast.AsyncFunctionDef))
    bind_function(interpreter, statement.tree, lambda: statement)


def bind_function(
    interpreter: Interpreter, tree: ast.FunctionDef | ast.AsyncFunctionDef, read: Callable[[], Statement | None]
) -> None:
    """Bind the name of a function whose text is read only when it is needed."""

    def node() -> cst.FunctionDef:
        statement = read()
        assert statement is not None
        assert isinstance(statement.node, cst.FunctionDef)
        return statement.node

    def body() -> Sequence[Statement]:
        statement = read()
        assert statement is not None
        return statement.inside(node().body, tree.body)

    function = Function(tree.name, lambda: node().params, body, _function_scope(interpreter), read, interpreter.places)
    function.decorators = _decorators(tree)
    known = interpreter.scope.names.get(tree.name)
    if isinstance(known, Function) and f"{tree.name}.setter" in function.decorators:
        known.setter = function
    else:
        interpreter.scope.names[tree.name] = function


def _function_scope(interpreter: Interpreter) -> Scope:
    """The scope that a function's body sees around it: not that of the class that it stands in."""
    scope = interpreter.scope
    return scope.outer if scope.is_class and scope.outer is not None else scope


def define_class(interpreter: Interpreter, node: cst.ClassDef, statement: Statement) -> None:
    """`class`: its body is followed at once, its methods when they are called."""
    assert isinstance(statement.tree, ast.ClassDef)
    bases = [interpreter.value(argument.value) for argument in node.bases]
    scope = Scope(interpreter.scope)
    scope.is_class = True
    cls = Class(node.name.value, bases, scope, statement, interpreter.places)
    before, interpreter.scope = interpreter.scope, scope
    try:
        interpreter.run(statement.inside(node.body, statement.tree.body))
    finally:
        interpreter.scope = before
    for value in scope.names.values():
        if isinstance(value, Function):
            value.cls = cls
            if value.setter is not None:
                value.setter.cls = cls
    interpreter.scope.names[node.name.value] = _decorated(statement.tree, cls)


def _decorated(tree: ast.ClassDef, cls: Class) -> Value:
    harmless = {"dataclass", "dataclasses.dataclass", "final", "typing.final"}
    unknown = [name for name in _decorators(tree) if name not in harmless and "register" not in name.lower()]
    return Opaque(f"headlint doesn't know what the decorator `{unknown[0]}` makes of {cls.name}") if unknown else cls
