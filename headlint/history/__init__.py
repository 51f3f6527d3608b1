"""The vocabulary of facts: values, events, and the history that they make up.

Both witnesses, the one that reads the source and the one that runs it, tell what they know in these words, and rules
read nothing else. An event says what happened to a model, in program order, with the place in the user's source.
The *closing* events (`Arrived`, `TookPart`, `Returned`, `Readied`, `Left`) say what the finished model does.

A fact that a witness can't know is `Unknown(why)`: a value with a reason, never a guess and never `None`.
Paths are those of PyTorch: `layer4.2.conv3`; the empty path is the model itself.

One vocabulary in several files, by what they speak of; all of it is imported from here.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, TypeVar

from headlint.history.adapters import Adapted
from headlint.history.closing import (
    Arrived,
    Left,
    ParameterState,
    Purpose,
    Readied,
    Returned,
    Sizes,
    TookPart,
)
from headlint.history.compiling import ScriptChanged
from headlint.history.devices import Joined, Lot, Whereabouts
from headlint.history.freezing import Chosen, Compiled, Criterion, CutOff, Normalized, UsedUp
from headlint.history.loading import Averaged, HeadMet, LabelsSet, Loaded, LossAsked, Misfit
from headlint.history.losses import Activation, Loss, LossMet, Target
from headlint.history.preparing import ImagesMet, ImagesNormalized
from headlint.history.surgery import (
    Built,
    Escaped,
    GradientSet,
    GroupAdded,
    OptimizerBuilt,
    Owner,
    Replaced,
    Wrote,
)
from headlint.history.values import (
    Absent,
    Argument,
    Event,
    Free,
    Known,
    Layer,
    Model,
    Role,
    Scalar,
    Shape,
    Slot,
    Truth,
    Unknown,
    Width,
    Written,
)
from headlint.history.wiring import (
    Hidden,
    Lacked,
    MadeInForward,
    Outcome,
    OutputLacked,
    OutputUnpacked,
    Rebuilt,
    Repeated,
    Sort,
    Unheard,
)
from headlint.record import Record

if TYPE_CHECKING:
    from collections.abc import Iterator

    from headlint.finding import Place

__all__ = [
    "Absent",
    "Activation",
    "Adapted",
    "Argument",
    "Arrived",
    "Averaged",
    "Built",
    "Chosen",
    "Compiled",
    "Criterion",
    "CutOff",
    "Doubt",
    "E",
    "Escaped",
    "Event",
    "Free",
    "GradientSet",
    "GroupAdded",
    "HeadMet",
    "Hidden",
    "History",
    "ImagesMet",
    "ImagesNormalized",
    "Joined",
    "Known",
    "LabelsSet",
    "Lacked",
    "Layer",
    "Left",
    "Loaded",
    "Loss",
    "LossAsked",
    "LossMet",
    "Lot",
    "MadeInForward",
    "Misfit",
    "Model",
    "Normalized",
    "OptimizerBuilt",
    "Outcome",
    "OutputLacked",
    "OutputUnpacked",
    "Owner",
    "ParameterState",
    "Purpose",
    "Readied",
    "Rebuilt",
    "Repeated",
    "Replaced",
    "Returned",
    "Role",
    "Scalar",
    "ScriptChanged",
    "Shape",
    "Sizes",
    "Skipped",
    "Slot",
    "Sort",
    "Target",
    "TookPart",
    "Truth",
    "Unheard",
    "Unknown",
    "UsedUp",
    "Whereabouts",
    "Width",
    "Witness",
    "Written",
    "Wrote",
]

E = TypeVar("E", bound=Event)


class Witness(StrEnum):
    """Who tells a history."""

    STATIC = "static"
    RUNTIME = "runtime"


class Doubt(Record):
    """An `Unknown` that came up at a place, kept so that headlint can say why it was silent there."""

    place: Place
    why: str


class Skipped(Record):
    """Statements that are never run, since a condition is settled by the values that the script itself gives."""

    place: Place
    why: str


class History(Record):
    """What one witness knows of one way through a script.

    `scenario` names the way where there are several (`build_model(name="vgg16")`). `stopped` is why it ends before
    the script does, '' if it doesn't.
    """

    witness: Witness
    events: tuple[Event, ...]
    scenario: str = ""
    doubts: tuple[Doubt, ...] = ()
    stopped: str = ""
    skipped: tuple[Skipped, ...] = ()

    def of(self, kind: type[E]) -> Iterator[E]:
        """The events of one kind, in program order."""
        return (event for event in self.events if isinstance(event, kind))
