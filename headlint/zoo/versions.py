"""Models that earlier versions of timm are known to build as the surveyed one does."""

from __future__ import annotations

import json
import re
from functools import cache

from headlint.zoo import store

FILE = store.DATA / "versions" / "timm.jsonl"

Version = tuple[int, ...]


def parsed(version: str) -> Version:
    """The numbers of a version: `0.9.16` is (0, 9, 16), and so is `0.9.16.post1`."""
    return tuple(int(number) for number in re.match(r"[\d.]*", version)[0].strip(".").split(".") if number)  # type: ignore[index]  # an empty match is one, too


@cache
def _alike() -> tuple[tuple[Version, frozenset[str]], ...]:
    rows = map(json.loads, FILE.read_text(encoding="utf-8").splitlines())
    return tuple((parsed(row["version"]), frozenset(row["alike"])) for row in rows)


def built_alike(library: str, name: str, version: Version) -> bool:
    """Whether a version builds a model as the surveyed one does, as far as is known.

    Only timm is known to differ, and only between major versions; there the compared versions around it decide.
    """
    if library != "timm" or version[:1] >= parsed(store.version("timm"))[:1]:
        return True
    below = [models for known, models in _alike() if known <= version][-1:]
    above = [models for known, models in _alike() if known >= version][:1]
    return all(name in models for models in (*below, *above))
