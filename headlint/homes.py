"""Findings in files that a checked script imports: each belongs to its own file, and counts once."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from headlint.results import Checked
    from headlint.verdict import Judged


def bring_home(checked: Iterable[Checked], visit: Callable[[str], Checked | None]) -> list[Checked]:
    """The checked files, and those that `visit` adds, each with the findings that lie in it."""
    all_files = list(checked)
    homes = {os.path.normpath(one.path): one for one in all_files}
    for one in list(all_files):
        strays = [judged for judged in one.judged if judged.finding.place.path != one.path]
        one.judged = [judged for judged in one.judged if judged.finding.place.path == one.path]
        for judged in strays:
            path = os.path.normpath(judged.finding.place.path)
            if path not in homes and (home := visit(judged.finding.place.path)) is not None:
                homes[path] = home
                all_files.append(home)
            if path in homes:
                _settle(homes[path], judged)
    return all_files


def _settle(home: Checked, judged: Judged) -> None:
    """Put a finding where it belongs, unless it is suppressed or known there."""
    from headlint.suppression import Suppressions

    if Suppressions(home.path, home.source.text).silence(judged.finding):
        home.suppressed += 1
        return
    key = (judged.finding.rule, judged.finding.place.statement)
    known = [one for one in home.judged if (one.finding.rule, one.finding.place.statement) == key]
    if all(_weight(one) < _weight(judged) for one in known):
        others = [one for one in home.judged if one not in known]
        home.judged = sorted([*others, judged], key=lambda one: (one.finding.place, one.finding.rule))


def _weight(judged: Judged) -> int:
    """How much a verdict says: what one script's run saw outweighs what another's did not reach."""
    from headlint.verdict import Verdict

    order = (Verdict.REFUTED, Verdict.READ, Verdict.SUSPECTED, Verdict.OBSERVED, Verdict.CONFIRMED)
    return order.index(judged.verdict)
