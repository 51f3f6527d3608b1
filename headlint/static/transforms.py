"""Transforms of images: what a composition normalises with."""

from __future__ import annotations

from typing import TYPE_CHECKING

from headlint.history import ImagesNormalized, Known, Unknown
from headlint.static.values import Items, Opaque, Symbol, Value, why_unknown

if TYPE_CHECKING:
    from collections.abc import Callable

    from headlint.finding import Place
    from headlint.static.calls import Call
    from headlint.static.interpreter import Interpreter

_PREFIXES = ("torchvision.transforms.", "torchvision.transforms.v2.", "torchvision.transforms.transforms.")

CONSTANTS: dict[str, tuple[float, float, float]] = {
    "IMAGENET_DEFAULT_MEAN": (0.485, 0.456, 0.406),
    "IMAGENET_DEFAULT_STD": (0.229, 0.224, 0.225),
    "IMAGENET_INCEPTION_MEAN": (0.5, 0.5, 0.5),
    "IMAGENET_INCEPTION_STD": (0.5, 0.5, 0.5),
    "OPENAI_CLIP_MEAN": (0.48145466, 0.4578275, 0.40821073),
    "OPENAI_CLIP_STD": (0.26862954, 0.26130258, 0.27577711),
}
"""Names that timm has for means and deviations; a test compares them with the installed timm."""


class Scaling(Opaque):
    """A transform that makes numbers from 0 to 1 of whole numbers from 0 to 255."""


class Normalizing(Opaque):
    """`transforms.Normalize(mean, std)`, and where it is made."""

    __slots__ = ("mean", "place", "std")

    def __init__(self, mean: tuple[float, ...] | Unknown, std: tuple[float, ...] | Unknown, place: Place) -> None:
        super().__init__("a transform is only known when the script runs")
        self.mean = mean
        self.std = std
        self.place = place


def _scaling(interpreter: Interpreter, request: Call) -> Value:
    return Scaling("a transform is only known when the script runs")


def _normalizing(interpreter: Interpreter, request: Call) -> Value:
    node, statement = request.node, interpreter.statement
    written = interpreter.places.written(node, statement) if node and statement else None
    place = written.place if written else interpreter.place
    return Normalizing(_numbers(request.get(0, "mean")), _numbers(request.get(1, "std")), place)


def _numbers(value: Value | None) -> tuple[float, ...] | Unknown:
    if isinstance(value, Symbol) and value.name.startswith("timm."):
        known = CONSTANTS.get(value.name.rpartition(".")[2])
        return known or Unknown(f"headlint doesn't know what `{value.name}` is")
    if not isinstance(value, Items) or value.why:
        return Unknown((why_unknown(value) if value is not None else "") or "the numbers are not typed here")
    plain = [item.value for item in value.items if isinstance(item, Known)]
    numbers = [float(item) for item in plain if isinstance(item, (int, float))]
    whole = len(numbers) == len(value.items)
    return tuple(numbers) if whole else Unknown("the numbers are computed from what is not known")


def _composed(interpreter: Interpreter, request: Call) -> Value:
    """`transforms.Compose([…])`: what normalises, and whether images are numbers from 0 to 1 by then."""
    steps = request.get(0, "transforms")
    known = steps.items if isinstance(steps, Items) else []
    scaled = False
    for step in known:
        scaled = scaled or isinstance(step, Scaling)
        if isinstance(step, Normalizing) and not interpreter.uncertain:
            interpreter.journal.events.append(ImagesNormalized(step.place, step.mean, step.std, scaled))
    return Opaque("a transform is only known when the script runs")


HANDLERS: dict[str, Callable[[Interpreter, Call], Value]] = {
    f"{prefix}{name}": handler
    for prefix in _PREFIXES
    for name, handler in (("Compose", _composed), ("Normalize", _normalizing), ("ToTensor", _scaling))
}
