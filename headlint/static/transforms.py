"""Transforms of images: what a composition normalises with, and which size it leaves images in."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from headlint.history import ImagesNormalized, Known, Shape, Unknown
from headlint.static.images import Images
from headlint.static.values import Items, Opaque, Symbol, Value, why_unknown

if TYPE_CHECKING:
    from collections.abc import Callable

    from headlint.finding import Place
    from headlint.static.calls import Call
    from headlint.static.interpreter import Interpreter

_PREFIXES = ("torchvision.transforms.", "torchvision.transforms.v2.", "torchvision.transforms.transforms.")
_RANDOM = "how large the images are depends on them"

CONSTANTS: dict[str, tuple[float, float, float]] = {
    "IMAGENET_DEFAULT_MEAN": (0.485, 0.456, 0.406),
    "IMAGENET_DEFAULT_STD": (0.229, 0.224, 0.225),
    "IMAGENET_INCEPTION_MEAN": (0.5, 0.5, 0.5),
    "IMAGENET_INCEPTION_STD": (0.5, 0.5, 0.5),
    "OPENAI_CLIP_MEAN": (0.48145466, 0.4578275, 0.40821073),
    "OPENAI_CLIP_STD": (0.26862954, 0.26130258, 0.27577711),
}
"""Names that timm has for means and deviations; a test compares them with the installed timm."""

KEEPS_SIZE = frozenset(
    """AugMix AutoAugment ColorJitter ConvertImageDtype GaussianBlur Grayscale Normalize PILToTensor RandAugment
    RandomAdjustSharpness RandomAffine RandomAutocontrast RandomEqualize RandomErasing RandomGrayscale
    RandomHorizontalFlip RandomInvert RandomPerspective RandomPosterize RandomSolarize RandomVerticalFlip ToDtype
    ToImage ToPILImage ToTensor TrivialAugmentWide""".split()
)
"""Transforms that leave images as large as they are; a test gives the installed torchvision's an image."""
RESIZES = frozenset({"CenterCrop", "RandomCrop", "RandomResizedCrop", "Resize"})


class Settled(NamedTuple):
    """A size that images are brought to, and where. `place` is None where the data have it from the beginning."""

    height: int
    width: int
    place: Place | None
    guards: tuple[int, ...] = ()


Size: TypeAlias = "Settled | Unknown"
"""How large images are."""


class Transform(Opaque):
    """A transform. `size` is the one that it leaves images in, None if that is the one that they had."""

    is_object = True

    __slots__ = ("size",)

    def __init__(self, size: Size | None) -> None:
        super().__init__("a transform is only known when the script runs")
        self.size = size


class Scaling(Transform):
    """A transform that makes numbers from 0 to 1 of whole numbers from 0 to 255."""


class Normalizing(Transform):
    """`transforms.Normalize(mean, std)`, and where it is made."""

    __slots__ = ("mean", "place", "std")

    def __init__(self, mean: tuple[float, ...] | Unknown, std: tuple[float, ...] | Unknown, place: Place) -> None:
        super().__init__(None)
        self.mean = mean
        self.std = std
        self.place = place


def size_after(transform: Value | None, before: Size) -> Size:
    """How large images are that went through a transform."""
    if isinstance(transform, Transform):
        return before if transform.size is None else transform.size
    if transform is None or transform == Known(None):
        return before
    return Unknown(why_unknown(transform) or _RANDOM)


def apply(interpreter: Interpreter, transform: Transform, request: Call) -> Value:
    """`transform(image)`: an image whose size may be known by now."""
    size = transform.size
    if isinstance(size, Settled) and len(request.values) == 1:
        return image_of(size)
    return interpreter.opaque(size.why if isinstance(size, Unknown) else _RANDOM)


def image_of(size: Size) -> Value:
    """An image of a size."""
    if isinstance(size, Unknown):
        return Opaque(size.why)
    return Images(Shape(("channels", size.height, size.width)), size.place, size.guards)


# ---- what makes them


def _scaling(interpreter: Interpreter, request: Call) -> Value:
    return Scaling(None)


def _keeping(interpreter: Interpreter, request: Call) -> Value:
    return Transform(None)


def _resizing(name: str) -> Callable[[Interpreter, Call], Value]:
    """`transforms.Resize((256, 256))`, `transforms.CenterCrop(224)`."""

    def made(interpreter: Interpreter, request: Call) -> Value:
        asked = request.get(0, "size")
        sides = _sides(asked)
        if sides is None or request.why:
            return Transform(Unknown((why_unknown(asked) if asked else "") or "the size is not typed here"))
        if name == "Resize" and len(sides) == 1:
            return Transform(Unknown("only the shorter side is resized, and what the longer one comes to is not known"))
        return Transform(Settled(sides[0], sides[-1], _place(interpreter, request), tuple(interpreter.guards)))

    return made


def _sides(asked: Value | None) -> tuple[int, ...] | None:
    items = asked.items if isinstance(asked, Items) and not asked.why else [asked]
    sides = [item.value for item in items if isinstance(item, Known) and type(item.value) is int]
    return tuple(sides) if len(sides) == len(items) and len(sides) in {1, 2} else None


def _place(interpreter: Interpreter, request: Call) -> Place:
    node, statement = request.node, interpreter.statement
    written = interpreter.places.written(node, statement) if node and statement else None
    return written.place if written else interpreter.place


def _normalizing(interpreter: Interpreter, request: Call) -> Value:
    place = _place(interpreter, request)
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
    return Transform(_size_of_all(steps))


def _size_of_all(steps: Value | None) -> Size | None:
    """The size that transforms one after another leave images in."""
    if not isinstance(steps, Items) or steps.why:
        return Unknown((why_unknown(steps) if steps is not None else "") or "which transforms there are is not known")
    size: Size | None = None
    for step in steps.items:
        own = step.size if isinstance(step, Transform) else Unknown(why_unknown(step) or _RANDOM)
        size = size if own is None else own
    return size


def _perhaps(interpreter: Interpreter, request: Call) -> Value:
    """`transforms.RandomApply([…])`: the size is kept if all of them keep it."""
    kept = _size_of_all(request.get(0, "transforms")) is None
    return Transform(None if kept else Unknown("the transforms are applied to some of the images only"))


_SETTLING: dict[str, Callable[[Interpreter, Call], Value]] = {
    **dict.fromkeys(KEEPS_SIZE, _keeping),
    **{name: _resizing(name) for name in RESIZES},
    "Compose": _composed,
    "Normalize": _normalizing,
    "RandomApply": _perhaps,
    "ToTensor": _scaling,
}
HANDLERS = {f"{prefix}{name}": handler for prefix in _PREFIXES for name, handler in _SETTLING.items()}
