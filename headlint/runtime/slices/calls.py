"""Small questions about expressions and statements, and the making of new ones."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


def callee(call: ast.Call) -> str:
    """The last name of what a call calls: `step` of `optimizer.step()`."""
    match call.func:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
    return ""


def call_of(statement: ast.stmt) -> ast.Call | None:
    """The call that a simple statement consists of: `f(x)`, `y = f(x)`, `return f(x)`."""
    value = getattr(statement, "value", None) if isinstance(statement, (ast.Expr, ast.Assign, ast.Return)) else None
    if isinstance(value, ast.Await):
        value = value.value
    return value if isinstance(value, ast.Call) else None


def roots(node: ast.expr, *, attributes: bool = False) -> set[str]:
    """The name that a chain of attributes, calls and subscripts begins with; with all its attributes, if asked."""
    found: set[str] = set()
    while True:
        match node:
            case ast.Attribute(value=value, attr=name):
                found |= {name} if attributes else set()
                node = value
            case ast.Call(func=value) | ast.Subscript(value=value):
                node = value
            case ast.Name(id=name):
                return found | {name}
            case _:
                return found


def walk(node: ast.AST) -> Iterator[ast.AST]:
    """A node and all nodes below it, in the order of the text; three times as fast as `ast.walk`."""
    stack = [node]
    while stack:
        inner = stack.pop()
        yield inner
        below: list[ast.AST] = []
        for value in vars(inner).values():
            if isinstance(value, list):
                below += [item for item in value if isinstance(item, ast.AST)]
            elif isinstance(value, ast.AST) and not isinstance(value, ast.expr_context):
                below.append(value)
        stack += reversed(below)


def own_nodes(node: ast.AST) -> Iterator[ast.AST]:
    """All nodes below a node, without what functions and classes defined there hold."""
    stack = [node]
    while stack:
        inner = stack.pop()
        yield inner
        if inner is node or not isinstance(inner, (*FUNCTIONS, ast.ClassDef, ast.Lambda)):
            stack.extend(ast.iter_child_nodes(inner))


def expression(function: str, arguments: Sequence[ast.expr]) -> ast.Call:
    """A call of a function by its name."""
    return ast.Call(ast.Name(function, ast.Load()), list(arguments), [])


def at(node: ast.stmt, *made: ast.stmt) -> list[ast.stmt]:
    """Made statements, put where another one stands."""
    for statement in made:
        for inner in walk(statement):
            if "lineno" in inner._attributes and not hasattr(inner, "lineno"):
                ast.copy_location(inner, node)
    return list(made)


def bound_names(node: ast.AST) -> list[str]:
    """The names and the attributes of `self` that a statement binds, those in its body included: `x`, `self.x`."""
    if isinstance(node, (*FUNCTIONS, ast.ClassDef)):
        return [node.name]
    found: dict[str, None] = {}
    for inner in own_nodes(node):
        for name in _bound(inner):
            found[name] = None
    return list(found)


_CHANGES = frozenset("requires_grad_ add_module register_module reset_classifier load_state_dict append insert".split())


def changed_names(statement: ast.stmt) -> list[str]:
    """The names of what a simple statement changes, if it is a model: `model` of `model.fc = head`."""
    if hasattr(statement, "body"):
        return []
    found: set[str] = set()
    for node in own_nodes(statement):
        match node:
            case ast.Attribute(value=ast.Name(id="self"), ctx=ast.Store()):
                continue
            case ast.Attribute(ctx=ast.Store() | ast.Del()) | ast.Subscript(ctx=ast.Store() | ast.Del()):
                found |= roots(node)
            case ast.Call(func=ast.Attribute(attr=name, value=owner)) if name in _CHANGES:
                found |= roots(owner)
            case ast.Call(func=ast.Name(id="setattr" | "delattr"), args=[owner, *_]):
                found |= roots(owner)
    return sorted(found)


def _bound(node: ast.AST) -> Iterator[str]:
    match node:
        case ast.Name(id=name, ctx=ast.Store()):
            yield name
        case ast.Attribute(value=ast.Name(id="self"), attr=name, ctx=ast.Store()):
            yield f"self.{name}"
        case ast.Import(names=aliases) | ast.ImportFrom(names=aliases):
            yield from (alias.asname or alias.name.partition(".")[0] for alias in aliases if alias.name != "*")
        case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
            yield name


def loaded_names(node: ast.AST) -> list[str]:
    """The names that a node reads."""
    return list({one.id: None for one in walk(node) if isinstance(one, ast.Name) and isinstance(one.ctx, ast.Load)})
