"""The states in which models go into training: what is frozen, what an optimizer holds, what gets a gradient."""

from __future__ import annotations

from typing import TYPE_CHECKING

from headlint.history import OptimizerBuilt, ParameterState, Purpose, Readied, Unknown
from headlint.runtime.worker.holes import taken
from headlint.runtime.worker.watching.layers import HOLE
from headlint.runtime.worker.watching.models import WRAPPERS

if TYPE_CHECKING:
    from torch import Tensor

    from headlint.finding import Place
    from headlint.history import Truth
    from headlint.runtime.worker.running.passes import Seen
    from headlint.runtime.worker.watching.models import Origin
    from headlint.runtime.worker.watching.watch import Watch


def readied(watch: Watch, origin: Origin, inside: list[Origin], seen: Seen, place: Place | None) -> Readied:
    """The state of a model as it goes into training at `place`, or is left."""
    optimized = watch.held_parameters()
    states = tuple(
        state_of(watch, path, parameter, optimized, seen) for path, parameter in origin.module.named_parameters()
    )
    is_part = any(one is origin.module for one in taken)
    whole = not is_part and not any(
        other is not origin
        and not isinstance(other.module, WRAPPERS)
        and any(module is origin.module for module in other.module.modules())
        for other in inside
    )
    held = set(map(id, origin.module.modules()))
    blurred = any(other.lacking and id(other.module) in held for other in inside)
    told = Unknown(f"a module of it depends on a value: {HOLE}") if blurred else states
    inner = ((path, watch.registry.origin_of(module)) for path, module in origin.module.named_modules() if path)
    parts = tuple((path, one.model.number) for path, one in inner if one is not None and one.model.library)
    purpose, apart = _purpose(watch, origin, states, place), whole and _is_taken_apart(watch, origin)
    return Readied(place or origin.place, origin.model, purpose, told, whole, parts, apart)


def _is_taken_apart(watch: Watch, origin: Origin) -> bool:
    """Whether parts of a model stand in another network, which doesn't hold the model itself."""
    own = {id(child) for child in origin.module.children()}
    return any(
        any(id(module) in own for module in root.module.modules())
        for root in watch.registry.roots()
        if root is not origin and all(module is not origin.module for module in root.module.modules())
    )


def state_of(watch: Watch, path: str, parameter: Tensor, optimized: set[int], seen: Seen | Unknown) -> ParameterState:
    """What is known of a parameter."""
    noted = watch.registry.set_at.get(id(parameter))
    is_held: Truth = id(parameter) in optimized
    if not is_held and watch.blurred_optimizer:
        is_held = Unknown(f"an optimizer's parameters are not all known: {HOLE}")
    gradient: Truth
    if isinstance(seen, Unknown):
        gradient = seen
    elif seen.gradients is None:
        gradient = Unknown(seen.failure or "its forward pass could not be run with gradients")
    else:
        gradient = id(parameter) in seen.gradients
    set_at = noted[1] if noted is not None and noted[0] is parameter else None
    return ParameterState(path, parameter.requires_grad, is_held, watch.registry.is_fresh(parameter), gradient, set_at)


def _purpose(watch: Watch, origin: Origin, states: tuple[ParameterState, ...], place: Place | None) -> Purpose:
    if any(state.optimized is True for state in states) or watch.empty_optimizer or watch.blurred_optimizer:
        return Purpose.TRAINING
    built = any(isinstance(event, OptimizerBuilt) for event in watch.journal.events)
    if not built and origin.stages & {"eval", "loaded"}:
        return Purpose.INFERENCE
    return Purpose.TRAINING if place is not None and not built else Purpose.UNSEEN
