"""Everything as one JSON object, for programs.

    {
      "version": 1,                      changes only when a reader of this one would break
      "headlint": "0.1.0",
      "files": [{
        "path": "train.py",
        "suppressed": 0,                 findings that a comment silenced
        "fixed": 0,                      findings that --fix mended
        "findings": [{
          "rule": "head-width-mismatch",
          "severity": "error",           error | warning | note
          "verdict": "confirmed",        confirmed | suspected | observed | read | refuted
          "counts": true,                false for refuted: not shown by default, no part of the exit status
          "message": "the new head takes 512 features, but resnet50 gives it 2048",
          "place": {"path": "train.py", "cell": 0, "line": 6, "column": 22, "end_line": 6, "end_column": 25,
                    "statement": 6},
          "observed": "…",               what the run saw, in the rule's words
          "why": "…",                    why no run could tell
          "steps": [{"place": {…}, "text": "resnet50 is built with pretrained weights"}],
          "notes": ["…"],
          "fix": null | {
            "title": "…",
            "safety": "safe",            safe | unsafe | display
            "edits": [{"place": {…}, "replacement": "…"}]
          }
        }],
        "run": null | {
          "models": [{
            "model": "resnet50",
            "shape": "(batch, 10)",      of its output, '' if there is none
            "traced": "torch.fx",        how the run saw it: torch.fx | hooks
            "images": "",                which images it takes, where it doesn't take those of each usual size
            "why": ""                    why there is no output
          }],
          "why": "",                     why it stopped early
          "seconds": 0.4,
          "memory": 0                    the most bytes that it held, with --device cpu or cuda
        },
        "errors": [{"path": "train.py", "cell": 0, "line": 3, "why": "it is not valid Python (…)"}]
      }],
      "errors": [...],                   paths that could not be read
      "summary": {
        "checked": 3,
        "without_model_code": 1,
        "findings": {"error": 2, "warning": 1, "note": 0},
        "not_run": "",                   why nothing at all was run
        "unproven": [{                   what could not be run, so that silence about it proves nothing
          "path": "train.py",
          "model": "",                   '' where it is the script that stopped
          "why": "line 9 reads a file"
        }]
      }
    }

`files` are those with model code. Lines and columns count from 1, columns in characters; an end column is the one just
behind. A finding that only a run saw has no columns: they are 0. `cell` counts a notebook's code cells from 1.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from headlint import __version__
from headlint.finding import Severity

if TYPE_CHECKING:
    from headlint.finding import Finding, Fix, Place
    from headlint.report import Style
    from headlint.results import Checked, Results, Run, Trouble
    from headlint.verdict import Judged

VERSION = 1


def write(results: Results, _: Style) -> str:
    """The results as JSON; refuted findings are always among them."""
    return json.dumps(document(results), indent=2, ensure_ascii=False)


def document(results: Results) -> dict[str, Any]:
    """The results as plain data."""
    counts = results.counted()
    return {
        "version": VERSION,
        "headlint": __version__,
        "files": [_file(checked) for checked in results.files],
        "errors": [_trouble(trouble) for trouble in results.lost],
        "summary": {
            "checked": results.count,
            "without_model_code": results.idle,
            "findings": {severity.value: counts.get(severity, 0) for severity in Severity},
            "not_run": results.not_run,
            "unproven": [{"path": one.path, "model": one.model, "why": one.why} for one in results.unproven()],
        },
    }


def _file(checked: Checked) -> dict[str, Any]:
    return {
        "path": checked.path,
        "suppressed": checked.suppressed,
        "fixed": checked.fixed,
        "findings": [_judged(judged) for judged in checked.judged],
        "run": _run(checked.run) if checked.run else None,
        "errors": [_trouble(trouble) for trouble in checked.troubles],
    }


def _judged(judged: Judged) -> dict[str, Any]:
    finding = judged.finding
    return {
        "rule": finding.rule,
        "severity": finding.severity.value,
        "verdict": judged.verdict.value,
        "counts": judged.counts,
        "message": finding.message,
        "place": _place(finding.place),
        "observed": judged.observed,
        "why": judged.why,
        **_story(finding),
    }


def _story(finding: Finding) -> dict[str, Any]:
    return {
        "steps": [{"place": _place(step.place), "text": step.text} for step in finding.steps],
        "notes": list(finding.notes),
        "fix": _fix(finding.fix) if finding.fix else None,
    }


def _fix(fix: Fix) -> dict[str, Any]:
    edits = [{"place": _place(edit.place), "replacement": edit.replacement} for edit in fix.edits]
    return {"title": fix.title, "safety": fix.safety.name.lower(), "edits": edits}


def _place(place: Place) -> dict[str, Any]:
    span = place.span
    return {
        "path": place.path,
        "cell": place.cell,
        "line": span.line,
        "column": span.column,
        "end_line": span.end_line,
        "end_column": span.end_column,
        "statement": place.statement,
    }


def _run(run: Run) -> dict[str, Any]:
    told = ("model", "shape", "traced", "images", "why")
    models = [{name: getattr(ran, name) for name in told} for ran in run.models]
    return {"models": models, "why": run.why, "seconds": round(run.seconds, 3), "memory": run.memory}


def _trouble(trouble: Trouble) -> dict[str, Any]:
    return {"path": trouble.path, "cell": trouble.cell, "line": trouble.line, "why": trouble.why}
