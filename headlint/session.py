"""One `headlint check`: from paths and settings to a report on the terminal, mended files and an exit code."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Any

import click

from headlint.checker import Checker, Options, Report
from headlint.finding import Safety

if TYPE_CHECKING:
    from collections.abc import Iterable

    from headlint.checker import Checked

FOUND, FAILED = 1, 2
_SEVERITIES = ("error", "warning", "note")


def check(paths: Iterable[str], options: Options, stdin_name: str) -> Report:
    """Check paths, or standard input for `-`."""
    named = tuple(paths)
    if named == ("-",):
        return Checker(options).check_text(stdin_name, sys.stdin.buffer.read())
    return Checker(options).check_paths(named)


def finish(report: Report, settings: dict[str, Any]) -> int:
    """Report, mend, and return the exit code."""
    from headlint.report import text

    if settings["diff"] or settings["fix"] or settings["unsafe_fixes"]:
        _mend(report, settings)
    if not settings["diff"]:
        _show(report, settings)
    for line in text.troubles(report.files):
        click.echo(line, err=True)
    return exit_code(report, settings.get("fail_on", "warning"), require_run=settings["require_run"])


def exit_code(report: Report, fail_on: str, *, require_run: bool) -> int:
    """0 nothing found, 1 findings, 2 headlint could not do its job."""
    if report.troubles:
        return FAILED
    rank = _SEVERITIES.index(fail_on)
    if any(one.counts and _SEVERITIES.index(one.finding.severity) <= rank for one in report.judged):
        return FOUND
    not_run = report.not_run or any(file.run is not None and file.run.why for file in report.files)
    return FOUND if require_run and not_run else 0


def _show(report: Report, settings: dict[str, Any]) -> None:
    from headlint.report import concise, json, text

    show_refuted = settings["show_refuted"]
    match settings.get("output_format", "text"):
        case "json":
            click.echo(json.render(report, show_refuted=show_refuted))
        case "concise":
            for line in concise.render(report, show_refuted=show_refuted):
                click.echo(line, color=True)
        case _:
            colour = _coloured(settings["color"])
            for line in text.render(report, colour=colour, show_refuted=show_refuted, quiet=settings["quiet"]):
                click.echo(line, color=True)


def _coloured(wish: str) -> bool:
    if wish != "auto":
        return wish == "always"
    if os.environ.get("NO_COLOR"):
        return False
    return bool(os.environ.get("FORCE_COLOR")) or sys.stdout.isatty()


def _mend(report: Report, settings: dict[str, Any]) -> None:
    """Apply fixes, or show what they would change; what is mended counts as found no more."""
    from headlint.fixes import apply, wanted
    from headlint.source import Trouble

    lowest = Safety.UNSAFE if settings["unsafe_fixes"] else Safety.SAFE
    for file in report.files:
        fixes = wanted(file.judged, lowest)
        if not fixes or not file.text:
            continue
        try:
            result, applied = apply(file.text, file.path, fixes)
        except ValueError as error:
            file.troubles.append(Trouble(file.path, 0, f"nothing was fixed: {error}"))
            continue
        if applied and settings["diff"]:
            _print_diff(file, result)
        elif applied and _write(file, result):
            file.judged = [one for one in file.judged if one.finding.fix not in applied]


def _print_diff(file: Checked, result: str) -> None:
    import difflib

    before, after = (text.splitlines(keepends=True) for text in (file.text, result))
    for line in difflib.unified_diff(before, after, file.path, file.path):
        click.echo(line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n", nl=False)


def _write(file: Checked, result: str) -> bool:
    from headlint.source import Trouble, encode

    try:
        with open(file.path, "wb") as target:  # noqa: PTH123 -- the command line's own string
            target.write(encode(file.data, result))
    except OSError as error:
        file.troubles.append(Trouble(file.path, 0, f"the fixes can't be written ({error.strerror})"))
        return False
    return True
