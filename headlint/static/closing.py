"""The closing events: what the finished models do, and in which state they go into training."""

from __future__ import annotations

from typing import TYPE_CHECKING

from headlint.history import (
    Left,
    OptimizerBuilt,
    ParameterState,
    Purpose,
    Readied,
    Unknown,
)
from headlint.static.keeping import tell_hidden
from headlint.static.losses import rehearse
from headlint.static.modes import tell_norms
from headlint.static.rebuilding import tell_rebuilt
from headlint.static.tables import WRAPPERS
from headlint.static.wiring import wire
from headlint.telling import is_changed_since_training

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from headlint.history import Truth
    from headlint.static.heap import Module
    from headlint.static.interpreter import Interpreter


def ready(interpreter: Interpreter, modules: Sequence[Module]) -> None:
    """Tell the state in which models go into training; of all that may train now where `modules` is empty."""
    _doubt_tangled(interpreter)
    waiting = set() if modules else _waiting(interpreter)
    named = {module.model_home()[0].number for module in modules}
    for module in list(interpreter.journal.models):
        holders = {module.number, *(holder.number for holder in _holders(module))}
        goes = module.number not in waiting if not modules else bool(named & holders)
        if goes or named & {inner.number for _, inner in module.walk()}:
            _ready(interpreter, module, handed=bool(modules))
        if not modules:
            tell_norms(interpreter, module)


def _waiting(interpreter: Interpreter) -> set[int]:
    """The models that no optimizer holds yet, while another one trains: their turn may come."""
    models = interpreter.journal.models
    if interpreter.journal.optimizers_blurred:
        return set()
    held = {module.number for module in models if _is_held(module)}
    return {module.number for module in models if module.number not in held} if held else set()


def _is_held(module: Module) -> bool:
    return any(parameter.optimized is True for _, parameter in module.named_parameters())


def close(interpreter: Interpreter) -> None:
    """Tell all that is left to tell at the end of a way."""
    _doubt_tangled(interpreter)
    rehearse(interpreter)
    for module in list(interpreter.journal.models):
        wire(interpreter, module)
    tell_hidden(interpreter)
    for module in list(interpreter.journal.models):
        tell_rebuilt(interpreter, module)
        _leave(interpreter, module)
        _ready(interpreter, module, handed=False)


def _doubt_tangled(interpreter: Interpreter) -> None:
    """On a way that may be none, nothing is claimed of any model."""
    if interpreter.tangled:
        interpreter.journal.doubt_optimizers(interpreter.tangled)
        for module in interpreter.journal.models:
            if module.origin is not None:
                module.origin.escape(interpreter.tangled)


def _holders(module: Module) -> list[Module]:
    found: list[Module] = []
    outer = module.inside_of()
    while outer is not None and len(found) < 50:
        found.append(outer)
        outer = outer.inside_of()
    return found


# ---- parameters


def _ready(interpreter: Interpreter, module: Module, *, handed: bool) -> None:
    origin = module.origin
    assert origin is not None
    if origin.closed or module.kind in WRAPPERS:
        return
    wire(interpreter, module)
    origin.closed = True
    is_part = module.number in interpreter.journal.parts
    whole = not is_part and not any(holder.origin and holder.kind not in WRAPPERS for holder in _holders(module))
    if not _is_spoken_of(interpreter, module, whole=whole):
        return
    why = module.why_blurred
    parameters = Unknown(why) if why else tuple(_states(interpreter, module))
    place = interpreter.place if interpreter.statement is not None else origin.place
    purpose = Purpose.TRAINING if handed else _purpose(interpreter, module)
    inside, apart = tuple(_published(module, "")), whole and _is_taken_apart(interpreter, module)
    interpreter.journal.events.append(Readied(place, origin.model, purpose, parameters, whole, inside, apart))


def _is_taken_apart(interpreter: Interpreter, module: Module) -> bool:
    """Whether parts of a published model stand in another network, which doesn't hold the model itself."""
    assert module.origin is not None
    if module.origin.row is None:
        return False
    own = {child.number for child in module.known_children().values()}
    others = (other for other in interpreter.journal.models if other is not module)
    return any(
        any(inner.number in own for inner in held) and all(inner is not module for inner in held)
        for held in ([inner for _, inner in other.walk_known()] for other in others)
    )


def _published(module: Module, prefix: str) -> Iterator[tuple[str, int]]:
    """The paths and numbers of the published models in a network."""
    if module.origin is not None and module.origin.row is not None:
        if prefix:
            yield prefix, module.origin.model.number
        return
    for name, child in module.known_children().items():
        yield from _published(child, f"{prefix}.{name}" if prefix else name)


def _leave(interpreter: Interpreter, module: Module) -> None:
    """Tell how a model is left that went into training before, if anything was frozen or thawed since."""
    origin, events = module.origin, interpreter.journal.events
    if origin is None or not origin.closed:
        return
    if is_changed_since_training(events, origin.model):
        states = Unknown(why) if (why := module.why_blurred) else tuple(_states(interpreter, module))
        events.append(Left(interpreter.place if interpreter.statement else origin.place, origin.model, states))


def _is_spoken_of(interpreter: Interpreter, module: Module, *, whole: bool) -> bool:
    """Whether anything happened to a model on which its state in training could bear."""
    assert module.origin is not None
    journal = interpreter.journal
    if module.origin.row is not None or module.origin.model.number in journal.touched:
        return True
    return whole and journal.trains


def _states(interpreter: Interpreter, module: Module) -> list[ParameterState]:
    assert module.origin is not None
    origin = module.origin
    escaped = "" if origin.escaped == origin.rewired else origin.escaped
    escaped = escaped or interpreter.journal.freezing_doubted
    blurred = interpreter.journal.optimizers_blurred
    states = []
    for path, parameter in module.named_parameters():
        trainable: Truth = Unknown(escaped) if escaped else parameter.trainable
        optimized: Truth = parameter.optimized if parameter.optimized or not blurred else Unknown(blurred)
        states.append(ParameterState(path, trainable, optimized, parameter.fresh, set_at=parameter.set_at))
    return states


def _purpose(interpreter: Interpreter, module: Module) -> Purpose:
    assert module.origin is not None
    optimizers = [event for event in interpreter.journal.events if isinstance(event, OptimizerBuilt)]
    if _is_held(module) or interpreter.journal.optimizers_blurred or any(event.count == 0 for event in optimizers):
        return Purpose.TRAINING
    if not optimizers and ("eval" in module.origin.stages or module.origin.loaded):
        return Purpose.INFERENCE
    return Purpose.UNSEEN
