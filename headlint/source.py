"""The files to check: finding them, reading them as Python would, and writing them back."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING

from headlint.results import Trouble

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from headlint.finding import Edit, Finding, Place

SUFFIXES = (".py", ".ipynb")

_SKIPPED = frozenset(
    """__pycache__ node_modules site-packages venv env build dist .git .hg .svn .tox .nox .venv .mypy_cache .ruff_cache
    .pytest_cache .ipynb_checkpoints .eggs .direnv .pixi""".split()
)
_NEWLINE = re.compile(r"\r\n|\r|\n")
_COOKIE = re.compile(rb"^[ \t\f]*#.*?coding[:=]", re.MULTILINE)


class CannotEditError(Exception):
    """Edits that can't be written into a source, and why, as a clause."""


class Source:
    """A text to check, with what is needed to show its lines and to write it back as it was.

    The witnesses see `text`. What a user sees is asked for with places that went through `placed`, which matters to
    notebooks: a script's places are what they are.
    """

    def __init__(self, path: str, data: bytes, text: str, encoding: str) -> None:
        self.path = path
        self.data = data
        self.text = text
        self.encoding = encoding
        self.troubles: list[Trouble] = []
        self._lines: list[str] | None = None

    def placed(self, place: Place) -> Place:
        """Where a place of `text` stands for the user."""
        return place

    def relocated(self, finding: Finding) -> Finding:
        """A finding of `text` with all of its places as the user knows them."""
        return finding

    def line(self, place: Place) -> str:
        """The line of text on which a user's place starts, '' if there is none."""
        if self._lines is None:
            self._lines = lines(self.text)
        return self._lines[place.line - 1] if 0 < place.line <= len(self._lines) else ""

    def program_line(self, numbers: Sequence[int]) -> int | None:
        """The line of `text` that a user means by the numbers behind a path, None if there is none."""
        return numbers[0] if 0 < numbers[0] <= len(lines(self.text)) else None

    @property
    def extent(self) -> str:
        """How many lines a user can name, as a clause."""
        return f"the file has {len(lines(self.text))}"

    def edited(self, edits: Iterable[Edit]) -> Source:
        """The same source after edits at users' places, none of which overlap.

        Raises `CannotEditError` where a replacement can't be written in the file's encoding.
        """
        text = splice(self.text, edits)
        try:
            return Source(self.path, text.encode(self.encoding), text, self.encoding)
        except UnicodeEncodeError:
            raise CannotEditError(f"the fix can't be written in the file's encoding, {self.encoding}") from None

    def as_text(self) -> str:
        """The whole file as text, for a difference to be shown."""
        return self.text


def lines(text: str) -> list[str]:
    """The lines of a text as Python counts them: neither a form feed nor a Unicode separator ends one."""
    return _NEWLINE.split(text)


def splice(text: str, edits: Iterable[Edit]) -> str:
    """The text with edits applied that don't overlap, in the text's own kind of newline."""
    starts = [0, *(match.end() for match in _NEWLINE.finditer(text))]
    newline = "\r\n" if "\r\n" in text else "\n"
    for edit in sorted(edits, key=lambda edit: edit.place.span, reverse=True):
        span = edit.place.span
        start = starts[span.line - 1] + span.column - 1
        end = starts[span.end_line - 1] + span.end_column - 1
        text = text[:start] + edit.replacement.replace("\n", newline) + text[end:]
    return text


def find(paths: Iterable[str], is_excluded: Callable[[str], bool]) -> Iterator[str | Trouble]:
    """The files that `paths` mean: files as they are, folders with all that is Python below them, each file once."""
    seen: set[str] = set()
    for path in paths:
        for found in _below(path, is_excluded):
            if isinstance(found, Trouble) or found not in seen:
                yield found
            if isinstance(found, str):
                seen.add(found)


# os.path and plain strings throughout: pathlib costs start-up time, and these are the command line's own words.
def _below(path: str, is_excluded: Callable[[str], bool]) -> Iterator[str | Trouble]:
    if os.path.isdir(path):  # noqa: PTH112 -- as said above
        yield from _walk(path, is_excluded)
    elif os.path.exists(path):  # noqa: PTH110 -- as said above
        yield path
    else:
        yield Trouble(path, 0, "there is no such file or folder")


def _walk(folder: str, is_excluded: Callable[[str], bool]) -> Iterator[str | Trouble]:
    problems: list[Trouble] = []

    def note(error: OSError) -> None:
        problems.append(Trouble(str(error.filename), 0, f"the folder can't be read ({error.strerror})"))

    for root, folders, files in os.walk(folder, onerror=note):
        below = "" if root == "." else f"{root}{'' if root.endswith(os.sep) else os.sep}"
        below = below.removeprefix(f".{os.sep}")
        folders[:] = sorted(name for name in folders if _is_entered(name) and not is_excluded(f"{below}{name}"))
        for name in sorted(files):
            if name.endswith(SUFFIXES) and not is_excluded(f"{below}{name}"):
                yield f"{below}{name}"
    yield from problems


def _is_entered(folder: str) -> bool:
    return folder not in _SKIPPED and not folder.endswith(".egg-info")


def load(path: str) -> bytes | Trouble:
    """The bytes of a file."""
    try:
        with open(path, "rb") as file:  # noqa: PTH123 -- as said above
            return file.read()
    except OSError as error:
        return Trouble(path, 0, f"the file can't be read ({error.strerror})")


def decode(path: str, data: bytes) -> Source | Trouble:
    """A Python file as text: by its byte order mark, its coding comment, or else as UTF-8."""
    if b"\0" in data:
        return Trouble(path, 0, "it is a binary file, not Python")
    try:
        encoding = _encoding(data)
        return Source(path, data, data.decode(encoding), encoding)
    except (SyntaxError, LookupError, UnicodeDecodeError) as error:
        return Trouble(path, 1, f"its text can't be decoded ({error})")


def _encoding(data: bytes) -> str:
    head = b"\n".join(data[:1024].splitlines()[:2])
    if not data.startswith(b"\xef\xbb\xbf") and not _COOKIE.search(head):
        return "utf-8"
    import io
    import tokenize

    return tokenize.detect_encoding(io.BytesIO(data).readline)[0]
