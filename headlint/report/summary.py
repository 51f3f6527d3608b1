"""The last lines of a report for people: what was checked, found, fixed and run, and what was not run and why."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from headlint.finding import Safety
from headlint.report.paint import Brush, Ink
from headlint.report.words import all_shown, is_applicable, tally
from headlint.results import STATIC, counted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from headlint.report import Style
    from headlint.results import Checked, Ran, Results

_MOST_RUNS = 5
_MOST_FAILURES = 10


def summary(results: Results, style: Style, brush: Brush) -> str:
    """The summary, several lines; of a quiet report, what was asked for beside the findings."""
    statistics = list(_statistics(results, style)) if style.statistics else []
    if style.quiet:
        return "\n".join(statistics)
    lines = [*statistics, *([""] if statistics else []), _outcome(results, brush)]
    ran = [line for checked in results.files if (line := _ran(checked))]
    are_told = len(ran) <= _MOST_RUNS
    lines += ran if are_told else [f"Ran {len(ran)} scripts; --output-format json tells what each gave."]
    lines += _failures([str(one) for one in results.unproven() if not (one.model and are_told)])
    if results.not_run == STATIC and results.files:
        lines.append(f"Nothing was run: {STATIC}.")
    return "\n".join(lines)


def _outcome(results: Results, brush: Brush) -> str:
    """`3 files checked (1 without model code): 2 errors and 1 warning, 1 fixable with --fix.`."""
    aside = f" ({results.idle} without model code)" if results.idle else ""
    found = brush(tally(results), Ink.STRONG if any(judged.counts for judged in results.judged) else Ink.GOOD)
    extras = [*_fixable(results), *_suppressed(results), *_lost(results)]
    return f"{counted(results.count, 'file')} checked{aside}: {', '.join([found, *extras])}."


def _fixable(results: Results) -> Iterator[str]:
    findings = [judged.finding for judged in results.judged if judged.counts]
    safety = Counter(one.fix.safety for one in findings if one.fix is not None and is_applicable(one))
    fixed = sum(checked.fixed for checked in results.files)
    if fixed:
        yield f"{fixed} fixed"
    if safety[Safety.SAFE]:
        yield f"{safety[Safety.SAFE]} fixable with --fix"
    if safety[Safety.UNSAFE]:
        yield f"{safety[Safety.UNSAFE]} more with --unsafe-fixes"


def _suppressed(results: Results) -> Iterator[str]:
    number = sum(checked.suppressed for checked in results.files)
    if number:
        yield f"{number} suppressed"


def _lost(results: Results) -> Iterator[str]:
    number = len({trouble.path for trouble in results.troubles})
    if number:
        yield f"{counted(number, 'path')} could not be checked"


def _ran(checked: Checked) -> str:
    """`Ran train.py: resnet18 -> (batch, 10) by torch.fx.`."""
    run = checked.run
    if run is None or (run.why and not run.models):
        return ""
    models = "; ".join(map(_model, run.models)) or "no model was built"
    held = f" (at most {run.memory / (1 << 20):.0f} MiB)" if run.memory else ""
    return f"Ran {checked.path}: {models}{held}."


def _model(ran: Ran) -> str:
    if ran.why:
        return f"{ran.model} gives no output, {ran.why}"
    how = (f" by {ran.traced}" if ran.traced else "") + (f" {ran.images}" if ran.images else "")
    return f"{ran.model} -> {ran.shape}{how}"


def _failures(lines: list[str]) -> list[str]:
    """The first scripts and models that did not run through, and how many there are beside them."""
    more = len(lines) - _MOST_FAILURES
    tail = [f"... nor {more} more; --output-format json tells all of them."] if more > 0 else []
    return [*lines[:_MOST_FAILURES], *tail]


def _statistics(results: Results, style: Style) -> Iterator[str]:
    """How often each rule spoke, most often first."""
    numbers = Counter((judged.finding.rule, judged.finding.severity) for _, judged in all_shown(results, style))
    for (rule, severity), number in sorted(numbers.items(), key=lambda item: (-item[1], item[0])):
        yield f"{number:>5}  {severity.value:<7}  {rule}"
