"""Colours for terminals."""

from __future__ import annotations

from enum import StrEnum


class Ink(StrEnum):
    """What a piece of a report is, as a colour."""

    ERROR = "1;31"
    WARNING = "1;33"
    NOTE = "1;36"
    STRONG = "1"
    FRAME = "34"
    FAINT = "2"
    GOOD = "32"


class Brush:
    """Colours text, or leaves it as it is."""

    def __init__(self, colour: bool) -> None:
        self._colour = colour

    def __call__(self, text: str, ink: Ink) -> str:
        return f"\033[{ink.value}m{text}\033[0m" if self._colour and text else text
