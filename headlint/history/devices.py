"""Where models lie, and of which type their numbers are, when their training begins."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from headlint.history.values import Event, Model, Unknown
from headlint.record import Record

if TYPE_CHECKING:
    from headlint.finding import Place

Whereabouts: TypeAlias = str | Unknown


class Lot(Record):
    """What some parameters have in common: the device and the type of their numbers.

    `device` is `cuda`, `cpu`, … where the source names it, `?` where it is decided when the script runs, and '' where
    nobody moved them from where they were made. `dtype` is '' where nobody changed it. `moved_at` is the last
    statement that moved or changed them, `text` what it calls: `model.to`.
    """

    device: Whereabouts
    dtype: Whereabouts
    moved_at: Place | None = None
    text: str = ""


class Joined(Event):
    """Closing: a module that the user put at `path` goes into training together with the rest of its model.

    The place is where it was put. `own` are its parameters, `rest` are the others of the model.
    """

    model: Model
    path: str
    own: Lot
    rest: Lot
