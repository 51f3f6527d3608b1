"""Functions and classes: defined here, read when they are called."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

import libcst as cst

from headlint.static.values import Class, Function, Opaque, Scope, Value

if TYPE_CHECKING:
    from headlint.static.blocks import Statement
    from headlint.static.interpreter import Interpreter


def _decorators(node: cst.FunctionDef | cst.ClassDef) -> tuple[str, ...]:
    from headlint.static.statements import dotted

    names = []
    for decorator in node.decorators:
        inner = decorator.decorator
        names.append(dotted(inner.func if isinstance(inner, cst.Call) else inner))
    return tuple(names)


def define_function(interpreter: Interpreter, node: cst.FunctionDef, statement: Statement) -> None:
    """`def`: a name for a function."""
    trees = statement.tree.body if isinstance(statement.tree, (ast.FunctionDef, ast.AsyncFunctionDef)) else []
    function = Function(
        node.name.value,
        node.params,
        lambda: statement.inside(node.body, trees),
        _function_scope(interpreter),
        statement,
    )
    function.decorators = _decorators(node)
    known = interpreter.scope.names.get(node.name.value)
    if isinstance(known, Function) and f"{node.name.value}.setter" in function.decorators:
        known.setter = function
    else:
        interpreter.scope.names[node.name.value] = function


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
    cls = Class(node.name.value, bases, scope, statement)
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
    interpreter.scope.names[node.name.value] = _decorated(node, cls)


def _decorated(node: cst.ClassDef, cls: Class) -> Value:
    harmless = {"dataclass", "dataclasses.dataclass", "final", "typing.final"}
    unknown = [name for name in _decorators(node) if name not in harmless and "register" not in name.lower()]
    return Opaque(f"headlint doesn't know what the decorator `{unknown[0]}` makes of {cls.name}") if unknown else cls
