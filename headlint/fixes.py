"""Applies fixes: splices of text that leave everything else of a file as it is."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from headlint.finding import Fix, Safety, Span
    from headlint.verdict import Judged


def wanted(judged: Iterable[Judged], lowest: Safety) -> list[Fix]:
    """The fixes of findings that count, as safe as `lowest` at least."""
    fixes = (one.finding.fix for one in judged if one.counts)
    return [fix for fix in fixes if fix is not None and fix.edits and fix.safety >= lowest]


def apply(text: str, path: str, fixes: Iterable[Fix]) -> tuple[str, list[Fix]]:
    """The text with all fixes that don't overlap an earlier one, and the fixes that were applied.

    Raises `ValueError` if the result would not parse; then nothing is to be written.
    """
    lines = _line_starts(text)
    edits: list[tuple[int, int, str]] = []
    applied: list[Fix] = []
    for fix in fixes:
        spans = [(*_offsets(lines, edit.place.span), edit.replacement) for edit in fix.edits if edit.place.path == path]
        if len(spans) < len(fix.edits) or any(_overlap(span, other) for span in spans for other in edits):
            continue
        edits += spans
        applied.append(fix)
    result = _spliced(text, edits)
    if applied:
        try:
            ast.parse(result)
        except SyntaxError as error:
            raise ValueError(f"the fixed text would not be valid Python ({error.msg})") from None
    return result, applied


def _line_starts(text: str) -> list[int]:
    starts = [0]
    while (end := text.find("\n", starts[-1])) >= 0:
        starts.append(end + 1)
    return starts


def _offsets(starts: list[int], span: Span) -> tuple[int, int]:
    return starts[span.line - 1] + span.column - 1, starts[span.end_line - 1] + span.end_column - 1


def _overlap(one: tuple[int, int, str], other: tuple[int, int, str]) -> bool:
    return one[:2] == other[:2] or (one[0] < other[1] and other[0] < one[1])


def _spliced(text: str, edits: list[tuple[int, int, str]]) -> str:
    for start, end, replacement in sorted(edits, reverse=True):
        text = text[:start] + replacement + text[end:]
    return text
