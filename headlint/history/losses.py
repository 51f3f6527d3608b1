"""How models meet losses: what the loss is, what the output went through last, and what it is compared with."""

from __future__ import annotations

from typing import TYPE_CHECKING

from headlint.history.values import Argument, Event, Model, Shape, Truth, Unknown
from headlint.record import Record

if TYPE_CHECKING:
    from headlint.finding import Place
    from headlint.history.values import Written


FUNCTIONS = {
    "cross_entropy": "CrossEntropyLoss",
    "nll_loss": "NLLLoss",
    "binary_cross_entropy": "BCELoss",
    "binary_cross_entropy_with_logits": "BCEWithLogitsLoss",
    "multilabel_soft_margin_loss": "MultiLabelSoftMarginLoss",
    "mse_loss": "MSELoss",
    "l1_loss": "L1Loss",
    "smooth_l1_loss": "SmoothL1Loss",
    "huber_loss": "HuberLoss",
}
"""Functions of `torch.nn.functional`, with the classes of `torch.nn` that do the same."""


WEIGHTS = ("weight", "pos_weight")
"""The arguments of losses that make some labels count for more than others."""


class Loss(Record):
    """A loss. `kind` is its class in `torch.nn`, of a function the class that does the same: `CrossEntropyLoss`.

    `place` is where it is built, of a function where it is called. `text` is how the source calls it:
    `nn.CrossEntropyLoss`, and `written` where it does, if that is known.
    """

    kind: str
    place: Place
    text: str
    written: Written | None = None
    arguments: tuple[Argument, ...] = ()


class Activation(Record):
    """An activation that an output went through: its class in `torch.nn`, of a function the one that does the same.

    `place` is where the source makes the layer or calls the function, `text` what is written there. `path` is where
    the layer stands in its model, '' for a function. `axis` is the one that it normalises over, where it has one.
    """

    kind: str
    place: Place
    text: str
    path: str = ""
    axis: int | Unknown = Unknown("it has no axis")


class Target(Record):
    """What an output is compared with. `whole`: whole numbers, such as class labels.

    `classes` is how many different labels there are in `source`, a published data set built at `place`; `open` says
    that there may be more of them, as where the source writes down a few.
    """

    shape: Shape | Unknown
    whole: Truth
    classes: int | Unknown = Unknown("the data decide how many classes there are")
    source: str = ""
    place: Place | None = None
    open: bool = False


class LossMet(Event):
    """A loss meets a model's output, here or in a function that is called here.

    `activations` are those behind the model's last layer of another kind, in the order in which they are applied; none
    means that there surely is none. `head` is where the last layer with a width came to its place: where the user put
    it, else where its model was built; `head_path` is its path in `model`.
    """

    model: Model
    loss: Loss
    activations: tuple[Activation, ...] | Unknown
    output: Shape | Unknown
    target: Target
    head: Place
    head_path: str = ""
