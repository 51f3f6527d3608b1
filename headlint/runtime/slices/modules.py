"""The user's own modules that a script imports: each is made tolerant once, and serves all ways through the script."""

from __future__ import annotations

import importlib.util
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from headlint.norms import treats_norms
from headlint.runtime.slices.files import File
from headlint.runtime.slices.hints import called_attributes, called_texts, parts_in_forward, read_attributes
from headlint.runtime.slices.names import Names
from headlint.runtime.slices.program import owners, parsed
from headlint.runtime.slices.tolerance import tolerate

if TYPE_CHECKING:
    from collections.abc import Iterable
    from types import CodeType

_MOST = 200
_LARGEST = 300_000
_ready: dict[str, tuple[str, Module]] = {}


@dataclass(frozen=True, slots=True)
class Module:
    """A module of the user's, of which nothing is left out, since others may want any of it.

    `called`, `read` and `calls` are as in `Program`; `parts` are what its forward passes call of `self`.
    """

    file: File
    code: CodeType
    called: frozenset[str]
    parts: frozenset[str]
    read: frozenset[str]
    calls: frozenset[str]
    treats_norms: bool


def tolerant_module(path: str, text: str) -> Module:
    """A module made ready. Raises SyntaxError, ValueError or RecursionError for what Python can't read."""
    known = _ready.get(path)
    if known is None or known[0] != text:
        known = _ready[path] = text, _made(path, text)
    return known[1]


def _made(path: str, text: str) -> Module:
    tree = parsed(text)
    statements = dict(owners(tree))
    told = (
        called_attributes(tree),
        parts_in_forward(tree),
        read_attributes(tree),
        called_texts(tree),
        treats_norms(text),
    )
    tolerate(tree, Names(tree, path))
    code: Any = compile(tree, path, "exec", dont_inherit=True)
    return Module(File(path, tree, lambda line: statements.get(line, line)), code, *told)


def make_ready(paths: Iterable[object]) -> None:
    """Make modules ready for the processes that will be forked; anybody may have told their paths."""
    for path in list(paths)[:_MOST]:
        if isinstance(path, str) and path.endswith(".py") and path not in _ready:
            try:
                file = Path(path)
                if file.is_file() and file.stat().st_size <= _LARGEST:
                    tolerant_module(path, importlib.util.decode_source(file.read_bytes()))
            except (OSError, SyntaxError, ValueError, RecursionError, MemoryError):
                continue
