"""Which optimizer holds what of a model."""

from __future__ import annotations

from typing import TYPE_CHECKING

from headlint.history import OptimizerBuilt, Purpose, Unknown
from headlint.reading.models import every, final_state, numbered, states_under

if TYPE_CHECKING:
    from headlint.history import History, Model, Readied, Replaced, Truth


def held_paths(optimizer: OptimizerBuilt, model: Model) -> tuple[str, ...]:
    """The paths of a model's parameters that an optimizer holds, as far as that is known."""
    if isinstance(optimizer.holds, Unknown):
        return ()
    return tuple(path for number, path in optimizer.holds if number == model.number)


def optimizers_of(history: History, model: Model) -> tuple[tuple[int, OptimizerBuilt], ...]:
    """The optimizers that hold something of a model, with their positions."""
    return tuple(item for item in numbered(history, OptimizerBuilt) if held_paths(item[1], model))


def is_to_be_trained(history: History, ready: Readied) -> bool:
    """Whether it is this model that is trained: an optimizer holds some of it, or holds nothing, or none is in sight.

    Where optimizers hold other models only, this one is a teacher, a target, or a loss.
    """
    optimizers = tuple(history.of(OptimizerBuilt))
    if not optimizers or any(event.count == 0 or isinstance(event.holds, Unknown) for event in optimizers):
        return True
    return isinstance(ready.parameters, Unknown) or any(state.optimized is not False for state in ready.parameters)


def is_left_out(history: History, head: Replaced) -> Truth:
    """Whether a new module has trainable parameters and no optimizer holds one of them."""
    ready = final_state(history, head.model)
    states = states_under(ready, head.path)
    if isinstance(states, Unknown):
        return states
    trained = [state for state in states if state.trainable is not False]
    if not trained or (not isinstance(ready, Unknown) and ready.purpose is Purpose.INFERENCE):
        return False
    return every((state.optimized for state in trained), False)
