"""A place in a file as the command line names it: `train.py:12`, or `train.ipynb:3:2`, the second line of cell 3.

Places can be pasted as reports print them, with a column: `train.py:12:22`, `train.ipynb:cell 3:2:22`.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from headlint.record import Record
from headlint.refusal import RefusedError
from headlint.results import Trouble

if TYPE_CHECKING:
    from headlint.finding import Place
    from headlint.history import History
    from headlint.source import Source

_FORM = re.compile(r"(?P<path>.+?)(?P<numbers>(?::(?:cell )?\d+){1,3})")


class Spot(Record):
    """A line of a source. `line` counts in its text as the witnesses see it, `name` is how the user put it."""

    name: str
    source: Source
    line: int

    @property
    def text(self) -> str:
        """What stands on the line."""
        return self.source.text.split("\n")[self.line - 1].strip()

    def covered(self, place: Place) -> bool:
        """Whether a place of the witnesses takes in the line."""
        first, last = min(place.statement, place.span.line), max(place.statement, place.span.end_line)
        return place.path == self.source.path and first <= self.line <= last


def is_spot(wanted: str) -> bool:
    """Whether a word of the command line looks like a place in a file."""
    return wanted.endswith((".py", ".ipynb")) or _FORM.fullmatch(wanted) is not None


def spot(wanted: str) -> Spot:
    """The line that `FILE:LINE` or `NOTEBOOK:CELL:LINE` means.

    Raises `RefusedError` for what is no such place, and for a file that can't be read.
    """
    told = _FORM.fullmatch(wanted)
    if told is None:
        raise RefusedError(f"{wanted} is no place: it takes FILE:LINE, or NOTEBOOK:CELL:LINE")
    source = read(told["path"])
    line = source.program_line([int(number) for number in re.findall(r"\d+", told["numbers"])])
    if line is None:
        raise RefusedError(f"{wanted}: there is no such line; {source.extent}")
    return Spot(wanted, source, line)


def read(path: str) -> Source:
    """A file named on the command line. Raises `RefusedError` for one that can't be read."""
    from headlint import source as files
    from headlint.intake import decode

    data = files.load(path)
    source = data if isinstance(data, Trouble) else decode(path, data)
    if isinstance(source, Trouble):
        raise RefusedError(str(source))
    return source


def histories(source: Source) -> tuple[History, ...]:
    """What the static witness tells of a source. Raises `RefusedError` where it is no Python."""
    from headlint.static.witness import Unreadable, tell

    try:
        return tell(source.path, source.text)
    except Unreadable as error:
        raise RefusedError(f"{source.path}:{error.line}: {error.why}") from None
