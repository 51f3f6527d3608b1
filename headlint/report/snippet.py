"""Lines of source as a terminal shows them: tabs, wide characters and very long lines keep their carets in place."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from headlint.finding import Span

_TAB = 4
_CUT = "..."


class Snippet(NamedTuple):
    """A line ready to be shown, with the columns, counted from 0, between which something is to be marked."""

    text: str
    start: int
    end: int


def snippet(line: str, span: Span, width: int) -> Snippet:
    """A line and the part of a span that lies on it; a line of more than `width` characters is cut around that."""
    line = line.rstrip()
    first, last = marked(line, span)
    before, after = "", ""
    if len(line) > width:
        begin = max(min(first - width // 3, len(line) - width), 0)
        stop = begin + width
        before, after = _CUT if begin else "", _CUT if stop < len(line) else ""
        line, first, last = line[begin:stop], first - begin, min(last, stop) - begin
    shown = [*before, *(_shown(character) for character in line), *after]
    start = sum(map(_cells, shown[: first + len(before)]))
    length = sum(map(_cells, shown[first + len(before) : last + len(before)]))
    return Snippet("".join(shown), start, start + max(length, 1))


def marked(line: str, span: Span) -> tuple[int, int]:
    """The characters of a line that a span covers, from 0: all that isn't blank where the span has no columns."""
    text = line.rstrip()
    first = span.column - 1 if span.column > 0 else len(text) - len(text.lstrip())
    last = span.end_column - 1 if span.end_line == span.line and span.end_column > 0 else len(text)
    return first, max(last, first + 1)


def _shown(character: str) -> str:
    if character == "\t":
        return " " * _TAB
    return character if character.isprintable() else "\N{REPLACEMENT CHARACTER}"


def _cells(text: str) -> int:
    """How many columns of a terminal a character takes."""
    if text.isascii():
        return len(text)
    from unicodedata import combining, east_asian_width

    if combining(text):
        return 0
    return 2 if east_asian_width(text) in {"F", "W"} else 1
