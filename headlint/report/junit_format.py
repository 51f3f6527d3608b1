"""JUnit's XML: a suite a file, a failed case a finding, an error for what could not be checked.

What could not be run is a skipped case: it has neither failed nor passed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.sax.saxutils import escape, quoteattr

from headlint.report.words import location, shown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from headlint.report import Style
    from headlint.results import Checked, Results, Trouble, Unproven
    from headlint.verdict import Judged


def write(results: Results, style: Style) -> str:
    """The document. A file without findings is one case that passed."""
    suites = [_suite(checked, style) for checked in results.files]
    suites += [_wrapped(trouble.path, [_error(trouble)], 0, 1) for trouble in results.lost]
    nothing = [_skipped(one) for one in results.unproven() if not one.path]
    suites += [_wrapped("run", nothing, 0, 0, len(nothing))] if nothing else []
    head = ['<?xml version="1.0" encoding="utf-8"?>', '<testsuites name="headlint">']
    return "\n".join([*head, *suites, "</testsuites>"])


def _suite(checked: Checked, style: Style) -> str:
    cases = [_failure(checked, judged) for judged in shown(checked, style)]
    failures = len(cases)
    cases += [_error(trouble) for trouble in checked.troubles]
    if not cases:
        cases = [f"    <testcase name={_quoted(checked.path)}/>"]
    skipped = [_skipped(one) for one in checked.unproven()]
    return _wrapped(checked.path, cases + skipped, failures, len(checked.troubles), len(skipped))


def _wrapped(name: str, cases: list[str], failures: int, errors: int, skipped: int = 0) -> str:
    numbers = f'tests="{len(cases)}" failures="{failures}" errors="{errors}" skipped="{skipped}"'
    head = f"  <testsuite name={_quoted(name)} {numbers}>"
    return "\n".join([head, *cases, "  </testsuite>"])


def _failure(checked: Checked, judged: Judged) -> str:
    finding = judged.finding
    name = f"{finding.rule} at {location(checked.source, finding.place)}"
    body = _escaped("\n".join(_lines(judged)))
    message = _quoted(finding.message)
    return (
        f"    <testcase name={_quoted(name)}>"
        f"<failure type={_quoted(finding.severity.value)} message={message}>{body}</failure></testcase>"
    )


def _lines(judged: Judged) -> Iterator[str]:
    for step in judged.finding.steps:
        yield f"{step.place.path}:{step.place.line}: {step.text}"
    yield from judged.finding.notes


def _error(trouble: Trouble) -> str:
    return f"    <testcase name={_quoted(trouble.path)}><error message={_quoted(str(trouble))}/></testcase>"


def _skipped(one: Unproven) -> str:
    name = f"{one.model or one.path or 'every model'} runs"
    return f"    <testcase name={_quoted(name)}><skipped message={_quoted(str(one))}/></testcase>"


def _allowed(text: str) -> str:
    """Without the control characters that XML knows no way to write."""
    return "".join(character if character.isprintable() or character in "\n\t" else "?" for character in text)


def _escaped(text: str) -> str:
    return escape(_allowed(text))


def _quoted(text: str) -> str:
    return quoteattr(_allowed(text))
