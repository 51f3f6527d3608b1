"""What a check comes to: the vocabulary that the checker fills in and the reports read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from headlint.record import Record

if TYPE_CHECKING:
    from collections.abc import Iterator

    from headlint.finding import Severity
    from headlint.source import Source
    from headlint.verdict import Judged

STATIC = "--static only reads"


class Trouble(Record):
    """Why headlint could not do its job somewhere, as one clear line. `line` is 0 where it concerns no line."""

    path: str
    line: int
    why: str
    cell: int = 0

    def __str__(self) -> str:
        where = [self.path, f"cell {self.cell}" if self.cell else "", str(self.line) if self.line else ""]
        return f"{':'.join(part for part in where if part)}: {self.why}"


class Ran(Record):
    """A model that a run built: its output's shape and how the run saw it, or `why` there is no output.

    `images` says which images it was fed where it doesn't take those of each usual size.
    """

    model: str
    shape: str
    traced: str
    why: str = ""
    images: str = ""


class Run(Record):
    """What running one script came to. `why` is why the run stopped early or saw nothing, '' if it did not stop.

    `memory` is the most bytes that it held at once where it ran with real numbers, else 0.
    """

    models: tuple[Ran, ...]
    why: str
    seconds: float = 0.0
    memory: int = 0


class Unproven(Record):
    """What could not be run, and why: all of it (no path), a script (no model), or one model of a script.

    `partly` says that some of the script was run.
    """

    path: str
    model: str
    why: str
    partly: bool = False

    def __str__(self) -> str:
        if self.model:
            return f"{self.model} in {self.path} gives no output, {self.why}."
        if not self.path:
            return f"Nothing was run: {self.why}."
        return f"{'Ran only part of' if self.partly else 'Did not run'} {self.path}: {self.why}."


class Checked:
    """One file that was looked at: what was found, what was run, and what went wrong."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.judged: list[Judged] = []
        self.run: Run | None = None
        self.troubles: list[Trouble] = list(source.troubles)
        self.suppressed = 0
        self.fixed = 0

    @property
    def path(self) -> str:
        return self.source.path

    def unproven(self) -> Iterator[Unproven]:
        """What of it could not be run."""
        if self.run is not None and self.run.why:
            yield Unproven(self.path, "", self.run.why, partly=bool(self.run.models))
        for ran in self.run.models if self.run is not None else ():
            if ran.why:
                yield Unproven(self.path, ran.model, ran.why)


class Results:
    """All that a check came to.

    `count` is how many files were read; `idle` of them hold no model code, and are not among `files`. `lost` are the
    paths that could not even be read. `not_run` is why nothing at all was run, '' where runs took place.
    """

    def __init__(self) -> None:
        self.files: list[Checked] = []
        self.lost: list[Trouble] = []
        self.count = 0
        self.idle = 0
        self.not_run = ""

    @property
    def judged(self) -> Iterator[Judged]:
        """Every finding, refuted ones included."""
        return (judged for file in self.files for judged in file.judged)

    @property
    def troubles(self) -> Iterator[Trouble]:
        """Everything that kept headlint from doing its job."""
        yield from self.lost
        for file in self.files:
            yield from file.troubles

    def unproven(self) -> Iterator[Unproven]:
        """What could not be run, of which silence proves nothing; nothing of it where nobody wanted a run."""
        if self.not_run and self.not_run != STATIC and self.files:
            yield Unproven("", "", self.not_run)
        for file in self.files:
            yield from file.unproven()

    def counted(self) -> dict[Severity, int]:
        """How many findings count, by severity."""
        counts: dict[Severity, int] = {}
        for judged in self.judged:
            if judged.counts:
                counts[judged.finding.severity] = counts.get(judged.finding.severity, 0) + 1
        return counts


def counted(number: int, noun: str) -> str:
    """`1 file`, `2 files`."""
    return f"{number} {noun}{'' if number == 1 else 's'}"
