"""The report for people: each finding with its line, what led to it, and how to mend it; then a summary."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

from headlint.finding import Safety, Severity
from headlint.verdict import Judged, Verdict

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from headlint.checker import Checked, Report, Run
    from headlint.finding import Finding

_COLOURS = {"error": "31;1", "warning": "33;1", "note": "36;1", "dim": "2", "bold": "1", "caret": "31;1", "good": "32"}


def painter(*, colour: bool) -> Callable[[str, str], str]:
    """What colours a text in a style, or leaves it plain."""
    if not colour:
        return lambda text, _style: text
    return lambda text, style: f"\033[{_COLOURS[style]}m{text}\033[0m" if text else text


def render(report: Report, *, colour: bool, show_refuted: bool, quiet: bool) -> Iterator[str]:
    """The lines of the report."""
    paint = painter(colour=colour)
    for file in report.files:
        lines = file.text.split("\n")
        for judged in file.judged:
            if judged.counts or show_refuted:
                yield from _finding(judged, lines, paint)
                yield ""
    if not quiet:
        yield from _summary(report, paint)


def _finding(judged: Judged, lines: list[str], paint: Callable[[str, str], str]) -> Iterator[str]:
    finding = judged.finding
    place = finding.place
    column = f":{place.span.column}" if place.span.column else ""
    where = f"cell {place.cell}:{place.line}{column}" if place.cell else f"{place.line}{column}"
    kind = paint(f"{finding.severity}[{finding.rule}]", str(finding.severity))
    untold = judged.verdict is Verdict.READ or (judged.verdict is Verdict.SUSPECTED and not judged.why)
    verdict = "" if untold else paint(f"  ({judged.verdict})", "dim")
    yield f"{paint(f'{place.path}:{where}', 'bold')}: {kind} {finding.message}{verdict}"
    yield from _source(finding, lines, paint)
    gutter = " " * len(str(place.line))
    for step in finding.steps:
        if step.place.key != place.key:
            yield paint(f" {gutter} = line {step.place.line}: {step.text}", "dim")
    for note in finding.notes:
        yield f" {gutter} = {note}"
    if judged.observed and judged.observed != finding.message:
        yield f" {gutter} = the run saw: {judged.observed}"
    if judged.verdict is Verdict.SUSPECTED and judged.why:
        yield paint(f" {gutter} = not confirmed: {judged.why}", "dim")
    if finding.fix is not None:
        yield f" {gutter} = {paint('fix', 'good')}: {finding.fix.title}{_how(finding)}"


def _how(finding: Finding) -> str:
    fix = finding.fix
    if fix is None or not fix.edits:
        return ""
    return {Safety.SAFE: " (--fix)", Safety.UNSAFE: " (--unsafe-fixes)"}.get(fix.safety, "")


def _source(finding: Finding, lines: list[str], paint: Callable[[str, str], str]) -> Iterator[str]:
    span = finding.place.span
    if not 1 <= span.line <= len(lines):
        return
    line = lines[span.line - 1].rstrip("\r").expandtabs(4)
    number = str(span.line)
    yield paint(f" {' ' * len(number)} |", "dim")
    yield f" {paint(f'{number} |', 'dim')} {line}"
    if span.column:
        raw = lines[span.line - 1].rstrip("\r")
        start = _width(raw[: span.column - 1])
        end = span.end_column - 1 if span.end_line == span.line else len(raw)
        carets = "^" * max(1, _width(raw[:end]) - start)
        yield f" {paint(f'{chr(32) * len(number)} |', 'dim')} {' ' * start}{paint(carets, 'caret')}"


def _width(text: str) -> int:
    """How many columns of a terminal a text takes."""
    return sum(
        0 if unicodedata.combining(character) else 2 if unicodedata.east_asian_width(character) in "WF" else 1
        for character in text.expandtabs(4)
    )


# ---- summary


def _summary(report: Report, paint: Callable[[str, str], str]) -> Iterator[str]:
    shown = [judged for judged in report.judged if judged.counts]
    counts = [(severity, sum(judged.finding.severity is severity for judged in shown)) for severity in Severity]
    said = [paint(_counted(count, str(severity)), str(severity)) for severity, count in counts if count]
    found = ", ".join(said) if said else paint("no findings", "good")
    yield f"{_counted(report.count, 'file')} checked: {found}"
    runs = [file.run for file in report.files if file.run is not None]
    for run in runs:
        yield from _run(run, paint, several=len(runs) > 1)
    if report.not_run:
        yield f"nothing was run: {report.not_run}"


def _run(run: Run, paint: Callable[[str, str], str], *, several: bool) -> Iterator[str]:
    where = f"{run.path}: " if several else ""
    for name, shape, traced in run.models:
        how = f", traced by {traced}" if traced else ""
        yield paint(f"ran {where}{name} -> {shape}{how}", "dim")
    if run.why:
        yield f"not run{'' if not run.models else ' to its end'}: {where}{run.why}"


def troubles(files: list[Checked]) -> Iterator[str]:
    """The lines that say what could not be checked."""
    for file in files:
        for trouble in file.troubles:
            yield f"headlint: {trouble}"


def _counted(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"
