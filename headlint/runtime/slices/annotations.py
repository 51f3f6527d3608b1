"""Annotations name what need not be there: a module imported nowhere, a class of a missing package."""

from __future__ import annotations

import ast
import builtins

from headlint.runtime.slices.calls import FUNCTIONS, expression, walk
from headlint.runtime.slices.guards import thunk

_PLAIN = frozenset(vars(builtins))


def ease_annotations(tree: ast.Module) -> None:
    """Let no function be lost to an annotation of its, in place."""
    for node in walk(tree):
        if isinstance(node, FUNCTIONS):
            for one in (inner for inner in walk(node.args) if isinstance(inner, ast.arg)):
                one.annotation = _eased(one.annotation)
            node.returns = _eased(node.returns)


def _eased(annotation: ast.expr | None) -> ast.expr | None:
    if annotation is None or isinstance(annotation, ast.Constant):
        return annotation
    if isinstance(annotation, ast.Name) and annotation.id in _PLAIN:
        return annotation
    return ast.copy_location(expression("__headlint_noted__", [thunk(annotation)]), annotation)
