"""The vocabulary of answers: places in a user's source, findings about them, and fixes for them.

Lines and columns count from 1, columns in characters; an `Edit`'s span ends before its end column.
"""

from __future__ import annotations

from enum import IntEnum, StrEnum

from headlint.record import Record


class Severity(StrEnum):
    """How bad a finding is."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


class Safety(IntEnum):
    """What applying a fix may do, from least to most trusted."""

    DISPLAY = 0
    UNSAFE = 1
    SAFE = 2


class Span(Record):
    """A stretch of text, from its first character to just past its last."""

    line: int
    column: int
    end_line: int
    end_column: int


class Place(Record):
    """Where something stands in the user's source.

    `statement` is the first line of the innermost statement that encloses the place: the unit in which the static
    and the runtime witness can be compared, since a run knows lines and no columns. A run's span covers whole lines
    and has columns 0. `cell` counts a notebook's code cells from 1; 0 means that the file is a script.
    """

    path: str
    span: Span
    statement: int
    cell: int = 0

    @property
    def line(self) -> int:
        return self.span.line

    @property
    def key(self) -> tuple[str, int, int]:
        """What two witnesses' places have in common when they speak of one statement."""
        return (self.path, self.cell, self.statement)


def line_of(place: Place, seen_from: Place) -> str:
    """A place in a sentence about another one: `line 9`, or `line 9 of factory.py` where that is another file."""
    name = place.path.rpartition("/")[2]
    return f"line {place.line}" + (f" of {name}" if place.path != seen_from.path else "")


class Edit(Record):
    """One replacement of text; an empty span inserts."""

    place: Place
    replacement: str


class Fix(Record):
    """A way to mend a finding. Its title states the remedy."""

    title: str
    safety: Safety
    edits: tuple[Edit, ...]


class Step(Record):
    """One step of the history that led to a finding, as told to a person: `resnet50 is built`."""

    place: Place
    text: str


class Finding(Record):
    """One mistake: the rule that says so, where, and with which numbers.

    `message` states facts only; remedies stand in `fix`. `notes` are the consequences that a user meets.
    """

    rule: str
    severity: Severity
    place: Place
    message: str
    steps: tuple[Step, ...] = ()
    notes: tuple[str, ...] = ()
    fix: Fix | None = None
