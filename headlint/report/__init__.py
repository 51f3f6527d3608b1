"""Results as people and programs want to read them: one module a format, loaded when it is asked for."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, cast

from headlint.record import Record

if TYPE_CHECKING:
    from collections.abc import Callable

    from headlint.results import Results

FORMATS = ("text", "concise", "json", "github", "gitlab", "junit", "sarif")


class Style(Record):
    """How a report is to look. `width` is how many characters fit a line; only text for people heeds any of it."""

    colour: bool = False
    refuted: bool = False
    statistics: bool = False
    quiet: bool = False
    width: int = 120


def render(form: str, results: Results, style: Style) -> str:
    """The results in one of `FORMATS`."""
    module = import_module(f"headlint.report.{form}_format")
    write = cast("Callable[[Results, Style], str]", module.write)
    return write(results, style)
