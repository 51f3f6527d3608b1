"""Models of transformers that compute their loss themselves, for the labels that their configurations count."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from headlint.history import LabelsSet, LossAsked
from headlint.runtime.worker.holes import Hole
from headlint.runtime.worker.watching.surgery import told

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from torch import nn

    from headlint.finding import Place
    from headlint.runtime.worker.watching.models import Origin
    from headlint.runtime.worker.watching.watch import Watch


def watch_trainer(watch: Watch) -> None:
    """A trainer hands the model that it is made for its labels, unless it is told how else to compute the loss.

    It is never run, so that nothing of it is made.
    """
    owner = importlib.import_module("transformers.trainer").Trainer
    computes = owner.compute_loss

    def init(self: Any, model: Any = None, *_: Any, **named: Any) -> None:
        self.model = model
        frame = watch.user_frame()
        is_own = type(self).compute_loss is computes and named.get("compute_loss_func") is None
        origin = watch.registry.origin_of(model) if is_own and frame is not None else None
        if origin is not None and frame is not None:
            ask_for_loss(watch, origin, watch.place(frame), type(self).__name__)

    watch.patches.attribute(owner, "__init__", init)


def watch_training_arguments(watch: Watch) -> None:
    """What a trainer is told sets up no devices and no other processes, and asks for no package that would."""
    owner = importlib.import_module("transformers.training_args").TrainingArguments
    watch.patches.attribute(owner, "__post_init__", lambda *_: None)


def ask_for_loss(watch: Watch, origin: Origin, place: Place, by: str) -> None:
    """Tell that a model has to compute its loss itself, if it is one of transformers."""
    event = LossAsked(place, origin.model, by)
    if origin.model.library == "transformers" and event not in watch.journal.events:
        watch.journal.add(event)


def asking_for_loss(output: Any, tell: Callable[[], None]) -> Any:
    """An output of transformers that tells when its loss is read, which is there if the model gets labels."""
    kind = type(output)
    if not hasattr(output, "logits") or not hasattr(output, "loss") or not hasattr(output, "__dict__"):
        return output

    def loss(_: Any) -> Hole:
        tell()
        return Hole("loss")

    output.__class__ = type(kind.__name__, (kind,), {"loss": property(loss)})
    return output


def labels_set(watch: Watch) -> Iterator[LabelsSet]:
    """The numbers of labels that were set in configurations after their models were built."""
    for origin in watch.registry.origins:
        count = _labels(origin.module) if origin.model.library == "transformers" else None
        if count is not None and told(count) != told(origin.model.classes):
            yield LabelsSet(origin.place, origin.model, "config.num_labels", told(count))


def _labels(module: nn.Module) -> Any:
    return getattr(getattr(module, "config", None), "num_labels", None)
