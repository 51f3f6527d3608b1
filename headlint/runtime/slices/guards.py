"""The guard around a statement that may fail, and what it leaves behind: see `tolerance`."""

from __future__ import annotations

import ast

from headlint.runtime.slices.calls import at, bound_names, changed_names, expression, loaded_names, walk

_ERROR = "__headlint_error__"
BEYOND = 10_000_000
"""Added to the lines of handlers, so that no two statements of a slice lie on one line of the script."""


def guard(node: ast.stmt) -> ast.stmt:
    """A statement that may fail."""
    names = bound_names(node)
    told = ast.Tuple([ast.Constant(name) for name in names], ast.Load())
    error = ast.Name(_ERROR, ast.Load())
    place = [ast.Name("__headlint__", ast.Load()), ast.Constant(node.lineno), told]
    read = ast.Tuple([ast.Constant(name) for name in _header_names(node)], ast.Load())
    changed = ast.Tuple([ast.Constant(name) for name in changed_names(node)], ast.Load())
    fell = ast.Expr(expression("__headlint_fell__", [*place, read, changed, error]))
    keep = set(loaded_names(node)) if not hasattr(node, "body") else set(names)
    handler = [fell, *(_bind(name, only_if_unbound=name in keep) for name in names)]
    if isinstance(node, ast.Return):
        handler.append(ast.Return(expression("__headlint_hole__", [])))
    catch = ast.ExceptHandler(ast.Name("Exception", ast.Load()), _ERROR, handler)
    set_lines(catch, BEYOND + node.lineno)
    guarded = ast.Try([node], [catch], [], [])
    return ast.copy_location(guarded, node)


def _header_names(node: ast.stmt) -> list[str]:
    """The names that a statement reads, without those in its body."""
    parts = [one for one in ast.iter_child_nodes(node) if not isinstance(one, (ast.stmt, ast.ExceptHandler))]
    return list({name: None for part in parts for name in loaded_names(part)})


def set_lines(made: ast.AST, line: int) -> None:
    """Put made code on one line."""
    for inner in walk(made):
        if "lineno" in inner._attributes:
            inner.lineno = inner.end_lineno = line  # type: ignore[attr-defined] # as `_attributes` says
            inner.col_offset = inner.end_col_offset = 0  # type: ignore[attr-defined] # as above


def holes(node: ast.stmt, *, only_if_unbound: bool) -> list[ast.stmt]:
    """Statements that bind holes to what a statement would have bound."""
    made = [_bind(name, only_if_unbound=only_if_unbound) for name in bound_names(node)]
    return at(node, *made)


def _bind(name: str, *, only_if_unbound: bool) -> ast.stmt:
    """Bind a hole to a name; to an attribute of `self`, only where that is no module's own."""
    owner, _, attribute = name.rpartition(".")
    made = expression("__headlint_hole__", [ast.Constant(attribute)])
    target: ast.expr = ast.Name(name, ast.Store())
    if owner:
        target = ast.Attribute(ast.Name(owner, ast.Load()), attribute, ast.Store())
    bind = ast.Assign([target], made)
    if not owner and not only_if_unbound:
        return bind
    reading: ast.expr = ast.Name(name, ast.Load())
    if owner:
        reading = ast.Attribute(ast.Name(owner, ast.Load()), attribute, ast.Load())
    missing = ast.Tuple([ast.Name("NameError", ast.Load()), ast.Name("AttributeError", ast.Load())], ast.Load())
    return ast.Try([ast.Expr(reading)], [ast.ExceptHandler(missing, None, [bind])], [], [])


def enter_safely(node: ast.With) -> None:
    """A context that can't be entered doesn't take its body along."""
    for item in node.items:
        if not any(isinstance(one, (ast.NamedExpr, ast.Await, ast.Yield)) for one in walk(item.context_expr)):
            made = expression("__headlint_enter__", [thunk(item.context_expr)])
            item.context_expr = ast.copy_location(made, item.context_expr)


def thunk(value: ast.expr) -> ast.Lambda:
    """An expression that is evaluated by whoever calls what stands in its place."""
    return ast.Lambda(no_arguments(), value)


def no_arguments() -> ast.arguments:
    """The parameters of a function that has none."""
    return ast.arguments(posonlyargs=[], args=[], kwonlyargs=[], kw_defaults=[], defaults=[])
