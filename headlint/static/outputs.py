"""What models give in a training step, and which activations it went through last."""

from __future__ import annotations

from typing import TYPE_CHECKING

from headlint.history import Activation, Known, Shape, Unknown
from headlint.static.endings import WayEnds
from headlint.static.interpreter import FORWARD, INPUT
from headlint.static.layers import linear_width
from headlint.static.tables import KEEPS_SHAPE, RESHAPES, SIGNATURES, WRAPPERS
from headlint.static.values import Bound, Function, Items, Opaque, Tensor

if TYPE_CHECKING:
    from headlint.static.calls import Call
    from headlint.static.heap import Module
    from headlint.static.interpreter import Interpreter
    from headlint.static.origins import Installation
    from headlint.static.values import Trail, Value
    from headlint.zoo import Row

ACTIVATIONS = frozenset(
    "Softmax Softmax2d Softmin LogSoftmax Sigmoid LogSigmoid Hardsigmoid Hardtanh Threshold".split()
)
"""Layers that make probabilities or logarithms of scores, or keep them within bounds."""
FUNCTIONS = {
    "softmax": "Softmax",
    "log_softmax": "LogSoftmax",
    "sigmoid": "Sigmoid",
    "logsigmoid": "LogSigmoid",
    "hardsigmoid": "Hardsigmoid",
    "log": "Log",
    "exp": "Exp",
}
"""Functions and methods of tensors, with the class of `torch.nn` that does the same, where there is one."""
_NORMALISES = frozenset({"softmax", "log_softmax"})
_PASS_ON = frozenset({"Identity", "Flatten", "Unflatten"})
_KEEPS_VALUES = frozenset(
    """view reshape flatten squeeze unsqueeze contiguous clone float half double bfloat16 to cuda cpu type type_as
    permute transpose""".split()
)
_MAIN_PARTS = frozenset({"logits", "out", "['logits']", "['out']"})


class Output(Opaque):
    """A tensor whose shape may be unknown. `model` is what it comes from, None inside of a forward pass.

    `width` is how wide a Linear made it, where no more of its shape is known, 0 where that isn't either.
    """

    __slots__ = ("installation", "model", "shape", "trail", "width")

    def __init__(
        self,
        shape: Shape | Unknown,
        trail: Trail,
        *,
        model: Module | None = None,
        installation: Installation | None = None,
        width: int = 0,
    ) -> None:
        super().__init__(shape.why if isinstance(shape, Unknown) else "its numbers are only known when the script runs")
        self.shape = shape
        self.trail = trail
        self.model = model
        self.installation = installation
        self.width = width

    def attribute(self, name: str) -> Value:
        if name in _MAIN_PARTS:
            return self
        if name in FUNCTIONS or name in _KEEPS_VALUES:
            return Bound(self, name)
        return super().attribute(name)

    def after(self, shape: Shape | Unknown, trail: Trail) -> Output:
        """What becomes of it."""
        return Output(shape, trail, model=self.model, installation=self.installation)


def trail_of(value: Value | None) -> Trail:
    """What a value went through last."""
    if isinstance(value, (Output, Tensor)):
        return value.trail
    return Unknown(value.why if isinstance(value, Opaque) else "it is no output of a model")


# ---- layers


def behind(module: Module, before: Trail) -> Trail:
    """What the output of a module went through last, if `before` is what its input went through."""
    if module.origin is not None and module.origin.row is not None:
        return _behind_zoo_model(module)
    if module.kind in ACTIVATIONS and module.library:
        return added(before, _activation_of(module))
    if module.kind in _PASS_ON:
        return before
    if module.kind in SIGNATURES or module.kind in KEEPS_SHAPE or module.kind in RESHAPES:
        return ()
    if module.kind in WRAPPERS:
        return behind(module.children["module"], before)
    if module.kind != "Sequential" or module.blur:
        return _behind_head_module(module)
    for child in module.children.values():
        before = behind(child, before)
    return before


def added(before: Trail, activation: Activation) -> Trail:
    """A trail with one more activation."""
    return (activation,) if isinstance(before, Unknown) else (*before, activation)


def _activation_of(module: Module) -> Activation:
    home, path = module.model_home()
    place = module.written.place if module.written else home.origin.place if home.origin else None
    assert place is not None, "a layer is either written down in the program or part of a model"
    text = module.written.text if module.written else f"nn.{module.kind}()"
    return Activation(module.kind, place, text, path, _axis(module.arguments.get("dim")))


def _axis(value: Value | None) -> int | Unknown:
    if isinstance(value, Known) and isinstance(value.value, int):
        return value.value
    return Unknown("the axis is not known")


def _behind_zoo_model(module: Module) -> Trail:
    """The head is what a published model ends in, where the shape that leaves it is the one that leaves the model."""
    from headlint.static.forward import outermost

    origin = module.origin
    assert origin is not None
    assert origin.row is not None
    heads = outermost(origin.model.heads)
    if origin.escaped or len(heads) != 1:
        return Unknown(origin.escaped or f"{origin.model.name} has {len(heads)} heads")
    slot, current = heads[0], module.at(heads[0].path)
    if current is None or _size(slot.leaves) != _size(origin.row.output):
        return Unknown(f"headlint doesn't know what comes behind the head of {origin.model.name}")
    return behind(current, Unknown(f"it is what the trunk of {origin.model.name} gives"))


def _behind_head_module(module: Module) -> Trail:
    """A library's own head module ends in its class layer, if what leaves that leaves the module."""
    unknown = Unknown(module.blur or f"headlint doesn't know how a {module.kind} ends")
    home, path = module.model_home()
    row = home.origin.row if home.origin is not None else None
    if row is None or home.origin is None or len(row.classifier) != 1 or row.tree.at(path) is None:
        return unknown
    (last,) = row.classifier
    edits = [edit for edit in home.origin.edits if edit == path or edit.startswith(f"{path}.")]
    is_alone = all(edit == last or edit.startswith(f"{last}.") for edit in edits)
    whole, part, current = row.slot(path), row.slot(last), home.at(last)
    if not is_alone or not last.startswith(f"{path}.") or whole is None or part is None or current is None:
        return unknown
    return behind(current, unknown) if _size(part.leaves) == _size(whole.leaves) else unknown


def _size(shape: Shape | Unknown) -> list[int | str] | None:
    return [dim for dim in shape.dims if dim != 1] if isinstance(shape, Shape) else None


# ---- functions and methods


def activated(interpreter: Interpreter, name: str, value: Value | None, request: Call) -> Value:
    """The value of `F.softmax(x, dim=1)`, `x.sigmoid()` and the like."""
    axis = _axis(request.get(0 if isinstance(request.callee, Bound) else 1, "dim"))
    node = request.node
    written = interpreter.places.written(node, interpreter.statement) if node and interpreter.statement else None
    place, text = (written.place, written.text) if written else (interpreter.place, f"{request.text}(…)")
    activation = Activation(FUNCTIONS[name], place, text, axis=axis if name in _NORMALISES else Unknown("it has none"))
    trail = added(trail_of(value), activation)
    match value:
        case Tensor():
            return value.become(value.shape, trail)
        case Output():
            return value.after(value.shape, trail)
    return Output(Unknown("what arrives is not known"), trail)


def method(interpreter: Interpreter, output: Output, name: str, request: Call) -> Value:
    """A call of a method of an output."""
    from headlint.static import tensors

    if name in FUNCTIONS:
        return activated(interpreter, name, output, request)
    shape: Shape | Unknown = output.shape
    if isinstance(shape, Shape):
        shape = tensors.shape_after(interpreter, shape, name, request)
    return output.after(shape, output.trail)


# ---- models


def given(interpreter: Interpreter, module: Module, request: Call) -> Value:
    """What a module gives for what is put in, of which nothing but its kind may be known.

    In a forward pass, a published model gives what it gives for the images that it takes, whatever it is given.
    """
    from headlint.static.forward import through_zoo_model

    first = next(iter(request.values), None)
    if isinstance(first, Tensor):
        return interpreter.forward(module, first)
    is_published = module.origin is not None and module.origin.row is not None
    if is_published and interpreter.uncertain == FORWARD and not isinstance(first, Output):
        return through_zoo_model(interpreter, module)
    if interpreter.is_fed or isinstance(first, Output):
        return _passed_on(interpreter, module, first, request)
    return of_model(interpreter, module, request)


def _passed_on(interpreter: Interpreter, module: Module, first: Value | None, request: Call) -> Value:
    """What a module gives for a value of which the shape isn't known, in a forward pass."""
    own = module.cls.find("forward") if module.cls else None
    if isinstance(own, Function):
        return interpreter.call_function(own, request.positional, request.named, module, request.why)
    if isinstance(first, Output) and isinstance(first.shape, Shape):
        value = interpreter.forward(module, Tensor(first.shape, "", trail=first.trail))
        return from_tensor(value, module if module.origin is not None else first.model)
    trail = behind(module, trail_of(first))
    shape = Unknown("what arrives is not known")
    source = first if isinstance(first, Output) else Output(shape, trail)
    model, installation, width = source.model, source.installation, linear_width(module)
    return Output(shape, trail, model=model, installation=installation, width=width)


def of_model(interpreter: Interpreter, module: Module, request: Call) -> Value:
    """What a whole model gives, for an input such as the published model in it takes."""
    key = (module.number, len(interpreter.journal.events))
    known = interpreter.journal.outputs.get(key)
    if known is None:
        value = _fed(interpreter, module, request)
        known = interpreter.journal.outputs[key] = from_tensor(value, module)
    return known


def from_tensor(value: Value, model: Module | None) -> Value:
    """What a forward pass gave, as a value of a training step: a tensor, or several."""
    if isinstance(value, Items) and not value.why:
        return Items([from_tensor(item, model) for item in value.items], fixed=value.fixed)
    if isinstance(value, Tensor):
        return Output(value.shape, value.trail, model=model, installation=value.installation)
    if isinstance(value, Output):
        return Output(value.shape, value.trail, model=model, installation=value.installation, width=value.width)
    return Opaque(value.why if isinstance(value, Opaque) else "the model gives no tensor")


def fed(row: Row) -> Tensor:
    """What a published model takes."""
    return Tensor(row.input, INPUT, side=side_of(row))


def side_of(row: Row) -> int:
    """The side of the images that a published model takes, 0 if it takes no square images."""
    match row.input.dims:
        case (_, _, int(height), int(width)) if height == width:
            return height
    return 0


def _fed(interpreter: Interpreter, module: Module, request: Call) -> Value:
    """A forward pass that leaves no trace in the history."""
    rows = [inner.origin.row for _, inner in module.walk() if inner.origin and inner.origin.row]
    journal = interpreter.journal
    events, arrivals = len(journal.events), set(journal.arrivals)
    before = interpreter.uncertain, interpreter.is_fed, interpreter.returned
    interpreter.uncertain, interpreter.is_fed, interpreter.returned = FORWARD, True, []
    try:
        value = interpreter.forward_pass(
            module,
            lambda: (
                interpreter.forward(module, fed(rows[0]))
                if rows
                else _passed_on(interpreter, module, Opaque("the input is not known"), request)
            ),
        )
        return _settled(value, interpreter.returned)
    except WayEnds:
        return Opaque("the forward pass ends early")
    finally:
        interpreter.uncertain, interpreter.is_fed, interpreter.returned = before
        del journal.events[events:]
        journal.arrivals = arrivals


def _settled(value: Value, others: list[Value]) -> Value:
    """What a forward pass gives that may return other things as well, under conditions."""
    kinds = {tuple(one.kind for one in trail) if isinstance(trail := trail_of(one), tuple) else None for one in others}
    trail = trail_of(value)
    own = tuple(one.kind for one in trail) if isinstance(trail, tuple) else None
    return value if not kinds - {own} else Opaque("what it returns depends on a condition")
