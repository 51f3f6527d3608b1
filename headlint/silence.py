"""Why headlint says nothing at a place: the facts that it lacked there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from headlint.spot import histories, spot

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from headlint.history import History
    from headlint.spot import Spot


def explain(wanted: str) -> Iterator[str]:
    """What is to be said of `FILE:LINE`, line by line.

    Raises `RefusedError` for a place that isn't one, or a file that can't be read.
    """
    where = spot(wanted)
    told = list(_told(where)) or list(_skipped(where))
    yield f"{wanted}: {where.text}".rstrip(": ")
    yield from told or ["  nothing here that any rule looks at"]


def _told(where: Spot) -> Iterator[str]:
    ways = histories(where.source)
    yield from _judgements(where, ways)
    doubts = [doubt for way in ways for doubt in way.doubts if doubt.place.path == where.source.path]
    for why in dict.fromkeys(doubt.why for doubt in doubts if doubt.place.statement == where.line):
        yield f"  unknown: {why}"
    for stopped in dict.fromkeys(way.stopped for way in ways if way.stopped):
        yield f"  the reading ended early: {stopped}"


def _skipped(where: Spot) -> Iterator[str]:
    """That a line is never run with the values that the script gives, and why; the innermost condition alone."""
    found = [
        (skipped.place.span.line, skipped.why)
        for way in histories(where.source)
        for skipped in way.skipped
        if where.covered(skipped.place)
    ]
    if found:
        yield f"  not run here: {max(found)[1]}"


def _judgements(where: Spot, ways: Sequence[History]) -> Iterator[str]:
    from headlint.finding import Severity
    from headlint.rule import Abstained, Fault, rules

    said: dict[str, None] = {}
    for rule in rules():
        for way in ways:
            for judgement in rule.judge(way):
                if not where.covered(judgement.place):
                    continue
                match judgement:
                    case Fault(message=message):
                        speaks = "speaks if it is selected" if rule.severity is Severity.NOTE else "speaks"
                        said[f"  {rule.name} {speaks}: {message}"] = None
                    case Abstained(why=why):
                        said[f"  {rule.name} is silent: {why}"] = None
    yield from said
