"""A live model is not what the caller of `headlint.check_model` asks of it.

`headlint.check_model(model, classes=10, trainable=["fc"], optimizer=optimizer)` says what the model is for: it is to
give ten classes, and `fc` is to learn. The model is run, and what doesn't hold is told: `fc` is frozen, no gradient
reaches it, the optimizer doesn't hold it, the model has nothing there at all, or its output has no axis of ten.

Nothing but the caller's own words can tell this, so neither a script nor a run of one ever shows it. headlint is silent
where another finding is about the same module already, or about the model as a whole, and where the model could not be
run.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from headlint.finding import Finding, Severity
from headlint.history import Built, OptimizerBuilt, Readied, Returned, Unknown, Witness
from headlint.reading.models import last_layers, on_one_line, standing, states_under
from headlint.reading.telling import counted
from headlint.rule import Rule

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from headlint.history import History, Model, ParameterState

RULE = Rule("demand-unmet", Severity.ERROR, frozenset({Witness.RUNTIME}), __doc__, lambda _: iter(()))


def unmet(
    history: History, trainable: Iterable[str], classes: int | None, told: Sequence[Finding]
) -> Iterator[Finding]:
    """What a live model's history shows that its caller doesn't want, beyond what is `told` already."""
    built = next(history.of(Built))
    if any(finding.place.key == built.place.key for finding in told):
        return
    explained = {place.key for finding in told for place in (finding.place, *(step.place for step in finding.steps))}
    messages = [_of_part(history, built.model, path, explained) for path in trainable]
    for message in (*messages, _of_output(history, classes)):
        if message:
            yield Finding(RULE.name, RULE.severity, built.place, message)


def _of_part(history: History, model: Model, path: str, explained: set[tuple[str, int, int]]) -> str:
    """Why a part of a model won't learn, '' if it will or another finding says so."""
    if any(on_one_line(event.path, path) and event.place.key in explained for _, event in standing(history)):
        return ""
    ready = next((event for event in history.of(Readied) if event.model.number == model.number), None)
    states = states_under(ready, path) if ready is not None else ()
    if isinstance(states, Unknown):
        return ""
    why = _why_idle(history, states)
    return f"`{path}` is to learn, but {why or _nothing_there(model)}" if why or not states else ""


def _nothing_there(model: Model) -> str:
    heads = [slot.path for slot in last_layers(model)]
    where = f"; its head is `{heads[0]}`" if heads else ""
    return f"{model.name} has no parameters there{where}"


def _why_idle(history: History, states: Sequence[ParameterState]) -> str:
    """What keeps parameters from learning, the first that does."""
    frozen = [state for state in states if state.trainable is False]
    if frozen:
        return f"{len(frozen)} of its {counted(len(states), 'parameter')} {_is(len(frozen))} frozen"
    if states and all(state.gradient is False for state in states):
        return "no gradient reaches it: it takes no part in the forward pass"
    optimizer = next(history.of(OptimizerBuilt), None)
    left = [state for state in states if state.optimized is False]
    if optimizer is not None and left:
        return f"the {optimizer.name} holds {len(states) - len(left)} of its {counted(len(states), 'parameter')}"
    return ""


def _is(number: int) -> str:
    return "is" if number == 1 else "are"


def _of_output(history: History, classes: int | None) -> str:
    """That no axis of the output has the size of the class count, '' if one has, or if there is no batch of outputs."""
    returned = next(history.of(Returned), None)
    if classes is None or returned is None or isinstance(returned.shape, Unknown):
        return ""
    first, *sizes = returned.shape.dims or ("",)
    if first != "batch" or classes in sizes or any(not isinstance(size, int) for size in sizes[:1]):
        return ""
    asked = "1 class" if classes == 1 else f"{classes} classes"
    return f"the model is to give {asked}, but its output has the shape {returned.shape}"


def could_not_run(history: History) -> str:
    """Why a live model could not be run, '' if it could."""
    shapes = [event.shape for event in history.of(Returned)]
    return next((shape.why for shape in shapes if isinstance(shape, Unknown)), "")
