"""Names that are nearly the same. `difflib` is loaded when somebody asks: few scripts hold a name that is not known."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


def near(name: str, known: Iterable[str], *, most: int = 3, cutoff: float = 0.6) -> tuple[str, ...]:
    """The known names that `name` may be a slip of, the likeliest first. `cutoff` is a ratio from 0 to 1."""
    from difflib import get_close_matches

    return tuple(get_close_matches(name, list(known), n=most, cutoff=cutoff))


def likeness(one: str, other: str) -> float:
    """How much of two names is the same, from 0 to 1."""
    from difflib import SequenceMatcher

    return SequenceMatcher(None, one, other).ratio()
