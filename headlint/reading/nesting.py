"""Published models inside of the user's own networks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from headlint.history import Readied, TookPart, Unknown
from headlint.reading.models import is_under

if TYPE_CHECKING:
    from collections.abc import Iterator

    from headlint.history import History, Model


def network_around(history: History, inner: Readied) -> Readied | None:
    """The user's own network in which a published model takes part, if but new layers train there besides."""
    for outer in history.of(Readied):
        if outer.model.library or not outer.whole or isinstance(outer.parameters, Unknown):
            continue
        for path, part in published_inside(history, outer):
            others = (state for state in outer.parameters if not is_under(state.path, path))
            if part is inner and all(state.fresh is True or state.trainable is False for state in others):
                return outer
    return None


def is_taken_apart(history: History, model: Model) -> bool:
    """Whether the parts of a model are used in another network, which leaves its head out."""
    return any(ready.apart and ready.model.number == model.number for ready in history.of(Readied))


def published_inside(history: History, outer: Readied) -> Iterator[tuple[str, Readied]]:
    """The published models that take part in the user's own network, with their paths there."""
    for path, number in outer.inside:
        inner = next((one for one in history.of(Readied) if one.model.number == number), None)
        if inner is not None and _is_called(history, outer, path):
            yield path, inner


def _is_called(history: History, outer: Readied, path: str) -> bool:
    """Whether a part is called: everything in a Sequential is, and what was seen to take part."""
    if outer.model.name == "Sequential":
        return True
    number = outer.model.number
    return any(
        took.answer is True and took.model.number == number and is_under(path, took.path)
        for took in history.of(TookPart)
    )
