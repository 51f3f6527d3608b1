"""Takes files in: reads and decodes them, and decides which of them are worth a closer look."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING

from headlint import source as source_files
from headlint.project import lookup
from headlint.results import Checked, Results, Trouble
from headlint.static.screen import matters, mentions

if TYPE_CHECKING:
    from collections.abc import Container

    from headlint.source import Source


_IMPORTED = re.compile(rb"^[ \t]*(?:from[ \t]+([\w.]+)[ \t]+import|import[ \t]+([\w.]+))", re.MULTILINE)
_DEEPEST = 2


def decode(path: str, data: bytes) -> Source | Trouble:
    """A script or a notebook as a source."""
    if is_notebook(path):
        from headlint.notebook import decode as decode_notebook

        return decode_notebook(path, data)
    return source_files.decode(path, data)


def visit(path: str) -> Checked | None:
    """A file that was not named, but holds what a named one imports."""
    data = source_files.load(path)
    source = data if isinstance(data, Trouble) else decode(path, data)
    return None if isinstance(source, Trouble) else Checked(source)


def load(path: str | Trouble, results: Results, named: Container[str]) -> tuple[str, bytes] | None:
    """The path and the bytes of a file that may hold surgery; what else is to be said of it goes into the results."""
    data = path if isinstance(path, Trouble) else source_files.load(path)
    if isinstance(data, Trouble):
        results.lost.append(data)
        return None
    results.count += 1
    return take(str(path), data, results, is_named=path in named)


def take(path: str, data: bytes, results: Results, *, is_named: bool) -> tuple[str, bytes] | None:
    """A file's path and bytes if it may hold surgery; a named one that doesn't should be Python at least.

    A named one may also get its models from modules of its project.
    """
    if is_named and brings_models(path, data):
        return path, data
    if is_candidate(path, data, results):
        return path, data
    if is_named and b"\0" not in data and not is_notebook(path):
        _only_parse(path, data, results)
    return None


def _only_parse(path: str, data: bytes, results: Results) -> None:
    """Say of a file that was named, and holds no model code, at least whether it is Python."""
    from headlint.parsing import parse

    source = source_files.decode(path, data)
    if isinstance(source, Trouble):
        results.lost.append(source)
        return
    try:
        parse(source.text)
    except SyntaxError as error:
        results.lost.append(Trouble(path, error.lineno or 1, f"it is not valid Python ({error.msg})"))
    except (ValueError, RecursionError, MemoryError) as error:
        results.lost.append(Trouble(path, 1, f"Python's parser gives up on it ({error})"))


def brings_models(path: str, data: bytes, depth: int = _DEEPEST) -> bool:
    """Whether a script imports a module of its own project that holds model code, or one that does so itself."""
    if is_notebook(path) or b"\0" in data:
        return False
    for match in _IMPORTED.finditer(data):
        module = (match[1] or match[2]).decode()
        found = lookup(os.path.dirname(path), module)  # noqa: PTH120 -- plain strings, as everywhere on this path
        inside = source_files.load(found) if found is not None and found != path else None
        if isinstance(inside, bytes) and (matters(inside) or (depth and brings_models(str(found), inside, depth - 1))):
            return True
    return False


def is_notebook(path: str) -> bool:
    """Whether a path is a notebook's, by its name."""
    return path.endswith(".ipynb")


def is_candidate(path: str, data: bytes, results: Results) -> bool:
    """Whether a file may hold surgery; one that doesn't is counted as idle, a binary one as lost."""
    if b"\0" in data and not is_notebook(path):
        results.lost.append(Trouble(path, 0, "it is a binary file, not Python"))
        return False
    if mentions(data) if is_notebook(path) else matters(data):  # in a notebook, the code must be dug out first
        return True
    results.idle += 1
    return False
