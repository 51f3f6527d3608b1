"""The vocabulary of facts: values, events, and the history that they make up.

Both witnesses, the one that reads the source and the one that runs it, tell what they know in these words, and rules
read nothing else. An event says what happened to a model, in program order, with the place in the user's source.
The *closing* events (`Arrived`, `TookPart`, `Returned`, `Readied`) say what the finished model does.

A fact that a witness can't know is `Unknown(why)`: a value with a reason, never a guess and never `None`.
Paths are those of PyTorch: `layer4.2.conv3`; the empty path is the model itself.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, TypeAlias, TypeVar

from headlint.record import Record

if TYPE_CHECKING:
    from collections.abc import Iterator

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
    """A plain value, and how it is spelled where the source spells it."""

    value: Scalar
    written: Written | None = None


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


E = TypeVar("E", bound=Event)


class Built(Event):
    """A model was built. `callee` is the called expression as written: `models.resnet50`.

    `legacy` is the member of the weights enum that `pretrained=True` stands for (`ResNet50_Weights.IMAGENET1K_V1`).
    """

    model: Model
    callee: str
    arguments: tuple[Argument, ...] = ()
    legacy: str | Unknown = Unknown("this builder has no weights of that kind")


class Replaced(Event):
    """A module was put at `path` of a model, where `old` stood.

    `target` is the assigned expression as written (`model.fc`). `readable` is an expression that, evaluated just
    before this statement, gives the width that the old layer takes (`model.fc.in_features`).
    """

    model: Model
    path: str
    target: str
    old: Layer | Absent | Unknown
    new: Layer | Unknown
    readable: str | Unknown


class Owner(StrEnum):
    """What kind of thing an attribute was written on."""

    MODULE = "module"
    PARAMETER = "parameter"


class Wrote(Event):
    """Something that is no module was written to an attribute of a module or a parameter: `model.fc.out_features = 10`.

    `path` is the owner's, of which there are several in a loop: then it is the path that all of them lie under, and
    `count` says how many they were. `kind` is the owner's class, `before` what the attribute held. `target` is the
    text of the owner (`model.fc`), `written` spans the whole assignment.
    """

    model: Model
    owner: Owner
    path: str
    kind: str
    target: str
    name: str
    before: Known | Absent | Unknown
    value: Known | Unknown
    written: Written | None
    count: int = 1


class GradientSet(Event):
    """`requires_grad` was set on parameters of a model: frozen where `to` is False, thawed where it is True.

    `text` is the expression that names them as the user wrote it: `model.parameters()`.
    """

    model: Model
    parameters: tuple[str, ...] | Unknown
    to: Truth
    text: str


class Loaded(Event):
    """A checkpoint was loaded into a model."""

    model: Model
    strict: Truth


class OptimizerBuilt(Event):
    """An optimizer was built. `name` is its class, `text` the expression that it takes its parameters from.

    `holds` are its parameters that belong to the history's models, by model number and path; `count` is how many it
    holds in all.
    """

    number: int
    name: str
    text: str
    holds: tuple[tuple[int, str], ...] | Unknown
    count: int | Unknown


class Escaped(Event):
    """A model was handed to code that headlint can't follow, which may have changed it."""

    model: Model
    to: str


class Arrived(Event):
    """Closing: a tensor of `shape` arrives at the layer at `path`, which the user put there at this place.

    `giver` names what gives it: `resnet50`, or the layer before it. `index` is the layer's path inside the module
    that was assigned in one go ('' for the module itself), whose path is `path` without it.
    """

    model: Model
    path: str
    index: str
    layer: Layer
    shape: Shape | Unknown
    giver: str


class TookPart(Event):
    """Closing: whether the module that the user put at `path` takes part in the model's forward pass."""

    model: Model
    path: str
    layer: Layer
    answer: Truth


class Returned(Event):
    """Closing: what the finished model returns. `traced` says how a run saw it: `torch.fx` or `hooks`."""

    model: Model
    shape: Shape | Unknown
    traced: str = ""


class Purpose(StrEnum):
    """What the source goes on to do with a model, as far as the witness saw."""

    TRAINING = "training"
    INFERENCE = "inference"
    UNSEEN = "unseen"


class ParameterState(Record):
    """A parameter when its model is ready. `fresh`: made by the user's surgery, never trained, nothing loaded into it.

    `optimized`: some optimizer of the history holds it. `gradient`: it gets a gradient in a backward pass with
    everything thawed (it takes part). `set_at` is where its `requires_grad` was last set.
    """

    path: str
    trainable: Truth
    optimized: Truth
    fresh: Truth
    gradient: Truth = Unknown("nothing was run")
    set_at: Place | None = None


class Readied(Event):
    """Closing: the state in which a model goes into its (first) training, or leaves the part that could be followed.

    `whole` is false for a model that another model of the history contains (a backbone in the user's own class).
    """

    model: Model
    purpose: Purpose
    parameters: tuple[ParameterState, ...] | Unknown
    whole: bool = True


class Witness(StrEnum):
    """Who tells a history."""

    STATIC = "static"
    RUNTIME = "runtime"


class Doubt(Record):
    """An `Unknown` that came up at a place, kept so that headlint can say why it was silent there."""

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

    def of(self, kind: type[E]) -> Iterator[E]:
        """The events of one kind, in program order."""
        return (event for event in self.events if isinstance(event, kind))
