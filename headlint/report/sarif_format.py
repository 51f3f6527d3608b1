"""SARIF 2.1.0, which code scanning services read."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from headlint import __version__
from headlint.finding import Severity
from headlint.report.words import all_shown, column, end

if TYPE_CHECKING:
    from headlint.finding import Edit, Fix, Place
    from headlint.report import Style
    from headlint.results import Checked, Results, Trouble, Unproven
    from headlint.source import Source
    from headlint.verdict import Judged

_LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "note"}


def write(results: Results, style: Style) -> str:
    """The log, with one run."""
    found = list(all_shown(results, style))
    driver = {"name": "headlint", "version": __version__, "rules": _rules({judged.finding.rule for _, judged in found})}
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "results": [_result(checked, judged) for checked, judged in found],
        "invocations": [_invocation(results)],
    }
    schema = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/os/schemas/sarif-schema-2.1.0.json"
    return json.dumps({"$schema": schema, "version": "2.1.0", "runs": [run]}, indent=2)


def _rules(names: set[str]) -> list[dict[str, Any]]:
    from headlint import demands, suppression
    from headlint.rule import rules

    return [
        {
            "id": rule.name,
            "shortDescription": {"text": rule.summary},
            "fullDescription": {"text": rule.documentation.strip()},
            "defaultConfiguration": {"level": _LEVELS[rule.severity]},
        }
        for rule in (*rules(), suppression.RULE, demands.RULE)
        if rule.name in names
    ]


def _result(checked: Checked, judged: Judged) -> dict[str, Any]:
    finding, source = judged.finding, checked.source
    result: dict[str, Any] = {
        "ruleId": finding.rule,
        "level": _LEVELS[finding.severity],
        "message": {"text": "\n".join([finding.message, *finding.notes])},
        "locations": [_location(source, finding.place)],
        "relatedLocations": [
            {**_location(source, step.place), "id": number, "message": {"text": step.text}}
            for number, step in enumerate(finding.steps, 1)
        ],
        "properties": {"verdict": judged.verdict.value, "why": judged.why},
    }
    if finding.fix and finding.fix.edits and not finding.place.cell:
        result["fixes"] = [_fix(source, finding.fix)]
    return result


def _location(source: Source, place: Place) -> dict[str, Any]:
    physical: dict[str, Any] = {"artifactLocation": {"uri": _uri(place.path)}}
    if not place.cell:  # the lines of a cell are not those of the notebook's file
        physical["region"] = _region(source, place)
    return {"physicalLocation": physical}


def _region(source: Source, place: Place) -> dict[str, int]:
    end_line, end_column = end(source, place)
    start = {"startLine": place.line, "startColumn": column(source, place)}
    return {**start, "endLine": end_line, "endColumn": end_column}


def _fix(source: Source, fix: Fix) -> dict[str, Any]:
    paths = sorted({edit.place.path for edit in fix.edits})
    changes = [
        {
            "artifactLocation": {"uri": _uri(path)},
            "replacements": [_replacement(source, edit) for edit in fix.edits if edit.place.path == path],
        }
        for path in paths
    ]
    return {"description": {"text": fix.title}, "artifactChanges": changes}


def _replacement(source: Source, edit: Edit) -> dict[str, Any]:
    return {"deletedRegion": _region(source, edit.place), "insertedContent": {"text": edit.replacement}}


def _invocation(results: Results) -> dict[str, Any]:
    notes = [_notification(trouble) for trouble in results.troubles]
    unproven = [_unproven(one) for one in results.unproven()]
    return {"executionSuccessful": not notes, "toolExecutionNotifications": notes + unproven}


def _unproven(one: Unproven) -> dict[str, Any]:
    note: dict[str, Any] = {"level": "note", "message": {"text": str(one)}}
    if one.path:
        note["locations"] = [{"physicalLocation": {"artifactLocation": {"uri": _uri(one.path)}}}]
    return note


def _notification(trouble: Trouble) -> dict[str, Any]:
    physical: dict[str, Any] = {"artifactLocation": {"uri": _uri(trouble.path)}}
    if trouble.line and not trouble.cell:
        physical["region"] = {"startLine": trouble.line}
    return {"level": "error", "message": {"text": trouble.why}, "locations": [{"physicalLocation": physical}]}


def _uri(path: str) -> str:
    from urllib.parse import quote

    return quote(path.replace("\\", "/"))
