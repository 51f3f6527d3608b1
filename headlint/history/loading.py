"""Checkpoints and what they bring along: loaded, met with another head, asked for a loss of their own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from headlint.history.values import Event, Known, Model, Truth, Unknown, Written
from headlint.record import Record

if TYPE_CHECKING:
    from headlint.finding import Place


class Misfit(Record):
    """A layer that a checkpoint has with other widths than the model: what it takes and gives in either."""

    path: str
    holds: tuple[int, int]
    has: tuple[int, int]


class Loaded(Event):
    """A checkpoint was loaded into a model, or into the part of it at `path`. `text` is how the source calls it.

    `checked`: somebody looks at what loading gives, which are the names that did not fit. `raw`: it is loaded as it
    was read, no entry renamed or left out. `misfits` are layers known to have other widths, at which loading stops.
    `filled` is how many of the `count` parameters it has under their names.
    """

    model: Model
    strict: Truth
    path: str = ""
    text: str = "the checkpoint"
    checked: Truth = Unknown("it is not known who looks at the result")
    raw: Truth = Unknown("it is not known what was done to it")
    misfits: tuple[Misfit, ...] = ()
    filled: int | Unknown = Unknown("a checkpoint is not opened")
    count: int | Unknown = Unknown("a checkpoint is not opened")


class HeadMet(Event):
    """A checkpoint with a head of its own was asked for, together with a number of classes.

    `name` is the model of `library` that was to be built. `checkpoint` is how the source calls the weights, `holds`
    how many classes their head gives, `asked` how many the model was to have, as `argument` says. `tolerant`: the
    builder was told to leave out what doesn't fit, and to make it anew. `written` is the text of that argument.
    """

    name: str
    library: str
    checkpoint: str
    holds: int
    asked: int | Unknown
    argument: str
    tolerant: Truth
    written: Written | None = None


class Averaged(Event):
    """An averaged copy of a model is brought up to date, at `updated_at`; the event's place is where it was copied.

    `text` is how the source calls the copy's class. `misfits` are layers that have other widths by then.
    """

    model: Model
    updated_at: Place
    text: str
    misfits: tuple[Misfit, ...] = ()


class LabelsSet(Event):
    """A model of transformers keeps its number of labels beside its layers: it was changed, at `where` of the model."""

    model: Model
    where: str
    count: Known | Unknown


class LossAsked(Event):
    """A model is asked to compute its loss itself: it gets the labels, as `by` says."""

    model: Model
    by: str
