"""Plain facts: values that may be unknown, widths, shapes, layers, and the models that events speak of."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, TypeAlias

from headlint.record import Record

if TYPE_CHECKING:
    from headlint.finding import Place

Scalar: TypeAlias = int | float | str | bool | None


class Unknown(Record):
    """A fact that can't be known here, with the reason as a clause that a user understands."""

    why: str


class Written(Record):
    """How the source spells something. `literal` tells `512` from `width` and from `model.fc.in_features`."""

    place: Place
    text: str
    literal: bool = False


class Known(Record):
    """A plain value, and how it is spelled where the source spells it.

    `names` are the texts of which a number is the count: those in `len(["cat", "dog"])`.
    """

    value: Scalar
    written: Written | None = None
    names: tuple[str, ...] = ()


class Free(Record):
    """The width of a layer that takes any width (`takes`) or passes on what it gets (`gives`): Dropout, ReLU."""


class Absent(Record):
    """There is nothing: what a slot held before, where the model has no such attribute."""


Width: TypeAlias = Known | Free | Unknown
Truth: TypeAlias = bool | Unknown


class Shape(Record):
    """A tensor's shape. Sizes that stand for no number of the model are named: `("batch", 2048)`."""

    dims: tuple[int | str, ...]

    def __str__(self) -> str:
        return f"({', '.join(str(dim) for dim in self.dims)})"


class Layer(Record):
    """A module as it stands in a model.

    `kind` is the name of its class. `axis` is the axis of the incoming tensor that `takes` speaks of: -1 for Linear,
    1 for convolutions and BatchNorm. `parameters` are the names of its parameters, those of `children` included,
    relative to it. A layer whose inside matters to nobody (a whole backbone) has no children here.
    """

    kind: str
    takes: Width
    gives: Width
    axis: int = -1
    children: tuple[tuple[str, Layer], ...] = ()
    parameters: tuple[str, ...] = ()
    written: Written | None = None


class Role(StrEnum):
    """What a slot is for."""

    HEAD = "head"
    AUXILIARY = "auxiliary"
    STEM = "stem"


class Slot(Record):
    """A replaceable place in a model: what stands there by default, what shape arrives and what shape leaves."""

    path: str
    layer: Layer
    arrives: Shape | Unknown
    leaves: Shape | Unknown
    role: Role = Role.HEAD


class Model(Record):
    """One model of the history. `number` is its identity within that history.

    `name` is how its library calls it (`resnet50`), or the name of the user's own class, whose `library` is empty.
    `classes` is how many classes it was built for. `slots` are its replaceable places as it was built, heads first.
    """

    number: int
    name: str
    library: str
    pretrained: Truth
    classes: int | Unknown
    slots: tuple[Slot, ...] = ()

    def slot(self, path: str) -> Slot | None:
        """The slot at exactly `path`, if the model was built with one there."""
        return next((slot for slot in self.slots if slot.path == path), None)

    @property
    def heads(self) -> tuple[Slot, ...]:
        return tuple(slot for slot in self.slots if slot.role is Role.HEAD)


class Argument(Record):
    """An argument of a call: its name ('' if positional), its value, and the text of all of it (`pretrained=True`)."""

    name: str
    value: Known | Unknown
    written: Written | None


class Event(Record):
    """Something that happened at a place."""

    place: Place
