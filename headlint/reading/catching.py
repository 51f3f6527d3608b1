"""The new heads that a condition caught, together with what it was made for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from headlint.finding import Step
from headlint.history import Unknown
from headlint.reading.choices import choices, statements_of
from headlint.reading.freezing import frozen_heads, is_to_learn
from headlint.reading.models import final_state, states_under
from headlint.reading.telling import built_steps, listed, replaced_step
from headlint.rule import Abstained, Fault, Fine

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from headlint.finding import Severity
    from headlint.history import Chosen, Criterion, History, ParameterState, Replaced
    from headlint.rule import Judgement

    States = tuple[ParameterState, ...]


def judged(
    history: History, by: Criterion, judge: Callable[[History, int, Chosen, States], Judgement]
) -> Iterator[Judgement]:
    """Judge every condition of a kind that picked something of a model which is there to be trained."""
    for position, chosen in choices(history):
        if chosen.by is by:
            states = states_to_learn(history, chosen)
            if states is None:
                yield Fine(chosen.place)
            elif isinstance(states, Unknown):
                yield Abstained(chosen.place, states.why)
            else:
                yield judge(history, position, chosen, states)


def states_to_learn(history: History, chosen: Chosen) -> tuple[ParameterState, ...] | Unknown | None:
    """The final states of a model of which a condition picked something; None if it is not there to be trained."""
    ready = final_state(history, chosen.model)
    states = states_under(ready, "")
    if isinstance(ready, Unknown) or isinstance(states, Unknown):
        return states
    return states if is_to_learn(history, ready) else None


def caught_heads(history: History, position: int, chosen: Chosen) -> tuple[tuple[Replaced, ...], str]:
    """The new heads that a condition leaves frozen, and why that can't be said of one, if it can't."""
    told = [frozen_heads(history, at, freeze) for at, freeze in statements_of(history, position, chosen).values()]
    heads = {head.path: head for found, _ in told for head in found}
    return tuple(heads.values()), next((why for _, why in told if why), "")


def of_caught(chosen: Chosen, heads: tuple[Replaced, ...]) -> str:
    """That a condition froze new heads with the rest."""
    whole = len(chosen.frozen) + len(chosen.thawed) + len(chosen.left)
    count = f"all {whole}" if whole == len(chosen.frozen) else f"{len(chosen.frozen)} of {whole}"
    named = f"the new head{'s' if len(heads) > 1 else ''} {listed(head.path for head in heads)}"
    return f"`{chosen.text}` freezes {count} parameters of {chosen.model.name}, {named} among them"


def of_idle(chosen: Chosen, consequence: str) -> str:
    """That a condition picked nothing."""
    count = len(chosen.left)
    noun = "parameter" if count == 1 else "parameters"
    return f"`{chosen.text}` picks none of the {count} {noun} of {chosen.model.name}: {consequence}"


def fault_of(
    history: History,
    chosen: Chosen,
    message: str,
    heads: tuple[Replaced, ...] = (),
    severity: Severity | None = None,
) -> Fault:
    """A fault at a condition, with the steps that led there."""
    steps = (*built_steps(history, chosen.model), *(replaced_step(head) for head in heads))
    return Fault(chosen.place, message, (*steps, Step(chosen.place, f"`{chosen.text}` decides")), severity=severity)
