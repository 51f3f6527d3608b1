"""New modules beside the rest of their model: on which device their numbers lie, and of which type they are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from headlint.finding import Step
from headlint.history import Joined, Unknown
from headlint.reading.telling import built_steps
from headlint.rule import Abstained, Fine

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from headlint.history import History, Lot, Whereabouts
    from headlint.rule import Fault, Judgement


def compared(
    history: History, side: Callable[[Lot], Whereabouts], fault: Callable[[Joined, str, str], Fault | None]
) -> Iterator[Judgement]:
    """Compare one side of every new module's lot with that of the rest of its model."""
    for joined in history.of(Joined):
        own, rest = side(joined.own), side(joined.rest)
        if isinstance(own, Unknown):
            yield Abstained(joined.place, own.why)
        elif isinstance(rest, Unknown):
            yield Abstained(joined.place, rest.why)
        else:
            yield fault(joined, own, rest) or Fine(joined.place)


def steps_from(history: History, joined: Joined, lot: Lot, does: str) -> tuple[Step, ...]:
    """The steps that lead to a lot: the model is built, and a statement moved or changed its numbers."""
    moved = [Step(lot.moved_at, f"`{lot.text}` {does}")] if lot.moved_at is not None else []
    return (*built_steps(history, joined.model), *moved)
