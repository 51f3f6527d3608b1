"""The part of a script's module level that one of its functions depends on."""

from __future__ import annotations

import ast

from headlint.runtime.slices.calls import FUNCTIONS, bound_names, loaded_names, walk

_DEFINITIONS = (ast.Import, ast.ImportFrom, ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)


def narrowed(tree: ast.Module, target: str) -> ast.Module:
    """The tree without what neither defines nor changes a name that `target` depends on, in place."""
    needed = _needed(tree, target)
    tree.body = [node for node in tree.body if _stays(node, needed)]
    return tree


def _stays(node: ast.stmt, needed: set[str]) -> bool:
    if isinstance(node, (ast.Import, ast.ImportFrom)):
        return True
    return not _is_main(node) and bool(needed & _touched(node))


def _needed(tree: ast.Module, target: str) -> set[str]:
    """The names that a definition depends on, directly or not."""
    needed = {target}
    while True:
        used = {name for node in tree.body if _stays(node, needed) for name in _free_names(node)}
        if used <= needed:
            return needed
        needed |= used


def _free_names(node: ast.stmt) -> set[str]:
    """The names that a statement reads from around it: not those that a function binds itself."""
    if isinstance(node, FUNCTIONS):
        arguments = {inner.arg for inner in walk(node.args) if isinstance(inner, ast.arg)}
        bound = {name for inner in node.body for name in bound_names(inner)}
        outer = {name for inner in walk(node) if isinstance(inner, ast.Global) for name in inner.names}
        inside = {name for inner in node.body for name in _free_names(inner)}
        head = {*loaded_names(node.args), *(name for one in node.decorator_list for name in loaded_names(one))}
        return (inside - arguments - (bound - outer)) | head
    if isinstance(node, ast.ClassDef):
        heads = [*node.bases, *node.keywords, *node.decorator_list]
        return {name for one in heads for name in loaded_names(one)} | {
            n for one in node.body for n in _free_names(one)
        }
    return set(loaded_names(node))


def _touched(node: ast.stmt) -> set[str]:
    """The names that a statement of the module level binds or changes: `model` of `model.fc = head`."""
    if isinstance(node, _DEFINITIONS):
        return set(bound_names(node)[:1])
    changed = {
        inner.value.id
        for inner in walk(node)
        if isinstance(inner, (ast.Attribute, ast.Subscript))
        and isinstance(inner.ctx, ast.Store)
        and isinstance(inner.value, ast.Name)
    }
    return set(bound_names(node)) | changed


def _is_main(node: ast.stmt) -> bool:
    """`if __name__ == "__main__":`."""
    return isinstance(node, ast.If) and "__name__" in loaded_names(node.test)
