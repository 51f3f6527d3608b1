"""How much a run of the tests compares: a seeded sample; everything with `HEADLINT_FULL=1`; a fifth with `1/5`."""

from __future__ import annotations

import os
import random
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

SWITCH = "HEADLINT_FULL"


def is_full() -> bool:
    """Whether every row is asked for, be it in parts."""
    return bool(os.environ.get(SWITCH))


def part(names: Iterable[str]) -> list[str]:
    """The names that the switch asks for: all, or with `2/5` the second fifth."""
    number, _, count = os.environ.get(SWITCH, "1").partition("/")
    return list(names)[int(number) - 1 :: int(count)] if count else list(names)


def sample(names: Iterable[str], count: int) -> list[str]:
    """A seeded sample, or what the switch asks for."""
    given = list(names)
    return part(given) if is_full() else random.Random(0).sample(given, min(count, len(given)))
