"""Writes down what happens to models, in the words of `headlint.history`."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from headlint.history import (
    Absent,
    Event,
    GradientSet,
    Layer,
    OptimizerBuilt,
    Replaced,
    Unknown,
    Wrote,
)
from headlint.telling import common_path, readable_width

if TYPE_CHECKING:
    from headlint.finding import Place
    from headlint.runtime.worker.watching.models import Origin


class Journal:
    """The events of one run, as they come."""

    def __init__(self) -> None:
        self.events: list[Event] = []
        self._optimizers = 0

    def add(self, event: Event) -> None:
        self.events.append(event)

    def replaced(self, origin: Origin, path: str, target: str, old: Layer | Absent, new: Layer, place: Place) -> None:
        """A module was put at a place in a model."""
        self.add(Replaced(place, origin.model, path, target, old, new, readable_width(target, old)))

    def wrote(self, event: Wrote) -> None:
        """A plain attribute was written; again at the same statement, it is counted."""
        last = self.events[-1] if self.events else None
        if isinstance(last, Wrote) and _same_write(last, event):
            event = replace(event, path=common_path(last.path, event.path), kind=last.kind, count=last.count + 1)
            self.events.pop()
        self.add(event)

    def gradient(self, origin: Origin, path: str, *, to: bool, place: Place, text: str) -> None:
        """`requires_grad` was set on a parameter; again at the same statement, both are told together."""
        last = self.events[-1] if self.events else None
        if (
            isinstance(last, GradientSet)
            and (last.place, last.model.number, last.to) == (place, origin.model.number, to)
            and isinstance(last.parameters, tuple)
        ):
            self.events.pop()
            self.add(replace(last, parameters=(*last.parameters, path)))
        else:
            self.add(GradientSet(place, origin.model, (path,), to, text))

    def optimizer(
        self, name: str, text: str, holds: tuple[tuple[int, str], ...] | Unknown, count: int | Unknown, place: Place
    ) -> None:
        """An optimizer was built."""
        self._optimizers += 1
        self.add(OptimizerBuilt(place, self._optimizers, name, text, holds, count))


def _same_write(last: Wrote, event: Wrote) -> bool:
    told = (last.place, last.model.number, last.name, last.owner)
    return told == (event.place, event.model.number, event.name, event.owner)
