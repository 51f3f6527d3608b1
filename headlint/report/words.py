"""Words that several reports use."""

from __future__ import annotations

from typing import TYPE_CHECKING

from headlint.finding import Safety, Severity
from headlint.report.snippet import marked
from headlint.results import counted
from headlint.verdict import Verdict

if TYPE_CHECKING:
    from collections.abc import Iterator

    from headlint.finding import Finding, Place
    from headlint.report import Style
    from headlint.results import Checked, Results
    from headlint.source import Source
    from headlint.verdict import Judged

FLAGS = {Safety.SAFE: "--fix", Safety.UNSAFE: "--unsafe-fixes"}
DOCUMENTATION = "headlint explain "


def shown(checked: Checked, style: Style) -> Iterator[Judged]:
    """The findings of a file that are to be shown."""
    return (judged for judged in checked.judged if judged.counts or style.refuted)


def all_shown(results: Results, style: Style) -> Iterator[tuple[Checked, Judged]]:
    """The findings of all files that are to be shown, with their files."""
    return ((checked, judged) for checked in results.files for judged in shown(checked, style))


def column(source: Source, place: Place) -> int:
    """The column of a place, from 1; a run knows none, and means the first character of the line."""
    return marked(source.line(place), place.span)[0] + 1


def end(source: Source, place: Place) -> tuple[int, int]:
    """The line and the column just behind a place, from 1."""
    span = place.span
    if span.end_column > 0:
        return span.end_line, span.end_column
    return span.line, marked(source.line(place), span)[1] + 1


def location(source: Source, place: Place) -> str:
    """`train.py:12:22`, or `train.ipynb:cell 3:2:22`."""
    cell = f"cell {place.cell}:" if place.cell else ""
    return f"{place.path}:{cell}{place.line}:{column(source, place)}"


def verdict_word(judged: Judged, results: Results) -> str:
    """The verdict where it says something: `confirmed`; nothing where nobody ran anything."""
    if judged.verdict is Verdict.READ or (judged.verdict is Verdict.SUSPECTED and results.not_run):
        return ""
    return judged.verdict.value


def is_applicable(finding: Finding) -> bool:
    """Whether some option of headlint's applies the finding's fix: it has edits, all in the finding's own file."""
    fix = finding.fix
    if fix is None or not fix.edits or fix.safety not in FLAGS:
        return False
    return all(edit.place.path == finding.place.path for edit in fix.edits)


def tally(results: Results) -> str:
    """`2 errors and 1 warning`, or `no findings`."""
    counts = results.counted()
    parts = [counted(counts[severity], severity.value) for severity in Severity if severity in counts]
    return listed(parts) or "no findings"


def listed(parts: list[str]) -> str:
    """`a`, `a and b`, `a, b and c`."""
    return " and ".join(part for part in (", ".join(parts[:-1]), *parts[-1:]) if part)
