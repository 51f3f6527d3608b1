"""Follows a tensor through a model, as far as its shape is certain, and notes what arrives at the user's own layers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from headlint.history import Arrived, Known, Shape, Sizes, Unknown
from headlint.static.feature_maps import returned
from headlint.static.interpreter import IMAGES, INPUT
from headlint.static.outputs import Output, behind, side_of
from headlint.static.rebuilding import rebuild_of
from headlint.static.shapes import fits, leaves
from headlint.static.tables import SIGNATURES, WRAPPERS
from headlint.static.values import Function, Grid, Opaque, Tensor, Value

if TYPE_CHECKING:
    from headlint.history import Slot
    from headlint.static.calls import Call
    from headlint.static.heap import Module
    from headlint.static.interpreter import Interpreter
    from headlint.static.origins import Installation
    from headlint.zoo import Row


_DEEPEST = 50
_DEPENDS = "what arrives depends on the size of the images, and doesn't fit those"
_OF_DATA = "it reads the input itself, and the data decide how wide that is"
_IN_ORDER = frozenset({"MaskRCNNPredictor", "FCNHead", "DeepLabHead"})


def pass_through(interpreter: Interpreter, module: Module, tensor: Tensor) -> Value:
    """What leaves a module when a tensor arrives: a tensor, or unknown."""
    interpreter.journal.passed.add(module.number)
    if module.origin is not None and module.origin.row is not None:
        if tensor.giver == IMAGES:
            interpreter.journal.shown[module.number] = tensor.shape
        return through_zoo_model(interpreter, module)
    forward = module.cls.find("forward") if module.cls else None
    if isinstance(forward, Function):
        return interpreter.call_function(forward, [tensor], {}, module)
    recorded = _recorded(module, tensor)
    if recorded is not None:
        return recorded
    if module.kind == "Sequential" or (module.kind in _IN_ORDER and module.origin is None and _installed_at(module)):
        return _in_order(interpreter, module, tensor)
    if module.kind == "FastRCNNPredictor" and _installed_at(module):
        for child in module.children.values():
            pass_through(interpreter, child, tensor)
        return Output(Unknown("it gives several tensors"), behind(module, tensor.trail))
    class_layer = _last_of(module, tensor)
    if class_layer is not None:
        new, shape = class_layer
        return pass_through(interpreter, new, Tensor(shape, tensor.giver, source=tensor.source))
    if module.kind in WRAPPERS:
        return pass_through(interpreter, module.children["module"], tensor)
    return _through_layer(interpreter, module, tensor)


def _recorded(module: Module, tensor: Tensor) -> Value | None:
    """What the zoo recorded for an untouched part of a model, for exactly the shape that arrives."""
    home, path = module.model_home()
    if home.origin is None or home.origin.row is None or _edited_below(home, path):
        return None
    origin, slot = home.origin, home.origin.model.slot(path)
    trail = behind(module, tensor.trail)
    side = 0 if "Adaptive" in module.kind else tensor.side
    if slot is not None and slot.arrives == tensor.shape:
        if isinstance(slot.leaves, Shape):
            return Tensor(slot.leaves, tensor.giver, trail=trail, source=tensor.source, side=side)
        return Output(slot.leaves, trail)
    step = origin.row.step(path) if origin.row is not None else None
    if step is None or step[0] != tensor.shape:
        return None
    return Tensor(step[1], origin.model.name, trail=trail, source=module, side=side)


def _last_of(module: Module, tensor: Tensor) -> tuple[Module, Shape] | None:
    """The user's class layer in a library's head, and what arrives there, where what it gives is what the head gives.

    That is so where the zoo recorded the same vector of classes behind the old class layer, behind the head, and as
    the model's output: nothing that follows the layer changes a vector's shape (the head of timm's RegNet flattens it).
    """
    home, path = module.model_home()
    if home.origin is None or home.origin.row is None:
        return None
    row, edits = home.origin.row, [edit for edit in home.origin.edits if edit.startswith(f"{path}.")]
    if len(edits) != 1 or row.classifier != (edits[0],):
        return None
    head, last, new = row.slot(path), row.slot(edits[0]), home.at(edits[0])
    if head is None or last is None or new is None or tensor.shape != head.arrives:
        return None
    is_vector = isinstance(row.output, Shape) and len(row.output.dims) == 2
    if is_vector and last.leaves == head.leaves == row.output and isinstance(last.arrives, Shape):
        return new, last.arrives
    return None


def _edited_below(home: Module, path: str) -> bool:
    assert home.origin is not None
    return any(edit == path or edit.startswith(f"{path}.") or path.startswith(f"{edit}.") for edit in home.origin.edits)


def _in_order(interpreter: Interpreter, module: Module, tensor: Tensor) -> Value:
    if module.blur:
        return Opaque(module.blur)
    value: Value = tensor
    children = list(module.children.values())
    rebuild = rebuild_of(module)
    if rebuild is not None and rebuild.row.input == tensor.shape:
        if isinstance(rebuild.gives, Unknown):
            return Opaque(rebuild.gives.why)
        last, children = children[rebuild.kept - 1], children[rebuild.kept :]
        side = 0 if "Adaptive" in last.kind else side_of(rebuild.row)
        value = Tensor(rebuild.gives, rebuild.row.name, source=module, side=side)
    for child in children:
        if not isinstance(value, Tensor):
            return Output(Unknown(value.why), behind(module, tensor.trail)) if isinstance(value, Opaque) else value
        value = pass_through(interpreter, child, value)
    return value


def _through_layer(interpreter: Interpreter, module: Module, tensor: Tensor) -> Value:
    if tensor.giver == INPUT and not fits(module, tensor.shape):
        note_arrival(interpreter, module, Unknown(_OF_DATA), INPUT)
        if not (module.axis == 1 and isinstance(module.takes, Known) and isinstance(module.takes.value, int)):
            return Output(Unknown(_OF_DATA), behind(module, tensor.trail))
        batch, _, *sizes = tensor.shape.dims
        tensor = Tensor(Shape((batch, module.takes.value, *sizes)), INPUT, side=tensor.side)
    note_arrival(interpreter, module, tensor)
    if not fits(module, tensor.shape):
        _note_clash(interpreter, module, tensor)
        return Opaque(f"the forward pass fails at the {module.kind}")
    shape = leaves(module, tensor.shape)
    trail = behind(module, tensor.trail)
    if isinstance(shape, Unknown):
        return Output(shape, trail)
    if module.kind not in SIGNATURES:
        return tensor.pooled(shape, trail, module.kind)
    found = _installed_at(module)
    side = tensor.side if module.axis == 1 else 0
    return Tensor(shape, module.kind, found[0] if found else None, trail, source=module, side=side)


def _installed_at(module: Module) -> tuple[Installation, str] | None:
    """The installation that brought a layer in, and the layer's path inside what was installed."""
    inner: Module | None = module
    names: list[str] = []
    while inner is not None:
        if inner.installation is not None:
            return inner.installation, ".".join(reversed(names))
        if inner.home is None or inner.origin is not None:
            return None
        names.append(inner.home[1])
        inner = inner.home[0]
    return None


def _note_clash(interpreter: Interpreter, module: Module, tensor: Tensor) -> None:
    """Tell of a library's own layer that what the user put in front of it doesn't fit."""
    home, path = module.model_home()
    if tensor.installation is None or _installed_at(module) is not None or home.origin is None:
        return
    place = tensor.installation.place
    if (module.number, place) not in interpreter.journal.arrivals:
        interpreter.journal.arrivals.add((module.number, place))
        arrival = tensor.shape, tensor.giver, _path_in(home, tensor.source)
        interpreter.journal.events.append(Arrived(place, home.origin.model, path, "", module.layer(), *arrival))


def note_arrival(interpreter: Interpreter, module: Module, tensor: Tensor | Unknown, giver: str = "") -> None:
    """Tell what arrives at a layer, once, if the user put it there and it has a width.

    `giver` names what gives it where no more is known.
    """
    found = _installed_at(module)
    if found is None or module.kind not in SIGNATURES:
        return
    installation, index = found
    origin = installation.model.origin
    key = (module.number, installation.place)
    if origin is None or key in interpreter.journal.arrivals:
        return
    path = f"{installation.path}.{index}" if index else installation.path
    interpreter.journal.arrivals.add(key)
    arrival = _arrival(module, installation, tensor) if isinstance(tensor, Tensor) else (tensor, giver)
    interpreter.journal.events.append(Arrived(installation.place, origin.model, path, index, module.layer(), *arrival))


def _arrival(module: Module, installation: Installation, tensor: Tensor) -> tuple[Any, ...]:
    """What is told of a tensor that arrives: its shape, what gives it, and whether another size may be the cure."""
    source, sizes = tensor.source, _sizes(module, tensor)
    shape = tensor.shape if sizes is None else Unknown(f"{_DEPENDS} of {sizes.fails} x {sizes.fails}")
    origin = source.origin if source is not None and source is not installation.model else None
    number = origin.model.number if origin is not None and origin.row is not None else 0
    return shape, tensor.giver, _path_in(installation.model, source), number, sizes


def _sizes(module: Module, tensor: Tensor) -> Sizes | None:
    """How it depends on the size of the images whether a layer that doesn't fit would."""
    match tensor.grid, module.takes, tensor.shape.dims[-1]:
        case Grid(channels, side), Known(value=int(takes)), int(width) if takes != width and takes % channels == 0:
            return Sizes(side, Unknown("headlint reads the code alone"), width)
    return None


def _path_in(model: Module, source: Module | None) -> str:
    """The path of a module in a model, '' if it is the model itself or lies elsewhere."""
    names: list[str] = []
    while source is not None and source is not model and source.home is not None and len(names) < _DEEPEST:
        names.append(source.home[1])
        source = source.home[0]
    return ".".join(reversed(names)) if source is model else ""


def through_zoo_model(interpreter: Interpreter, module: Module) -> Value:
    """What a model of the zoo gives, with the heads that it has now."""
    origin = module.origin
    assert origin is not None
    heads = outermost(origin.model.heads)
    if origin.escaped:
        return Opaque(origin.escaped)
    whole = returned(origin.row) if origin.row is not None and not origin.edits else None
    if whole is not None:
        return whole
    if origin.row is not None and origin.row.library == "transformers" and not heads:
        from headlint.static.transformers import base_outputs

        return base_outputs(origin.row, module) or Opaque(f"what {origin.model.name} returns is not in the zoo")
    if len(heads) != 1:
        return Opaque(f"{origin.model.name} has {len(heads)} heads")
    return _as_returned(through_slot(interpreter, module, heads[0]), heads[0], origin.row)


def through_trunk(interpreter: Interpreter, module: Module, request: Call) -> Value:
    """`model.forward_features(images)`: what timm's models give before their heads."""
    origin = module.origin
    row = origin.row if origin is not None else None
    shape = row.trunk if row is not None else None
    if origin is None or row is None or shape is None:
        return Opaque("what the trunk gives is not in the zoo")
    interpreter.journal.passed.add(module.number)
    others = [path for path in origin.edits if not any(_is_at(path, slot.path) for slot in origin.model.heads)]
    if origin.escaped or others:
        return Opaque(origin.escaped or f"`{others[0]}` was changed, which may change what the trunk gives")
    return Tensor(shape, origin.model.name, source=module, side=side_of(row) if len(shape.dims) == 4 else 0)


def _is_at(path: str, slot: str) -> bool:
    return path == slot or path.startswith(f"{slot}.")


def _as_returned(value: Value, head: Slot, row: Row | None) -> Value:
    """What leaves the head, as the model returns it: SqueezeNet's drops the axes that pooling left at 1."""
    before, after = head.leaves, row.output if row is not None else None
    if not isinstance(value, Tensor) or not isinstance(before, Shape) or not isinstance(after, Shape):
        return value
    kept = len(after.dims)
    if kept < len(before.dims) and all(dim == 1 for dim in before.dims[kept:]):
        return value.become(Shape(value.shape.dims[:kept]))
    return value


def outermost(slots: tuple[Slot, ...]) -> list[Slot]:
    """The slots that lie in no other one."""
    return [slot for slot in slots if not any(slot.path.startswith(f"{other.path}.") for other in slots)]


def through_slot(interpreter: Interpreter, module: Module, slot: Slot) -> Value:
    """What leaves the module that stands at an outermost slot of a zoo model now."""
    from headlint.static.arrivals import why_uncertain

    assert module.origin is not None
    why = why_uncertain(module, slot)
    if why or isinstance(slot.arrives, Unknown):
        return Opaque(why or (slot.arrives.why if isinstance(slot.arrives, Unknown) else ""))
    current = module.at(slot.path)
    if current is None:
        return Opaque(f"`{slot.path}` was taken away")
    arriving = Tensor(slot.arrives, module.origin.model.name, source=module, side=_side_at(module.origin.row, slot))
    return pass_through(interpreter, current, arriving)


def _side_at(row: Row | None, slot: Slot) -> int:
    """The side of the images with which the size of the map at a slot goes."""
    is_map = isinstance(slot.arrives, Shape) and len(slot.arrives.dims) == 4
    return side_of(row) if row is not None and is_map else 0
