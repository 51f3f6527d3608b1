"""How images are prepared, against how the weights that see them were trained."""

from __future__ import annotations

from typing import TYPE_CHECKING

from headlint.history import Built, Known, Purpose, Unknown
from headlint.reading.models import final_state, is_under, last_layers
from headlint.zoo.weights import weights_of

if TYPE_CHECKING:
    from headlint.history import History, Model
    from headlint.zoo.weights import Weights

_PUBLISHED = ((0.485, 0.456, 0.406), (0.5, 0.5, 0.5), (0.48145466, 0.4578275, 0.40821073))
"""The means of the weights that most models have: of ImageNet, of images between -1 and 1, of CLIP."""
_NEAR = 0.02
"""Means that differ by less were rounded."""
_COCO = 91


def weights_asked(history: History, model: Model) -> tuple[Weights, ...]:
    """The weights that a model may have been built with: of timm those that its name says, else the default ones."""
    if model.library != "timm":
        return weights_of(model.library, model.name)
    built = next(event for event in history.of(Built) if event.model.number == model.number)
    names = (one.value.value for one in built.arguments if isinstance(one.value, Known))
    asked = next((name for name in names if isinstance(name, str)), model.name)
    return weights_of("timm", asked)[:1]


def normalises_itself(weights: tuple[Weights, ...]) -> bool:
    """Whether weights belong to a detector, which scales and normalises inside of the model."""
    return bool(weights) and all(
        one.library == "torchvision" and one.classes == _COCO and one.preparation.mean is None for one in weights
    )


def own_mean(weights: tuple[Weights, ...]) -> tuple[float, ...] | None:
    """The mean that all of the weights were trained with, None where they differ or that is unknown."""
    means = {one.preparation.mean for one in weights}
    return next(iter(means)) if len(means) == 1 else None


def belongs_to_others(mean: tuple[float, ...], own: tuple[float, ...]) -> bool:
    """Whether a mean is that of other weights: one of those that are copied from script to script."""
    return not _is_near(mean, own) and any(_is_near(mean, published) for published in _PUBLISHED)


def _is_near(mean: tuple[float, ...], other: tuple[float, ...]) -> bool:
    spread = mean * len(other) if len(mean) == 1 else mean
    return len(spread) == len(other) and all(abs(a - b) < _NEAR for a, b in zip(spread, other, strict=True))


def is_taken_as_it_is(history: History, model: Model) -> bool:
    """Whether a model is trained with all that it was published with frozen, but for its class layers."""
    ready = final_state(history, model)
    if isinstance(ready, Unknown) or isinstance(ready.parameters, Unknown) or ready.purpose is not Purpose.TRAINING:
        return False
    heads = [slot.path for slot in last_layers(model)]
    old = [state for state in ready.parameters if state.fresh is False]
    published = [state for state in old if not any(is_under(state.path, head) for head in heads)]
    return bool(published) and all(state.trainable is False for state in published)
