"""Training and evaluation mode, and what BatchNorm layers do in it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from headlint.history import Normalized, Unknown
from headlint.norms import treats_norms
from headlint.static.values import TRUE, truth

if TYPE_CHECKING:
    from headlint.finding import Place
    from headlint.history import Truth
    from headlint.static.heap import Module
    from headlint.static.interpreter import Interpreter


class Mode(NamedTuple):
    """A call of `train()` or `eval()` on a module; the latest on it or around it decides. Modules begin in training."""

    order: int = 0
    training: Truth = True
    place: Place | None = None


NEW = Mode()


def set_mode(interpreter: Interpreter, module: Module, training: Truth) -> None:
    """`module.train(…)` or `module.eval()`."""
    interpreter.modes += 1
    if interpreter.uncertain:
        training = Unknown(f"it depends on a condition: {interpreter.uncertain}")
    module.mode = Mode(interpreter.modes, training, interpreter.place)


def mode_of(module: Module) -> Mode:
    """The mode that a module is in."""
    latest, outer = module.mode, module.inside_of()
    for _ in range(50):
        if outer is None:
            break
        latest, outer = max(latest, outer.mode, key=lambda mode: mode.order), outer.inside_of()
    return latest


def tell_norms(interpreter: Interpreter, module: Module) -> None:
    """Tell what the BatchNorm layers of a published model do when its training has begun, if some of it was frozen."""
    origin = module.origin
    touched = interpreter.journal.touched
    if origin is None or origin.row is None or origin.model.number not in touched or "norms" in origin.stages:
        return
    origin.stages.add("norms")
    norms = [(path, inner) for path, inner in module.walk() if inner.kind.startswith(("BatchNorm", "SyncBatchNorm"))]
    if not norms:
        return
    doubt = treats_norms(interpreter.sources)
    told: list[str] | Unknown = [path for path, inner in norms if _moves(inner)]
    if doubt or any(isinstance(mode_of(inner).training, Unknown) for _, inner in norms):
        told = Unknown("the script treats its BatchNorm layers in a way of its own")
    place = next((place for _, inner in norms if (place := mode_of(inner).place) is not None and _moves(inner)), None)
    moving = told if isinstance(told, Unknown) else tuple(told)
    interpreter.journal.events.append(Normalized(interpreter.place, origin.model, moving, len(norms), place))


def _moves(norm: Module) -> bool:
    """Whether the statistics of a BatchNorm follow what it sees."""
    tracks = norm.attributes.get("track_running_stats", TRUE)
    return mode_of(norm).training is True and "momentum" not in norm.attributes and truth(tracks) is True
