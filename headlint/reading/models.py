"""Who stands where in a model, and in which state it goes into training."""

from __future__ import annotations

from typing import TYPE_CHECKING

from headlint.history import Built, Known, Purpose, Readied, Replaced, Role, Unknown

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from headlint.history import E, History, Model, ParameterState, Slot, Truth


def is_under(path: str, parent: str) -> bool:
    """Whether `path` is `parent` or lies inside it; everything lies inside the model itself, whose path is empty."""
    return not parent or path == parent or path.startswith(f"{parent}.")


def on_one_line(path: str, other: str) -> bool:
    """Whether one of two paths lies inside the other."""
    return is_under(path, other) or is_under(other, path)


def every(truths: Iterable[Truth], wanted: bool) -> Truth:
    """Whether all of `truths` are `wanted`: a single one that is not decides, an unknown one leaves it open."""
    told = tuple(truths)
    if any(truth is (not wanted) for truth in told):
        return False
    return next((truth for truth in told if isinstance(truth, Unknown)), True)


def numbered(history: History, kind: type[E]) -> Iterator[tuple[int, E]]:
    """The events of one kind with their positions in the history, by which before and after are told."""
    return ((position, event) for position, event in enumerate(history.events) if isinstance(event, kind))


def building(history: History, model: Model) -> Built | None:
    """The event that built `model`."""
    return next((event for event in history.of(Built) if event.model.number == model.number), None)


def standing(history: History) -> tuple[tuple[int, Replaced], ...]:
    """The replacements that are still in place at the end, with their positions."""
    put = tuple(numbered(history, Replaced))
    last = {(event.model.number, event.path): position for position, event in put}
    return tuple(
        (position, event)
        for position, event in put
        if all(last.get((event.model.number, path), -1) <= position for path in _way_up(event.path))
    )


def _way_up(path: str) -> Iterator[str]:
    """A path and those around it: `layer4.2.conv3`, `layer4.2`, `layer4`."""
    while path:
        yield path
        path = path.rpartition(".")[0]


def standing_at(history: History, model: Model, path: str) -> Replaced | None:
    """The replacement at exactly `path` that is still in place at the end."""
    found = (event for _, event in standing(history) if event.model.number == model.number and event.path == path)
    return next(found, None)


def role_at(model: Model, path: str) -> Role | None:
    """What the slot at `path`, or else the innermost slot around it, is for."""
    around = [slot for slot in model.slots if is_under(path, slot.path)]
    return max(around, key=lambda slot: len(slot.path)).role if around else None


WRAPPERS = {"DataParallel", "DistributedDataParallel"}


def is_wrapper(model: Model) -> bool:
    """Whether a model is PyTorch's wrapper around another one, which calls `module` and nothing else."""
    return model.name in WRAPPERS and not model.slots


def last_layers(model: Model) -> tuple[Slot, ...]:
    """The slots of the layers that give the classes; where the class count is unknown, that of the first head."""
    heads = model.heads
    giving = tuple(head for head in heads if head.layer.parameters and not head.layer.children and _gives(head, model))
    return giving or heads[:1]


def _gives(head: Slot, model: Model) -> bool:
    return isinstance(head.layer.gives, Known) and head.layer.gives.value == model.classes


def final_state(history: History, model: Model) -> Readied | Unknown:
    """The state in which `model` goes into training.

    Unknown where the history breaks off before anybody trains: what follows may still change it.
    """
    ready = next((event for event in history.of(Readied) if event.model.number == model.number), None)
    if ready is None:
        return Unknown(history.stopped or "what becomes of the model can't be followed")
    if history.stopped and ready.purpose is not Purpose.TRAINING:
        return Unknown(history.stopped)
    return ready


def states_under(ready: Readied | Unknown, path: str) -> tuple[ParameterState, ...] | Unknown:
    """The final states of the parameters inside `path`."""
    if isinstance(ready, Unknown):
        return ready
    if isinstance(ready.parameters, Unknown):
        return ready.parameters
    return tuple(state for state in ready.parameters if is_under(state.path, path))
