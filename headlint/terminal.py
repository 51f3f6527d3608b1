"""What headlint knows of the terminal that it speaks to: colours, width, and a line that tells what it is doing."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

import click

from headlint.report import Style

if TYPE_CHECKING:
    from typing import TextIO

_NARROWEST, _UNSEEN = 80, 120
_LONGEST = 100


def style(when: str, stream: TextIO, *, refuted: bool, statistics: bool, quiet: bool) -> Style:
    """How a report to a stream is to look. `when` is `--color`."""
    is_terminal = stream.isatty()
    return Style(_is_coloured(when, is_terminal), refuted, statistics, quiet, _width() if is_terminal else _UNSEEN)


def _width() -> int:
    from shutil import get_terminal_size

    return max(get_terminal_size().columns, _NARROWEST)


def _is_coloured(when: str, is_terminal: bool) -> bool:
    """What was asked for; else NO_COLOR, then FORCE_COLOR; else whether a terminal that knows colours listens."""
    if when != "auto":
        return when == "always"
    if os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("FORCE_COLOR"):
        return True
    return is_terminal and os.environ.get("TERM") != "dumb"


class Progress:
    """Tells a person at a terminal what is being done, on one line that is written over and over; nobody else."""

    def __init__(self, quiet: bool) -> None:
        self._is_seen = not quiet and sys.stderr.isatty()

    def tell(self, text: str) -> None:
        if self._is_seen:
            click.echo(f"\r\033[K{text[:_LONGEST]}", nl=False, err=True, color=True)

    def clear(self) -> None:
        self.tell("")
