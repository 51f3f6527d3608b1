"""Watches loops that freeze or thaw what a condition picks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from torch import Tensor, nn

from headlint.choosing import UNKNOWN, condition_of
from headlint.history import Chosen
from headlint.runtime.worker.holes import is_hole
from headlint.runtime.worker.watching.states import UnseenKeys

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from types import FrameType

    from headlint.choosing import Condition
    from headlint.runtime.worker.watching.models import Origin
    from headlint.runtime.worker.watching.watch import Watch

Became = dict[int, tuple[Tensor, bool]]


def choosing(watch: Watch, line: int, items: Iterator[Any], frame: FrameType) -> Iterator[Any]:
    """The items of a loop of the script's, after the last of which it is told what the loop picked."""
    became: Became = {}
    visited: list[Any] = []
    watch.choosing.append(became)
    try:
        for item in items:
            visited.append(item)
            yield item
    finally:
        watch.choosing = [one for one in watch.choosing if one is not became]
        _tell(watch, line, frame, visited, became)


def _tell(watch: Watch, line: int, frame: FrameType, visited: list[Any], became: Became) -> None:
    loop, remark = watch.source.choosing_loop(line)
    parameters = list({id(one): one for one in _parameters(visited)}.values())
    condition = condition_of(loop, lambda name: _plain(frame, name)) if loop is not None and parameters else None
    if condition is None:
        return
    place = watch.source.at(condition.statement.lineno)
    homes: dict[int, tuple[Origin, list[tuple[str, bool | None]]]] = {}
    for one in parameters:
        home = watch.home_of_parameter(one, place)
        if home is not None:
            to = became[id(one)][1] if id(one) in became else None
            homes.setdefault(home[0].model.number, (home[0], []))[1].append((home[1], to))
    for origin, told in homes.values():
        watch.journal.add(_event(watch, origin, told, condition, remark))


def _event(
    watch: Watch, origin: Origin, told: list[tuple[str, bool | None]], condition: Condition, remark: str
) -> Chosen:
    frozen, thawed, left = (tuple(path for path, to in told if to is wanted) for wanted in (False, True, None))
    place = watch.source.at(condition.statement.lineno)
    by, text, words, to = condition.by, condition.text, condition.words, condition.to
    return Chosen(place, origin.model, by, text, words, to, frozen, thawed, left, remark)


def _parameters(items: Iterable[Any]) -> Iterator[Tensor]:
    """The parameters that a loop's items stand for: themselves, or those of modules."""
    for item in items:
        if isinstance(item, nn.Parameter):
            yield item
        elif isinstance(item, nn.Module):
            yield from item.parameters()
        elif isinstance(item, tuple):
            yield from _parameters(item)


def _plain(frame: FrameType, dotted: str) -> object:
    """The value of a dotted name in the script, as far as it is real."""
    first, *rest = dotted.split(".")
    value: Any = frame.f_locals.get(first, frame.f_globals.get(first, UNKNOWN))
    for name in rest:
        value = getattr(value, "__dict__", {}).get(name, UNKNOWN)
    held = list(value) if isinstance(value, (list, tuple, set, frozenset)) else [value]
    return UNKNOWN if isinstance(value, UnseenKeys) or any(is_hole(one) for one in held) else value
