"""Applies fixes: edits of the text as it stands, none where two overlap, and only if the result is still Python."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, NamedTuple

from headlint.parsing import parse
from headlint.results import Checked, Trouble
from headlint.source import CannotEditError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from headlint.finding import Edit, Fix, Safety
    from headlint.source import Source

_MOST_PASSES = 10


class Fixed(NamedTuple):
    """A source after fixes, and how many findings they mend."""

    source: Source
    number: int


def mend(checked: Checked, least: Safety, check_again: Callable[[Source], Checked]) -> Checked:
    """Apply all fixes that are at least as safe as `least`, until none is left: fixes that overlap take turns.

    The result is the last check, of the mended source. Where a fix would leave something that isn't Python, the
    source stays as it was before, and the result says so.
    """
    count = 0
    for _ in range(_MOST_PASSES):
        fixes = [judged.finding.fix for judged in checked.judged if judged.counts]
        fixed = _apply(checked, [fix for fix in fixes if fix is not None and _is_for(fix, checked.path, least)])
        if fixed is None:
            break
        count += fixed.number
        checked = check_again(fixed.source)
    checked.fixed = count
    return checked


def _apply(checked: Checked, fixes: Iterable[Fix]) -> Fixed | None:
    chosen = _without_overlaps(fixes)
    if not chosen:
        return None
    edits = {edit for fix in chosen for edit in fix.edits}
    try:
        source = checked.source.edited(edits)
    except CannotEditError as error:
        checked.troubles.append(Trouble(checked.path, 0, f"not fixed: {error}"))
        return None
    if not _is_python(source.text):
        checked.troubles.append(Trouble(checked.path, 0, "not fixed: the result would not be valid Python"))
        return None
    return Fixed(source, len(chosen))


def _is_for(fix: Fix, path: str, least: Safety) -> bool:
    return fix.safety >= least and bool(fix.edits) and all(edit.place.path == path for edit in fix.edits)


def _without_overlaps(fixes: Iterable[Fix]) -> list[Fix]:
    """The first fixes that don't get in each other's way; the same edit wanted twice is one edit."""
    chosen: list[Fix] = []
    taken: set[Edit] = set()
    for fix in fixes:
        fresh = [edit for edit in fix.edits if edit not in taken]
        if not any(_overlap(edit, other) for edit in fresh for other in taken) and not _collide(fresh):
            taken.update(fresh)
            chosen.append(fix)
    return chosen


def _collide(edits: list[Edit]) -> bool:
    return any(_overlap(one, two) for number, one in enumerate(edits) for two in edits[:number])


def _overlap(one: Edit, two: Edit) -> bool:
    """Whether two edits touch the same characters, or insert at the same point: then their order would matter."""
    if one.place.cell != two.place.cell:
        return False
    first, second = sorted((one.place.span, two.place.span))
    start, end = (first.end_line, first.end_column), (second.line, second.column)
    return end < start or (first.line, first.column) == (second.line, second.column)


def _is_python(text: str) -> bool:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return True


def difference(before: Source, after: Source) -> str:
    """A unified diff of two versions of a source, '' if they are the same."""
    from difflib import unified_diff

    old, new = before.as_text().splitlines(keepends=True), after.as_text().splitlines(keepends=True)
    lines = unified_diff(old, new, before.path, after.path)
    return "".join(line if line.endswith(("\n", "\r")) else f"{line}\n\\ No newline at end of file\n" for line in lines)
