"""Who froze what, who tried to and did not, and what came of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from headlint.finding import Edit, Fix, Safety, Step, line_of
from headlint.history import (
    Absent,
    GradientSet,
    Known,
    Layer,
    Owner,
    Purpose,
    Replaced,
    Role,
    Unknown,
    Wrote,
)
from headlint.nearness import likeness
from headlint.reading.choices import failed_to_thaw
from headlint.reading.models import every, final_state, is_under, numbered, on_one_line, role_at, standing, states_under
from headlint.reading.telling import assigned_text, counted
from headlint.reading.training import is_to_be_trained

if TYPE_CHECKING:
    from collections.abc import Iterator

    from headlint.finding import Place
    from headlint.history import History, Model, ParameterState, Readied, Truth

FLAG = "requires_grad"
ALIKE = 0.8


def is_misspelt_flag(name: str) -> bool:
    """Whether `name` is what a slip of the finger, or another library's habit, makes of `requires_grad`."""
    return name != FLAG and (name == "trainable" or likeness(name, FLAG) >= ALIKE)


def is_idle_write(wrote: Wrote) -> bool:
    """Whether a write was meant to freeze or to thaw, and does neither."""
    if wrote.owner is Owner.MODULE:
        return wrote.name == FLAG or (wrote.name != "trainable" and is_misspelt_flag(wrote.name))
    return is_misspelt_flag(wrote.name)


def wanted_by(wrote: Wrote) -> Truth:
    """What an idle write was meant to make of `requires_grad`."""
    return bool(wrote.value.value) if isinstance(wrote.value, Known) else wrote.value


def lands_on_nothing(history: History, position: int, wrote: Wrote) -> bool:
    """Whether the attribute was made up by this write, or by the same one earlier: no class defines it."""
    if isinstance(wrote.before, Absent):
        return True
    earlier = (event for at, event in numbered(history, Wrote) if at < position)
    return any(
        isinstance(event.before, Absent)
        and (event.model.number, event.path, event.name) == (wrote.model.number, wrote.path, wrote.name)
        for event in earlier
    )


def tried_to_thaw(history: History, model: Model, path: str) -> bool:
    """Whether somebody tried to thaw what stands at `path`, with a write that does nothing or a filter that fails."""
    return failed_to_thaw(history, model) or any(
        wrote.model.number == model.number
        and is_idle_write(wrote)
        and wanted_by(wrote) is True
        and on_one_line(wrote.path, path)
        for wrote in history.of(Wrote)
    )


def tried_to_freeze(history: History, model: Model) -> bool:
    """Whether somebody tried to freeze something of a model with a write that does nothing."""
    writes = (wrote for wrote in history.of(Wrote) if wrote.model.number == model.number)
    return any(is_idle_write(wrote) and wanted_by(wrote) is not True for wrote in writes)


def freezing_statements(history: History) -> dict[tuple[str, int, int], tuple[int, GradientSet]]:
    """The statements that freeze something, each with the last time that it ran."""
    frozen = (item for item in numbered(history, GradientSet) if item[1].to is False)
    return {event.place.key: (position, event) for position, event in frozen}


def new_heads(history: History) -> Iterator[tuple[int, Replaced]]:
    """The new modules with parameters that stand anywhere but at the input, with their positions."""
    for position, event in standing(history):
        has_parameters = isinstance(event.new, Layer) and bool(event.new.parameters)
        if has_parameters and role_at(event.model, event.path) is not Role.STEM:
            yield position, event


def fresh_states(history: History, head: Replaced) -> tuple[ParameterState, ...] | Unknown:
    """The final states of a new module's parameters, if it still is as it was initialised; else none."""
    states = states_under(final_state(history, head.model), head.path)
    if isinstance(states, Unknown):
        return states
    match every((state.fresh for state in states), True):
        case Unknown() as unknown:
            return unknown
        case is_fresh:
            return states if is_fresh else ()


def is_frozen_by(history: History, head: Replaced, freeze: GradientSet) -> Truth:
    """Whether a statement is what leaves a new, random module frozen, for good and with nobody trying to thaw it."""
    ready = final_state(history, head.model)
    if not isinstance(ready, Unknown) and not is_to_learn(history, ready):
        return False
    states = fresh_states(history, head)
    if isinstance(states, Unknown):
        return states
    set_there = any(_was_set_by(state, head, freeze) for state in states)
    if not set_there or _is_meant(history, head, freeze) or tried_to_thaw(history, head.model, head.path):
        return False
    return every((state.trainable for state in states), False)


def is_to_learn(history: History, ready: Readied) -> bool:
    """Whether a model is there to be trained, and surely has more than new layers of the user's, which have no head."""
    if ready.purpose is Purpose.INFERENCE or not is_to_be_trained(history, ready):
        return False
    return isinstance(ready.parameters, Unknown) or any(state.fresh is False for state in ready.parameters)


def _is_meant(history: History, head: Replaced, freeze: GradientSet) -> bool:
    """Whether a statement freezes a layer of the user's that is no head of a published model, and nothing else."""
    if role_at(head.model, head.path) is Role.HEAD:
        return False
    told = [event for event in history.of(GradientSet) if event.place.key == freeze.place.key]
    return all(
        event.model.number == head.model.number
        and not isinstance(event.parameters, Unknown)
        and all(is_under(path, head.path) for path in event.parameters)
        for event in told
    )


def _was_set_by(state: ParameterState, head: Replaced, freeze: GradientSet) -> bool:
    if state.set_at is not None:
        return state.set_at.key == freeze.place.key
    return state.trainable is False and freeze.model.number == head.model.number


def frozen_heads(history: History, position: int, freeze: GradientSet) -> tuple[tuple[Replaced, ...], str]:
    """The new heads that a statement leaves frozen, and why that can't be said of one, if it can't."""
    heads: list[Replaced] = []
    why = ""
    for put_at, head in new_heads(history):
        if put_at > position:
            continue
        match is_frozen_by(history, head, freeze):
            case Unknown(why=reason):
                why = reason
            case True:
                heads.append(head)
    return tuple(heads), why


def idle_consequence(history: History, position: int, wrote: Wrote) -> tuple[str, ...] | None:
    """What a user meets because `wrote` does nothing; None where all is as they wanted it, so that no harm is done."""
    ready = final_state(history, wrote.model)
    states = states_under(ready, wrote.path)
    if isinstance(ready, Unknown) or isinstance(states, Unknown):
        return ()
    later = _put_later(history, position, wrote)
    meant = [state for state in states if not any(is_under(state.path, path) for path in later)]
    if ready.purpose is Purpose.INFERENCE or not meant:
        return None
    wanted = wanted_by(wrote)
    if isinstance(wanted, Unknown):
        return ()
    others = [state for state in meant if state.trainable is (not wanted)]
    if others:
        return (_told_consequence(history, wrote, others, len(meant)),)
    return None if every((state.trainable for state in meant), wanted) is True else ()


def _put_later(history: History, position: int, wrote: Wrote) -> list[str]:
    """The paths of what was put into the model after a write, which can't have meant it."""
    number = wrote.model.number
    return [put.path for put_at, put in standing(history) if put_at > position and put.model.number == number]


def _told_consequence(history: History, wrote: Wrote, others: list[ParameterState], count: int) -> str:
    kept = "frozen" if wanted_by(wrote) is True else "trainable"
    many = f", all {counted(count, 'parameter')}" if len(others) == count else f", {len(others)} of {count} parameters"
    if wrote.owner is Owner.PARAMETER and wrote.count < count:
        many = ""  # the loop picked some of them, and which ones is not told
    set_at = next((state.set_at for state in others if state.set_at), None)
    since = f": frozen on {line_of(set_at, wrote.place)}" if kept == "frozen" and set_at else ""
    return f"{_named(history, wrote)} stays {kept}{many}{since}"


def _named(history: History, wrote: Wrote) -> str:
    if not wrote.path:
        return wrote.model.name
    is_new = any(
        event.model.number == wrote.model.number and event.path == wrote.path for _, event in new_heads(history)
    )
    return f"the new head `{wrote.path}`" if is_new else f"`{wrote.path}`"


def real_fix(history: History, position: int, wrote: Wrote) -> Fix | None:
    """The write that was meant, in place of the idle one.

    It does what the code says it does, and that alone, unless it would freeze a new module that now happens to train.
    """
    value = assigned_text(wrote)
    if wrote.written is None or value is None or isinstance(wanted_by(wrote), Unknown):
        return None
    text = f"{wrote.target}.{FLAG}_({value})" if wrote.owner is Owner.MODULE else f"{wrote.target}.{FLAG} = {value}"
    safety = Safety.UNSAFE if _would_freeze_a_head(history, position, wrote) else Safety.SAFE
    return Fix(f"write `{text}`", safety, (Edit(wrote.written.place, text),))


def _would_freeze_a_head(history: History, position: int, wrote: Wrote) -> bool:
    return wanted_by(wrote) is not True and any(
        put_at < position and head.model.number == wrote.model.number and is_under(head.path, wrote.path)
        for put_at, head in new_heads(history)
    )


def effective_places(history: History) -> Iterator[Place]:
    """The statements at which `requires_grad` really was set."""
    return (event.place for event in history.of(GradientSet))


def idle_step(wrote: Wrote) -> Step:
    """The step that tells of a write that does nothing."""
    return Step(wrote.place, f"`{wrote.target}.{wrote.name}` is written")
