"""Images whose size is known, and the models that they meet."""

from __future__ import annotations

from typing import TYPE_CHECKING

from headlint.history import ImagesMet, Role, Shape, Wrote
from headlint.static.endings import WayEnds
from headlint.static.interpreter import FORWARD, IMAGES
from headlint.static.modes import mode_of
from headlint.static.targets import Labels
from headlint.static.values import Bound, Opaque, Tensor

if TYPE_CHECKING:
    from headlint.finding import Place
    from headlint.static.calls import Call
    from headlint.static.heap import Module
    from headlint.static.interpreter import Interpreter
    from headlint.static.values import Value

_UNSEEN = "images are only known when the script runs"
_METHODS = frozenset(
    "to cuda cpu float half double bfloat16 type clone contiguous detach requires_grad_ unsqueeze squeeze".split()
)


class Images(Opaque):
    """One image or a batch of them. `place` is where their size is settled, `guards` the conditions of that."""

    __slots__ = ("guards", "place", "shape")

    def __init__(self, shape: Shape, place: Place | None, guards: tuple[int, ...] = ()) -> None:
        super().__init__(_UNSEEN)
        self.shape = shape
        self.place = place
        self.guards = guards

    def attribute(self, name: str) -> Value:
        return Bound(self, name) if name in _METHODS else super().attribute(name)

    def stacked(self) -> Images:
        """A batch of such images."""
        return self.shaped(Shape(("batch", *self.shape.dims)))

    def shaped(self, shape: Shape) -> Images:
        """The same in another shape."""
        return Images(shape, self.place, self.guards)

    def call(self, interpreter: Interpreter, name: str, request: Call) -> Value:
        """A call of one of their methods."""
        from headlint.static import tensors

        shape = tensors.shape_after(interpreter, self.shape, name, request)
        return self.shaped(shape) if isinstance(shape, Shape) else Opaque(shape.why)


def meet(interpreter: Interpreter, module: Module, value: Value | None) -> None:
    """A module is called with images: tell of each published model in it that takes them as they are."""
    images = _images(value)
    if images is None or interpreter.uncertain or interpreter.is_fed or interpreter.tried:
        return
    told = _told(interpreter, images.place or interpreter.place)
    choosy = [inner for _, inner in module.walk() if _is_choosy(inner) and inner.number not in told]
    met = _reached(interpreter, module, images.shape) if choosy else {}
    for inner in choosy:
        if inner.number in met and _is_as_published(interpreter, inner):
            _tell(interpreter, inner, images.shaped(met[inner.number]))


def _images(value: Value | None) -> Images | None:
    """What may be a batch of images: four axes, of which the last two have known lengths."""
    if isinstance(value, Labels) and isinstance(value.target.shape, Shape):
        value = Images(value.target.shape, None)
    if not isinstance(value, Images) or len(value.shape.dims) != 4:
        return None
    return value if all(isinstance(side, int) for side in value.shape.dims[2:]) else None


def _told(interpreter: Interpreter, place: Place) -> frozenset[int]:
    """The numbers of the modules of which it was told that they met the images from `place`."""
    events = [event for event in interpreter.journal.events if isinstance(event, ImagesMet) and event.place == place]
    return frozenset(interpreter.journal.models[event.model.number - 1].number for event in events)


def _is_choosy(module: Module) -> bool:
    row = module.origin.row if module.origin is not None else None
    return row is not None and row.sides(training=True) is not None


def _is_as_published(interpreter: Interpreter, module: Module) -> bool:
    """Whether nothing but heads was changed in a model, no attribute of its own either."""
    origin = module.origin
    assert origin is not None
    heads = [slot.path for slot in origin.model.slots if slot.role is not Role.STEM]
    wrote = [event for event in interpreter.journal.events if isinstance(event, Wrote)]
    return (
        not (origin.escaped or origin.resized)
        and all(any(f"{path}.".startswith(f"{head}.") for head in heads) for path in origin.edits)
        and all(event.name == "requires_grad" for event in wrote if event.model.number == origin.model.number)
    )


def _reached(interpreter: Interpreter, module: Module, shape: Shape) -> dict[int, Shape]:
    """In what shape images arrive at the models in a module, by the models' numbers."""
    journal = interpreter.journal
    events, arrivals, passed, before = len(journal.events), set(journal.arrivals), set(journal.passed), journal.shown
    state = interpreter.uncertain, interpreter.is_fed, interpreter.returned
    interpreter.uncertain, interpreter.is_fed, interpreter.returned = FORWARD, True, []
    journal.shown = {}
    try:
        interpreter.forward(module, Tensor(shape, IMAGES))
        return journal.shown
    except WayEnds:
        return {}
    finally:
        interpreter.uncertain, interpreter.is_fed, interpreter.returned = state
        del journal.events[events:]
        journal.arrivals, journal.passed, journal.shown = arrivals, passed, before


def _tell(interpreter: Interpreter, module: Module, images: Images) -> None:
    origin = module.origin
    assert origin is not None
    assert origin.row is not None
    guards = {*origin.guards, *images.guards, *interpreter.guards}
    if guards and len(guards) < len(interpreter.story):
        return
    told, usual = origin.row.sides(training=_is_training(module)), origin.row.sides(training=False)
    height, width = images.shape.dims[2:]
    if told is None or not isinstance(height, int) or not isinstance(width, int):
        return
    sides = height, width, *told, told != usual
    event = ImagesMet(images.place or interpreter.place, origin.model, *sides, interpreter.place)
    interpreter.journal.events.append(event)


def _is_training(module: Module) -> bool:
    """Whether a model is in training mode and has all of the heads that it trains with."""
    assert module.origin is not None
    slots = [slot.path for slot in module.origin.model.slots if slot.role is Role.AUXILIARY]
    return mode_of(module).training is True and all(module.at(path) is not None for path in slots)
