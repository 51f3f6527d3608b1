"""What is chosen to be frozen or to be trained, and how."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from headlint.history.values import Event, Model, Truth, Unknown

if TYPE_CHECKING:
    from headlint.finding import Place


class UsedUp(Event):
    """An optimizer is handed an iterator that gives nothing any more, because something else read it to its end.

    `text` is how the source spells it. `whole` says whether it is all that the optimizer is handed, or one group.
    """

    text: str
    whole: bool


class Criterion(StrEnum):
    """What a loop picks parameters by."""

    NAME = "name"
    COUNT = "count"


class Chosen(Event):
    """A loop went through parts of a model, and froze or thawed those that a condition picked; told at its end.

    The place is the condition's; of a loop over a slice, the loop's. `text` is the condition as written, with one kind
    of quotation marks (`'fc' not in name`), `words` are the texts that names are compared with, `to` is what the loop
    writes. `frozen` and `thawed` are the parameters of which it set `requires_grad`, `left` those that it went past.
    `remark` is the comment above the loop or in it. `behind` says that the condition stands behind the loop whose turns
    it counts, so that it was asked once, at the end.
    """

    model: Model
    by: Criterion
    text: str
    words: tuple[str, ...]
    to: Truth
    frozen: tuple[str, ...]
    thawed: tuple[str, ...]
    left: tuple[str, ...]
    remark: str = ""
    behind: bool = False


class Normalized(Event):
    """What the BatchNorm layers of a model do when a step of its training is seen.

    `moving` are the paths of those in training mode, whose statistics follow each batch, `count` is how many there
    are. `mode_set_at` is where `train()` was called last, None if nothing was.
    """

    model: Model
    moving: tuple[str, ...] | Unknown
    count: int
    mode_set_at: Place | None


class Compiled(Event):
    """A model was handed to `torch.compile`."""

    model: Model


class CutOff(Event):
    """Closing: a stretch of the forward pass is checkpointed in the reentrant way, and nothing before it trains.

    `trainable` are the parameters in it that are to train, and get no gradient; `frozen` counts the others.
    """

    model: Model
    trainable: tuple[str, ...]
    frozen: int
