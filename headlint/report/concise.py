"""One line a finding, for editors and grep."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from headlint.checker import Report


def render(report: Report, *, show_refuted: bool) -> Iterator[str]:
    """The lines of the report: `path:line:column: severity [rule] message (verdict)`."""
    for judged in report.judged:
        if judged.counts or show_refuted:
            finding = judged.finding
            span = finding.place.span
            where = f"{finding.place.path}:{span.line}:{max(span.column, 1)}"
            yield f"{where}: {finding.severity} [{finding.rule}] {finding.message} ({judged.verdict})"
