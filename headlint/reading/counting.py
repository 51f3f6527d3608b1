"""What loops that count froze of a model, stage by stage, and where that can't be what was meant."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from headlint.history import Unknown
from headlint.reading.models import is_under, last_layers

if TYPE_CHECKING:
    from headlint.history import Chosen, ParameterState

    Cut = tuple[str, tuple[str, ...], tuple[str, ...]]


def stages(states: tuple[ParameterState, ...], chosen: Chosen) -> dict[str, bool | None]:
    """The model's children that have parameters, in order: whether what is in them was frozen by count, None if partly.

    What is new counts as trainable, whatever stood in its place.
    """
    frozen = set(chosen.frozen)
    told: dict[str, set[bool]] = {}
    for state in states:
        top = state.path.partition(".")[0]
        told.setdefault(top, set()).add(state.path in frozen and state.fresh is not True and state.trainable is False)
    return {top: answers.pop() if len(answers) == 1 else None for top, answers in told.items()}


def covers_all(states: tuple[ParameterState, ...], chosen: Chosen) -> bool:
    """Whether a count froze all that a model came with, its old head included."""
    frozen = set(chosen.frozen)
    old = [state for state in states if state.fresh is False]
    heads = [slot.path for slot in last_layers(chosen.model)]
    head_too = any(is_under(path, head) for path in frozen for head in heads)
    return bool(old) and not chosen.left and head_too and all(state.path in frozen for state in old)


def cut_layer(
    states: tuple[ParameterState, ...], chosen: Chosen
) -> tuple[str, tuple[str, ...], tuple[str, ...]] | None:
    """The layer inside which a count stops: its path, its frozen parameters and those that train."""
    frozen = set(chosen.frozen)
    inside: dict[str, dict[bool, list[str]]] = {}
    for state in states:
        layer, _, name = state.path.rpartition(".")
        if state.fresh is True or isinstance(state.trainable, Unknown):
            continue
        if state.path in frozen or state.trainable:
            inside.setdefault(layer, {}).setdefault(state.trainable, []).append(name)
    cut = [layer for layer, told in inside.items() if layer and len(told) == 2]
    return (cut[0], tuple(inside[cut[0]][False]), tuple(inside[cut[0]][True])) if len(cut) == 1 else None


def denied_by_remark(tops: dict[str, bool | None], remark: str) -> tuple[str, ...]:
    """The stages that a comment names, where none of them is where the count stops; else none.

    Only names that no sentence uses otherwise are taken for stages: `layer4`, `conv1`, `fc`.
    """
    names = [top for top in tops if any(letter.isdigit() for letter in top) or top == "fc"]
    named = tuple(top for top in names if re.search(rf"\b{re.escape(top)}\b", remark))
    order = list(tops)
    last = max((index for index, top in enumerate(order) if tops[top] is not False), default=-1)
    edge = {*order[max(last, 0) : last + 1], *order[last + 1 : last + 2]}
    return named if named and not edge & set(named) else ()
