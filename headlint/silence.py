"""Why headlint says nothing at a place: the facts that it lacked there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from headlint.refusal import RefusedError
from headlint.results import Trouble

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from headlint.finding import Place
    from headlint.history import History
    from headlint.source import Source


def explain(wanted: str) -> Iterator[str]:
    """What is to be said of `FILE:LINE`, line by line.

    Raises `RefusedError` for a place that isn't one, or a file that can't be read.
    """
    path, _, number = wanted.rpartition(":")
    if not path or not number.isdigit():
        raise RefusedError(f"{wanted} is no place: --explain-silence takes FILE:LINE")
    source = _source(path)
    told = list(_told(source, int(number)))
    yield f"{path}:{number}: {source.text.splitlines()[int(number) - 1].strip() if told else ''}".rstrip(": ")
    yield from told or ["  nothing here that any rule looks at"]


def _source(path: str) -> Source:
    from headlint import source as files
    from headlint.intake import decode

    data = files.load(path)
    source = data if isinstance(data, Trouble) else decode(path, data)
    if isinstance(source, Trouble):
        raise RefusedError(str(source))
    return source


def _told(source: Source, line: int) -> Iterator[str]:
    from headlint.static.witness import Unreadable, tell

    try:
        histories = tell(source.path, source.text)
    except Unreadable as error:
        raise RefusedError(f"{source.path}:{error.line}: {error.why}") from None
    yield from _judgements(source, histories, line)
    doubts = [doubt for history in histories for doubt in history.doubts if doubt.place.path == source.path]
    for why in dict.fromkeys(doubt.why for doubt in doubts if doubt.place.statement == line):
        yield f"  unknown: {why}"
    for history in histories:
        if history.stopped:
            yield f"  the reading ended early: {history.stopped}"


def _judgements(source: Source, histories: Sequence[History], line: int) -> Iterator[str]:
    from headlint.rule import Abstained, Fault, rules

    said: dict[str, None] = {}
    for rule in rules():
        for history in histories:
            for judgement in rule.judge(history):
                if not _covers(judgement.place, source.path, line):
                    continue
                match judgement:
                    case Fault(message=message):
                        said[f"  {rule.name} speaks: {message}"] = None
                    case Abstained(why=why):
                        said[f"  {rule.name} is silent: {why}"] = None
    yield from said


def _covers(place: Place, path: str, line: int) -> bool:
    return place.path == path and min(place.statement, place.span.line) <= line <= max(
        place.statement, place.span.end_line
    )
