"""The report for programs. `version` rises when a field changes its meaning or goes away."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from headlint.checker import Checked, Report, Run
    from headlint.finding import Fix, Place
    from headlint.verdict import Judged

VERSION = 1


def render(report: Report, *, show_refuted: bool) -> str:
    """The report as JSON text."""
    import json

    return json.dumps(document(report, show_refuted=show_refuted), indent=2, ensure_ascii=False)


def document(report: Report, *, show_refuted: bool) -> dict[str, Any]:
    """The report as plain data: every finding, every run, everything that could not be checked."""
    return {
        "version": VERSION,
        "files": report.count,
        "findings": [_finding(one) for one in report.judged if one.counts or show_refuted],
        "runs": [_run(file.run) for file in report.files if file.run is not None],
        "not_run": report.not_run,
        "errors": [error for file in report.files for error in _errors(file)],
    }


def _place(place: Place) -> dict[str, Any]:
    span = place.span
    told = {
        "path": place.path,
        "line": span.line,
        "column": span.column,
        "end_line": span.end_line,
        "end_column": span.end_column,
    }
    return told | ({"cell": place.cell} if place.cell else {})


def _finding(judged: Judged) -> dict[str, Any]:
    finding = judged.finding
    return {
        "rule": finding.rule,
        "severity": str(finding.severity),
        "verdict": str(judged.verdict),
        "message": finding.message,
        **_place(finding.place),
        "steps": [{**_place(step.place), "text": step.text} for step in finding.steps],
        "notes": list(finding.notes),
        "observed": judged.observed,
        "why_not_confirmed": judged.why,
        "fix": _fix(finding.fix) if finding.fix is not None else None,
    }


def _fix(fix: Fix) -> dict[str, Any]:
    return {
        "title": fix.title,
        "safety": fix.safety.name.lower(),
        "edits": [{**_place(edit.place), "replacement": edit.replacement} for edit in fix.edits],
    }


def _run(run: Run) -> dict[str, Any]:
    models = [{"name": name, "output": shape, "traced": traced} for name, shape, traced in run.models]
    return {"path": run.path, "models": models, "why_not": run.why, "seconds": round(run.seconds, 3)}


def _errors(file: Checked) -> list[dict[str, Any]]:
    return [{"path": trouble.path, "line": trouble.line, "why": trouble.why} for trouble in file.troubles]
