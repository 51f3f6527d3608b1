"""The files to check: finding them, and reading them as Python would."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_SKIPPED = frozenset(
    """__pycache__ node_modules site-packages venv env build dist .git .hg .svn .tox .nox .venv .mypy_cache .ruff_cache
    .pytest_cache .ipynb_checkpoints .eggs""".split()
)
SUFFIXES = (".py", ".ipynb")


@dataclass(frozen=True, slots=True)
class Trouble:
    """Why a file can't be checked: one clear line. `line` is 0 where it concerns no line."""

    path: str
    line: int
    why: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.why}" if self.line else f"{self.path}: {self.why}"


def find(paths: Iterable[str]) -> Iterator[str | Trouble]:
    """The files that `paths` mean: files as they are, folders with all that is Python below them, each file once."""
    seen: set[str] = set()
    for path in paths:
        for found in _below(path):
            if isinstance(found, Trouble) or found not in seen:
                yield found
            if isinstance(found, str):
                seen.add(found)


def _below(path: str) -> Iterator[str | Trouble]:
    if os.path.isfile(path):  # noqa: PTH113 -- pathlib costs start-up time
        yield path
    elif not os.path.isdir(path):  # noqa: PTH112 -- as above
        yield Trouble(path, 0, "there is no such file or folder")
    else:
        yield from _walk(path)


def _walk(folder: str) -> Iterator[str | Trouble]:
    problems: list[Trouble] = []

    def note(error: OSError) -> None:
        problems.append(Trouble(str(error.filename), 0, f"the folder can't be read ({error.strerror})"))

    for root, folders, files in os.walk(folder, onerror=note):
        folders[:] = sorted(name for name in folders if name not in _SKIPPED and not name.endswith(".egg-info"))
        for name in sorted(files):
            if name.endswith(SUFFIXES):
                yield os.path.join(root, name) if root != "." else name  # noqa: PTH118 -- as above
    yield from problems


def load(path: str) -> bytes | Trouble:
    """The bytes of a file."""
    try:
        with open(path, "rb") as file:  # noqa: PTH123 -- as above
            return file.read()
    except OSError as error:
        return Trouble(path, 0, f"the file can't be read ({error.strerror})")


def encode(original: bytes, text: str) -> bytes:
    """A changed text in the encoding of the file that it came from."""
    return text.encode(_encoding(original))


def _encoding(data: bytes) -> str:
    """The encoding of a Python file. Raises SyntaxError for one that Python doesn't have."""
    start = data[:400]
    if not start.startswith(b"\xef\xbb\xbf") and b"coding" not in start:
        return "utf-8"
    import io
    import tokenize

    return tokenize.detect_encoding(io.BytesIO(data).readline)[0]


def decode(path: str, data: bytes) -> str | Trouble:
    """The text of a Python file, by its byte order mark, its coding comment, or else UTF-8."""
    if b"\0" in data:
        return Trouble(path, 0, "it is a binary file, not Python")
    try:
        return data.decode(_encoding(data))
    except (SyntaxError, LookupError, UnicodeDecodeError) as error:
        return Trouble(path, 1, f"its text can't be decoded ({error})")
