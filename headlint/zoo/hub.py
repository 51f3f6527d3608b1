"""Models of `torch.hub.load(repository, entry)`: rows of other libraries, or what their repositories say."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

from headlint.history import Unknown
from headlint.record import Record
from headlint.zoo import store

FILE = store.DATA / "checkpoints" / "hub.jsonl"


class HubModel(Record):
    """A model that no library on PyPI builds: where its head is, what class stands there, and what arrives there.

    An `Identity` is the place where users put the head that the model comes without.
    """

    name: str
    heads: tuple[str, ...]
    kind: str
    width: int
    source: str


@cache
def _lines() -> tuple[dict[str, Any], dict[str, dict[str, Any]]]:
    head, *rows = map(json.loads, FILE.read_text(encoding="utf-8").splitlines())
    return head, {row["name"]: row for row in rows}


@cache
def names() -> tuple[str, ...]:
    """The entries that are known one by one, as `repository:entry`."""
    return tuple(_lines()[1])


def hub(repository: str, entry: str) -> tuple[str, str] | HubModel | Unknown:
    """What `torch.hub.load` builds: the library and the name of a row, or a model of the repository's own.

    A branch or tag after the repository (`pytorch/vision:v0.10.0`) makes no difference here.
    """
    head, rows = _lines()
    plain = repository.partition(":")[0]
    library = head["repositories"].get(plain)
    if library is not None and store.record(library, entry) is not None:
        return library, entry
    row = rows.get(f"{plain}:{entry}")
    if row is None:
        return Unknown(f"{entry} of {plain} is not in the zoo of torch.hub")
    if "row" in row:
        same_library, _, name = row["row"].partition(":")
        return same_library, name
    return HubModel(row["name"], tuple(row["head"]), row["kind"], row["width"], head["sources"][row["source"]])
