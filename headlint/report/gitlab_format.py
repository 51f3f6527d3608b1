"""GitLab's code quality report: a JSON list, shown in merge requests."""

from __future__ import annotations

import json
from collections import Counter
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from headlint.finding import Severity
from headlint.report.words import all_shown

if TYPE_CHECKING:
    from headlint.report import Style
    from headlint.results import Results
    from headlint.verdict import Judged

_SEVERITIES = {Severity.ERROR: "major", Severity.WARNING: "minor", Severity.NOTE: "info"}


def write(results: Results, style: Style) -> str:
    """One entry a finding, and one for each file that could not be checked, and for what could not be run."""
    seen: Counter[str] = Counter()
    entries = [_issue(judged, seen) for _, judged in all_shown(results, style)]
    entries += [
        _entry("not-checked", trouble.why, "blocker", (trouble.path, max(trouble.line, 1)), seen)
        for trouble in results.troubles
    ]
    entries += [_entry("not-run", str(one), "info", (one.path or ".", 1), seen) for one in results.unproven()]
    return json.dumps(entries, indent=2)


def _issue(judged: Judged, seen: Counter[str]) -> dict[str, Any]:
    finding = judged.finding
    place = finding.place
    text = f"cell {place.cell}: {finding.message}" if place.cell else finding.message
    return _entry(finding.rule, text, _SEVERITIES[finding.severity], (place.path, place.line), seen)


def _entry(rule: str, text: str, severity: str, where: tuple[str, int], seen: Counter[str]) -> dict[str, Any]:
    """An entry whose fingerprint outlives a change of lines: it counts equal findings of a file instead."""
    identity = "\0".join((where[0], rule, text))
    seen[identity] += 1
    return {
        "description": text,
        "check_name": rule,
        "fingerprint": sha256(f"{identity}\0{seen[identity]}".encode()).hexdigest(),
        "severity": severity,
        "location": {"path": where[0], "lines": {"begin": where[1]}},
    }
