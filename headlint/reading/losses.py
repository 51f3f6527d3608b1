"""What losses are given: activations, classes, targets."""

from __future__ import annotations

from typing import TYPE_CHECKING

from headlint.finding import Edit, Fix, Safety, Step
from headlint.history import LossMet, Replaced, Shape, Unknown
from headlint.reading.telling import built_steps, replaced_step
from headlint.rule import Abstained, Fine

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from headlint.history import Activation, History
    from headlint.rule import Fault, Judgement

TAKES_LOGITS = frozenset({"CrossEntropyLoss", "BCEWithLogitsLoss", "MultiLabelSoftMarginLoss"})
"""Losses that turn scores into probabilities themselves."""
OVER_CLASSES = frozenset({"CrossEntropyLoss", "NLLLoss"})
"""Losses that read one score, or log-probability, for each class."""


def classes_of(met: LossMet) -> int | Unknown:
    """How many classes a model's output has, by the axis that losses over classes read."""
    if isinstance(met.output, Unknown):
        return met.output
    dims = met.output.dims
    if len(dims) < 2 or not isinstance(dims[1], int):
        return Unknown("how many classes the output has is not known")
    return dims[1]


def last_activation(met: LossMet) -> Activation | Unknown | None:
    """What the output went through right before the loss; None if it surely was no activation."""
    if isinstance(met.activations, Unknown):
        return met.activations
    return met.activations[-1] if met.activations else None


def judged_by_end(
    history: History,
    kind: str,
    fits: Callable[[Activation | None], bool],
    fault: Callable[[History, LossMet, Activation | None], Fault],
) -> Iterator[Judgement]:
    """Judge every output that meets losses of a kind by the activation that it went through last, if by any."""
    for met in history.of(LossMet):
        if met.loss.kind != kind:
            continue
        last = last_activation(met)
        if isinstance(last, Unknown):
            yield Abstained(met.loss.place, last.why)
        elif fits(last):
            yield Fine(met.loss.place)
        else:
            yield fault(history, met, last)


def is_vector(shape: Shape | Unknown) -> bool:
    """Whether each example's output is one row of numbers."""
    return isinstance(shape, Shape) and len(shape.dims) == 2


def loss_steps(history: History, met: LossMet) -> Iterator[Step]:
    """The steps that lead from the model to the loss."""
    yield from built_steps(history, met.model)
    for event in history.of(Replaced):
        if event.place == met.head and event.path == met.head_path:
            yield replaced_step(event)
            break
    if met.loss.place.key != met.place.key:
        yield Step(met.loss.place, f"`{met.loss.text}` is built")
    yield Step(met.place, f"{met.loss.kind} meets what {met.model.name} gives")


def exchanged_loss(met: LossMet, title: str, names: dict[str, str]) -> Fix:
    """The fix that puts another loss in the place of one, where that is written with its module: `nn.NLLLoss()`.

    `names` are those of the losses, each with that of the other one. A bare name would have to be imported first.
    """
    written = met.loss.written
    old = next((name for name in names if written is not None and name in written.text.partition("(")[0]), "")
    if written is None or not old or "." not in written.text.partition(old)[0] or not written.place.span.column:
        return Fix(title, Safety.DISPLAY, ())
    return Fix(title, Safety.UNSAFE, (Edit(written.place, written.text.replace(old, names[old], 1)),))
