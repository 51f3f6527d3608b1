"""GitHub's workflow commands: each finding becomes an annotation on its line of a pull request."""

from __future__ import annotations

from typing import TYPE_CHECKING

from headlint.finding import Severity
from headlint.report.words import all_shown, column, end, verdict_word

if TYPE_CHECKING:
    from headlint.report import Style
    from headlint.results import Checked, Results, Trouble, Unproven
    from headlint.verdict import Judged

_LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "notice"}


def write(results: Results, style: Style) -> str:
    """One command a line."""
    lines = [_annotation(checked, judged, results) for checked, judged in all_shown(results, style)]
    lines += [_trouble(trouble) for trouble in results.troubles]
    return "\n".join(lines + [_unproven(one) for one in results.unproven()])


def _annotation(checked: Checked, judged: Judged, results: Results) -> str:
    finding, place = judged.finding, judged.finding.place
    end_line, end_column = end(checked.source, place)
    where: dict[str, object] = {"file": place.path, "title": f"headlint {finding.rule}"}
    if not place.cell:  # the lines of a cell are not those of the notebook's file
        where |= {"line": place.line, "col": column(checked.source, place), "endLine": end_line}
        if end_line == place.line:
            where["endColumn"] = end_column
    word = verdict_word(judged, results)
    text = "\n".join([finding.message + (f" [{word}]" if word else ""), *finding.notes])
    return _command(_LEVELS[finding.severity], where, f"cell {place.cell}: {text}" if place.cell else text)


def _trouble(trouble: Trouble) -> str:
    where: dict[str, object] = {"file": trouble.path, "title": "headlint"}
    if trouble.line and not trouble.cell:
        where["line"] = trouble.line
    return _command("error", where, trouble.why)


def _unproven(one: Unproven) -> str:
    return _command("notice", {"file": one.path, "title": "headlint: not run"} if one.path else {}, str(one))


def _command(level: str, where: dict[str, object], text: str) -> str:
    properties = ",".join(f"{key}={_property(str(value))}" for key, value in where.items())
    return f"::{level}{' ' if properties else ''}{properties}::{_data(text)}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
