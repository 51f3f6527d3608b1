"""Text for people: where, what, the source with the history that led there, why it matters, how to mend it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from headlint.finding import Severity
from headlint.report.paint import Brush, Ink
from headlint.report.snippet import snippet
from headlint.report.summary import summary
from headlint.report.words import FLAGS, is_applicable, location, shown, verdict_word
from headlint.verdict import Verdict

if TYPE_CHECKING:
    from collections.abc import Iterator

    from headlint.finding import Finding, Fix, Place
    from headlint.report import Style
    from headlint.results import Checked, Results
    from headlint.source import Source
    from headlint.verdict import Judged

INKS = {Severity.ERROR: Ink.ERROR, Severity.WARNING: Ink.WARNING, Severity.NOTE: Ink.NOTE}
_VERDICTS = {Verdict.CONFIRMED: Ink.GOOD, Verdict.OBSERVED: Ink.GOOD}
_MARGIN = 12


def write(results: Results, style: Style) -> str:
    """One block a finding, and a summary."""
    brush = Brush(style.colour)
    blocks = [
        "\n".join(_block(checked, judged, results, style, brush))
        for checked in results.files
        for judged in shown(checked, style)
    ]
    return "\n\n".join(filter(None, [*blocks, summary(results, style, brush)]))


def headline(checked: Checked, judged: Judged, results: Results, brush: Brush) -> str:
    """`train.py:12:22: error[head-width-mismatch] the new head takes …  [confirmed]`."""
    finding = judged.finding
    word = verdict_word(judged, results)
    tag = "  " + brush(f"[{word}]", _VERDICTS.get(judged.verdict, Ink.FAINT)) if word else ""
    where = brush(location(checked.source, finding.place), Ink.STRONG)
    kind = brush(f"{finding.severity.value}[{finding.rule}]", INKS[finding.severity])
    return f"{where}: {kind} {brush(finding.message, Ink.STRONG)}{tag}"


def _block(checked: Checked, judged: Judged, results: Results, style: Style, brush: Brush) -> Iterator[str]:
    finding = judged.finding
    steps = [step for step in finding.steps if step.place.key != finding.place.key]
    gutter = max(len(str(place.line)) for place in (finding.place, *(step.place for step in steps)))
    frame = _Frame(checked.source, brush, gutter, style.width - _MARGIN, finding.place.cell)
    yield headline(checked, judged, results, brush)
    yield frame.bar()
    for step in steps:
        yield from frame.step(step.place, step.text)
    yield from frame.marked(finding.place, INKS[finding.severity])
    for word, text in _remarks(judged, results):
        yield frame.remark(word, text)


def _remarks(judged: Judged, results: Results) -> Iterator[tuple[str, str]]:
    """What stands below the source: what the run saw, what follows, how to mend it, what is uncertain."""
    finding = judged.finding
    if judged.observed and judged.observed != finding.message:
        yield "run", judged.observed
    for note in finding.notes:
        yield "note", note
    if finding.fix is not None:
        yield "fix", _hint(finding, finding.fix)
    if judged.verdict is Verdict.SUSPECTED and judged.why and not results.not_run:
        yield "unconfirmed", judged.why
    if judged.verdict is Verdict.REFUTED:
        yield "refuted", "the run reached this statement, knew all that the rule asks for, and found no mistake"


def _hint(finding: Finding, fix: Fix) -> str:
    return f"{fix.title}  [{FLAGS[fix.safety]}]" if is_applicable(finding) else fix.title


class _Frame:
    """Draws source lines behind a margin of line numbers."""

    def __init__(self, source: Source, brush: Brush, gutter: int, width: int, cell: int) -> None:
        self._source, self._brush, self._gutter, self._cell = source, brush, gutter, cell
        self._width = max(width, 40)

    def bar(self, number: int | str = "", text: str = "") -> str:
        margin = self._brush(f"  {number:>{self._gutter}} |", Ink.FRAME)
        return f"{margin} {text}" if text else margin

    def remark(self, word: str, text: str) -> str:
        return f"  {' ' * self._gutter} {self._brush('=', Ink.FRAME)} {self._brush(f'{word}:', Ink.STRONG)} {text}"

    def step(self, place: Place, text: str) -> Iterator[str]:
        """A line of the history, and what happened there; of another file, what happened alone."""
        if place.path != self._source.path:
            yield self.bar("", self._brush(f"- {text} ({place.path}:{place.line})", Ink.FRAME))
            return
        shown = snippet(self._source.line(place), place.span, self._width)
        cell = f" (cell {place.cell})" if place.cell != self._cell else ""
        yield self.bar(place.line, shown.text)
        yield self.bar("", f"{' ' * shown.start}{self._brush(f'- {text}{cell}', Ink.FRAME)}")

    def marked(self, place: Place, ink: Ink) -> Iterator[str]:
        """The line of the finding, with carets under what it speaks of."""
        shown = snippet(self._source.line(place), place.span, self._width)
        yield self.bar(place.line, shown.text)
        yield self.bar("", f"{' ' * shown.start}{self._brush('^' * (shown.end - shown.start), ink)}")
