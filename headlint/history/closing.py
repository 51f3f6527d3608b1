"""The closing events: what the finished model does, and in which state it goes into training."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from headlint.history.values import Event, Layer, Model, Shape, Truth, Unknown
from headlint.record import Record

if TYPE_CHECKING:
    from headlint.finding import Place


class Sizes(Record):
    """How it depends on the size of the images whether a layer fits: sides of square images.

    With images of the side `fails`, `width` arrives, which the layer doesn't take; with those of `works`, it fits.
    """

    fails: int
    works: int | Unknown
    width: int


class Arrived(Event):
    """Closing: a tensor of `shape` arrives at the layer at `path`, which the user put there at this place.

    `giver` names what gives it: `resnet50`, or the layer before it. `index` is the layer's path inside the module
    that was assigned in one go ('' for the module itself), whose path is `path` without it. `giver_path` is the path
    in `model` of what gives it, '' where that is the model itself or lies nowhere in it; `giver_model` is its number
    if it is a model of the history, else 0. `sizes` is given where another size of the input may be the cure; then the
    shape is unknown.
    """

    model: Model
    path: str
    index: str
    layer: Layer
    shape: Shape | Unknown
    giver: str
    giver_path: str = ""
    giver_model: int = 0
    sizes: Sizes | None = None


class TookPart(Event):
    """Closing: whether the module that the user put at `path` takes part in the model's forward pass."""

    model: Model
    path: str
    layer: Layer
    answer: Truth


class Returned(Event):
    """Closing: what the finished model returns. `traced` says how a run saw it: `torch.fx` or `hooks`.

    `sizes` is given where it returns that with images of one size, and nothing with those of another.
    """

    model: Model
    shape: Shape | Unknown
    traced: str = ""
    sizes: Sizes | None = None


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
    `inside` are the published models that it contains, as their paths and numbers. `apart`: some of its parts stand in
    another network, and it does not.
    """

    model: Model
    purpose: Purpose
    parameters: tuple[ParameterState, ...] | Unknown
    whole: bool = True
    inside: tuple[tuple[str, int], ...] = ()
    apart: bool = False


class Left(Event):
    """Closing: the state of a model at the end, where something of it was frozen or thawed after its training began."""

    model: Model
    parameters: tuple[ParameterState, ...] | Unknown
