"""`--entry pkg.module:build_model --arg name=vgg16`: which file that is, what to call in it, and with what."""

from __future__ import annotations

import ast
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from headlint.refusal import RefusedError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_WORDS = {"true": True, "false": False, "none": None, "null": None}


def located(entry: str) -> tuple[str, str]:
    """The file that an entry point lies in, and its name there. Raises `RefusedError` where there is none."""
    module, colon, name = entry.rpartition(":")
    if not colon or not module or not name.isidentifier():
        raise RefusedError(f"--entry {entry} must be module:function, or path/to/file.py:function")
    path = module if module.endswith((".py", ".ipynb")) else next(_files(module), "")
    if not path or not Path(path).is_file():
        raise RefusedError(f"--entry {entry}: there is no module {module} here")
    if path.endswith(".py") and not _may_define(Path(path), name):
        raise RefusedError(f"--entry {entry}: {path} has no {name}")
    return path, name


def _files(module: str) -> Iterator[str]:
    """The files that a module's name may mean: below here and `src`, then where Python looks. Nothing is imported."""
    inner = Path(*module.split("."))
    for root in (Path(), Path("src"), *map(Path, filter(None, sys.path))):
        for path in (root / inner.with_name(f"{inner.name}.py"), root / inner / "__init__.py"):
            if path.is_file():
                yield os.fspath(path)


def _may_define(path: Path, name: str) -> bool:
    """Whether a name is bound somewhere in a file; a file that can't be read is for the check to complain of."""
    try:
        tree = ast.parse(path.read_bytes())
    except (SyntaxError, ValueError, RecursionError, OSError):
        return True
    return any(bound in {name, "*"} for node in ast.walk(tree) for bound in _bound(node))


def _bound(node: ast.AST) -> Iterator[str]:
    match node:
        case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
            yield name
        case ast.Name(id=name, ctx=ast.Store()):
            yield name
        case ast.alias(name=name, asname=asname):
            yield asname or name.partition(".")[0]


def parsed(arguments: Iterable[str]) -> tuple[tuple[str, Any], ...]:
    """`("width=512", "name=vgg16", "pretrained=false")` as names and values. Raises `RefusedError`."""
    return tuple(map(_parsed, arguments))


def _parsed(argument: str) -> tuple[str, Any]:
    name, equals, text = argument.partition("=")
    if not equals or not name.isidentifier():
        raise RefusedError(f"--arg {argument} must be name=value")
    if text.lower() in _WORDS:
        return name, _WORDS[text.lower()]
    try:
        return name, ast.literal_eval(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return name, text
