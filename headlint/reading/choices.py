"""What loops with a condition picked to be frozen or thawed, and where that can't be what was meant."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

from headlint.finding import Severity
from headlint.history import Chosen, GradientSet, Unknown
from headlint.reading.models import every, is_under, last_layers, numbered, role_at, standing
from headlint.reading.telling import listed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from headlint.history import History, Model, ParameterState

    Key = tuple[str, int, int]

HEAD_WORDS = frozenset({"fc", "_fc", "classifier", "head", "heads", "last_linear"})
"""What models call their heads: a filter that looks for one of them means the head."""

KINDS = frozenset({"bn", "norm", "ln", "bias", "gamma", "beta"})
"""Kinds of parameters, of which a model may rightly have none."""


def choices(history: History) -> Iterator[tuple[int, Chosen]]:
    """What each condition picked of each model in all the loops that it stood in, with the last one's position."""
    merged: dict[tuple[object, int], tuple[int, Chosen]] = {}
    for position, event in numbered(history, Chosen):
        key = event.place.key, event.model.number
        before = merged.pop(key, None)
        merged[key] = (position, event if before is None else _together(before[1], event))
    yield from merged.values()


def _together(before: Chosen, event: Chosen) -> Chosen:
    """What a condition picked in two loops, of which the later one decides."""
    frozen = [path for path in before.frozen if path not in event.thawed]
    thawed = [path for path in before.thawed if path not in event.frozen]
    left = tuple(path for path in before.left if path in event.left)
    return replace(
        event,
        words=tuple(dict.fromkeys((*before.words, *event.words))),
        frozen=tuple(dict.fromkeys((*frozen, *event.frozen))),
        thawed=tuple(dict.fromkeys((*thawed, *event.thawed))),
        left=left,
    )


def is_idle(history: History, chosen: Chosen) -> bool:
    """Whether a condition picked nothing at all, of any model."""
    told = (event for event in history.of(Chosen) if event.place.key == chosen.place.key)
    return not any(event.frozen or event.thawed for event in told)


def failed_to_thaw(history: History, model: Model) -> bool:
    """Whether a loop that should thaw something of a model picked nothing."""
    return any(
        chosen.to is True and chosen.model.number == model.number and is_idle(history, chosen)
        for chosen in history.of(Chosen)
    )


def statements_of(history: History, position: int, chosen: Chosen) -> dict[Key, tuple[int, GradientSet]]:
    """The statements that froze what a condition picked, each with the last time that it ran."""
    picked = set(chosen.frozen)
    return {
        event.place.key: (at, event)
        for at, event in numbered(history, GradientSet)
        if at < position
        and event.to is False
        and event.model.number == chosen.model.number
        and not isinstance(event.parameters, Unknown)
        and picked.issuperset(event.parameters)
    }


def conditional_statements(history: History) -> frozenset[Key]:
    """The statements that freeze what a condition picked."""
    return frozenset(key for position, chosen in choices(history) for key in statements_of(history, position, chosen))


def idle_consequence(
    history: History, chosen: Chosen, states: tuple[ParameterState, ...]
) -> tuple[str, Severity] | None:
    """What comes of a condition that picks nothing, and how bad it is; None if all is well."""
    heads = [put.path for _, put in standing(history) if put.model.number == chosen.model.number]
    if chosen.to is True:
        frozen = [path for path in heads if _is_frozen(states, path)]
        if frozen:
            return f"the new head {listed(frozen)} stays frozen", Severity.ERROR
        if not heads and all(_is_frozen(states, slot.path) for slot in last_layers(chosen.model)):
            return "the head stays frozen", Severity.ERROR
        means_heads = bool(chosen.words) and all(_is_for_heads(word) for word in chosen.words)
        return None if means_heads else ("it thaws nothing", Severity.WARNING)
    if chosen.to is False and every((one.trainable for one in states), True) is True:
        return "nothing is frozen", Severity.WARNING if KINDS.intersection(chosen.words) else Severity.ERROR
    return "it freezes nothing" if chosen.to is False else "it changes nothing", Severity.WARNING


def _is_for_heads(word: str) -> bool:
    return word.strip(".").removesuffix(".weight").removesuffix(".bias") in HEAD_WORDS


def _is_frozen(states: tuple[ParameterState, ...], path: str) -> bool:
    own = [state for state in states if state.path.startswith(f"{path}.")]
    return bool(own) and every((state.trainable for state in own), False) is True


def strays(history: History, chosen: Chosen, states: tuple[ParameterState, ...]) -> tuple[tuple[str, ...], str]:
    """The parameters that a filter picked by a part of a word only, and the word.

    Those are kept trainable because a word for the head is in their names (`fc` in `se.fc1`), or are picked because a
    number goes on (`blocks.1` in `blocks.10`).
    """
    kept = {*chosen.thawed, *(chosen.left if chosen.frozen else ())}
    own = [put.path for _, put in standing(history) if put.model.number == chosen.model.number]
    heads = [*own, *(slot.path for slot in last_layers(chosen.model))]
    paths = [state.path for state in states]
    for word in (word.strip(".") for word in chosen.words):
        hit = [path for path in paths if _is_part(word, path) and not any(_is_whole(one, path) for one in chosen.words)]
        outside = [path for path in hit if not any(is_under(path, head) for head in heads)]
        if _means_head(word, heads):
            backbone = [path for path in outside if role_at(chosen.model, path) is None and _is_in_trunk(chosen, path)]
            found = [path for path in backbone if path in kept]
        else:
            picked = {*chosen.thawed, *(chosen.frozen if chosen.left else ())}
            found = [path for path in hit if path in picked and _goes_on(word, path)] if _is_name(word, paths) else []
        wanted = {state.path: state.trainable for state in states}
        if stray := tuple(path for path in found if wanted[path] is (path in kept)):
            return stray, word
    return (), ""


def _is_in_trunk(chosen: Chosen, path: str) -> bool:
    """Whether a parameter is no part of the head: in transformers, that is all that stands beside the base model."""
    if chosen.model.library != "transformers":
        return True
    tops = Counter(name.partition(".")[0] for name in (*chosen.frozen, *chosen.thawed, *chosen.left))
    return path.partition(".")[0] == tops.most_common(1)[0][0]


def _is_whole(word: str, path: str) -> bool:
    """Whether a word stands in a path from one dot to another."""
    return f".{word.strip('.')}." in f".{path}."


def _is_part(word: str, path: str) -> bool:
    return bool(word) and word in path and not _is_whole(word, path)


def _is_name(word: str, paths: list[str]) -> bool:
    return any(_is_whole(word, path) for path in paths)


def _goes_on(word: str, path: str) -> bool:
    """Whether the number that ends a word goes on in a path."""
    return re.search(rf"(?:^|\.){re.escape(word)}\d", path) is not None and word[-1].isdigit()


def _means_head(word: str, heads: list[str]) -> bool:
    return word in HEAD_WORDS or any(_is_whole(word, head) for head in heads)
