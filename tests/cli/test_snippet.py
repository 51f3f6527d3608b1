from __future__ import annotations

import pytest

from headlint.finding import Span
from headlint.report.snippet import snippet


def under(line: str, start: int, end: int, width: int = 80) -> str:
    """What the carets stand under, in cells of a terminal: wide characters count twice."""
    shown = snippet(line, Span(1, start, 1, end), width)
    cells = "".join(character * (2 if character in "数据" else 1) for character in shown.text if character != "\u0301")
    return cells[shown.start : shown.end]


def test_the_caret_stands_under_the_span() -> None:
    assert under("x = Linear(512, 10)", 12, 15) == "512"


def test_tabs() -> None:
    assert under("\tx\t= 512", 6, 9) == "512"


def test_wide_characters() -> None:
    assert under("数据 = 512", 6, 9) == "512"
    assert under("x = 数据", 5, 7) == "数数据据"


def test_characters_without_width() -> None:
    assert under("e\u0301 = 512", 6, 9) == "512"


def test_a_span_without_columns_is_the_whole_line() -> None:
    shown = snippet("    x = 1  \r", Span(1, 0, 1, 0), 80)
    assert shown.text[shown.start : shown.end] == "x = 1"


def test_a_span_of_many_lines_ends_with_the_first() -> None:
    shown = snippet("    x = f(", Span(1, 5, 3, 2), 80)
    assert shown.text[shown.start : shown.end] == "x = f("


def test_an_empty_span_shows_one_caret() -> None:
    shown = snippet("x", Span(1, 1, 1, 1), 80)
    assert (shown.start, shown.end) == (0, 1)


@pytest.mark.parametrize("place", [1, 400, 991])
def test_a_long_line_is_cut_around_the_span(place: int) -> None:
    line = "a" * (place - 1) + "512" + "b" * (993 - place - 2)
    shown = snippet(line, Span(1, place, 1, place + 3), 60)
    assert len(shown.text) <= 60 + 6
    assert shown.text[shown.start : shown.end] == "512"


def test_control_characters_do_not_reach_the_terminal() -> None:
    assert "\033" not in snippet("x = '\033[2J'", Span(1, 1, 1, 2), 80).text
