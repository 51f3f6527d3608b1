"""Losses: what they are, and which model's output they meet."""

from __future__ import annotations

from typing import TYPE_CHECKING

from headlint.history import Argument, Loss, LossMet, Unknown
from headlint.history.losses import FUNCTIONS
from headlint.project import is_test
from headlint.static import outputs
from headlint.static.endings import WayEnds
from headlint.static.outputs import Output, trail_of
from headlint.static.tables import WRAPPERS
from headlint.static.targets import target_of
from headlint.static.values import Function, Opaque, fact

if TYPE_CHECKING:
    from collections.abc import Callable

    from headlint.finding import Place
    from headlint.static.calls import Call
    from headlint.static.heap import Module
    from headlint.static.interpreter import Interpreter
    from headlint.static.values import Trail, Value

KINDS = frozenset(FUNCTIONS.values())
_LOGARITHMS = frozenset({"LogSoftmax", "Log", "LogSigmoid"})


def called(interpreter: Interpreter, module: Module, request: Call) -> Value:
    """A module is called: a loss meets what it is given, any other one passes it on."""
    if not (module.library and module.kind in KINDS):
        value = outputs.given(interpreter, module, request)
        return _with_loss(interpreter, module, request, value) if module.library_name == "transformers" else value
    place = module.written.place if module.written else interpreter.place
    text = module.written.text.partition("(")[0] if module.written else f"nn.{module.kind}"
    told = tuple(Argument(name, fact(value), None) for name, value in module.arguments.items())
    return _meet(interpreter, Loss(module.kind, place, text, module.written, told), request, module.guards)


def _with_loss(interpreter: Interpreter, module: Module, request: Call, value: Value) -> Value:
    from headlint.static.transformers import with_loss

    return with_loss(interpreter, module, request, value)


def _function(name: str) -> Callable[[Interpreter, Call], Value]:
    """`F.cross_entropy(outputs, labels)` and the like."""

    def met(interpreter: Interpreter, request: Call) -> Value:
        node, statement = request.node, interpreter.statement
        written = interpreter.places.written(node, statement) if node is not None and statement is not None else None
        told = tuple(Argument(key, fact(value), None) for key, value in request.named.items() if key not in _TAKES)
        place = written.place if written else interpreter.place
        return _meet(interpreter, Loss(FUNCTIONS[name], place, request.text, written, told), request, ())

    return met


_TAKES = frozenset({"input", "target"})

HANDLERS: dict[str, Callable[[Interpreter, Call], Value]] = {
    f"torch.nn.functional.{name}": _function(name) for name in FUNCTIONS
}


def _meet(interpreter: Interpreter, loss: Loss, request: Call, guards: tuple[int, ...]) -> Value:
    """A loss meets an output, if it is one of a model's. `guards` are the conditions on which the loss was made."""
    output, target = request.get(0, "input"), request.get(1, "target")
    if isinstance(output, Output):
        output = _as_certain(interpreter, loss, output, {*guards, *interpreter.guards})
    if isinstance(output, Output) and output.model is not None and not interpreter.uncertain:
        _tell(interpreter, loss, output, output.model, target)
    return Opaque("a loss is only known when the script runs")


def _tell(interpreter: Interpreter, loss: Loss, output: Output, module: Module, target: Value | None) -> None:
    journal = interpreter.journal
    home = _unwrapped(module).model_home()[0]
    if home.origin is None:
        return
    trail = trail_of(output)
    key = interpreter.place, home.origin.model.number, loss.kind, _kinds(trail)
    if key in journal.met:
        return
    journal.met.add(key)
    place, path = _head(home, output)
    event = LossMet(interpreter.place, home.origin.model, loss, trail, output.shape, target_of(target), place, path)
    journal.events.append(event)


def _as_certain(interpreter: Interpreter, loss: Loss, output: Output, guards: set[int]) -> Output:
    """The output as far as it is certain that the same way leads to it and to the loss."""
    if guards and len(guards) < len(interpreter.story):
        why = Unknown("the loss and the model depend on conditions of their own")
        return output.after(why, why)
    takes_logarithms = loss.kind == "NLLLoss" and not any(one in _LOGARITHMS for one in _kinds(output.trail)[-1:])
    if takes_logarithms and interpreter.story and _speaks_of_logarithms(interpreter):
        return output.after(output.shape, Unknown("a condition may add a log-softmax"))
    return output


def _speaks_of_logarithms(interpreter: Interpreter) -> bool:
    text = interpreter.script.whole + interpreter.places.whole
    return bool(interpreter.files) or "LogSoftmax" in text or "log_softmax" in text


def rehearse(interpreter: Interpreter) -> None:
    """Follow the training steps of modules that a trainer trains."""
    if is_test(interpreter.script.path):
        return
    for module in list(interpreter.journal.models):
        step = module.cls.find("training_step") if module.cls else None
        if not isinstance(step, Function) or id(step.statement) in interpreter.called or interpreter.tangled:
            continue
        interpreter.statement = step.statement
        interpreter.loops.append("the batches")
        try:
            interpreter.call_function(step, [], {}, module)
        except WayEnds:
            pass
        finally:
            interpreter.loops.pop()
            interpreter.statement = None


def _kinds(trail: Trail) -> tuple[str, ...]:
    return tuple(one.kind for one in trail) if isinstance(trail, tuple) else ("?",)


def _unwrapped(module: Module) -> Module:
    while module.kind in WRAPPERS:
        module = module.children["module"]
    return module


def _head(home: Module, output: Output) -> tuple[Place, str]:
    """Where the last layer with a width came to its place."""
    assert home.origin is not None
    if output.installation is not None:
        return output.installation.place, output.installation.path
    published = [inner.origin.place for _, inner in home.walk() if inner.origin and inner.origin.row]
    return (published[0] if len(published) == 1 else home.origin.place), ""
