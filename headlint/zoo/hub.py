"""Models of `torch.hub.load(repository, entry)`: rows of other libraries, or what their repositories say."""

from __future__ import annotations

import json
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING, Any

from headlint.history import Shape, Unknown
from headlint.record import Record
from headlint.zoo import store

if TYPE_CHECKING:
    from headlint.zoo.row import Row

LIBRARY = "torch.hub"
FILE = store.DATA / "checkpoints" / "hub.jsonl"


class HubModel(Record):
    """A model that no library on PyPI builds: where its head is, what class stands there, and what arrives there.

    An `Identity` is the place where users put the head that the model comes without. `like` is the row of another
    library with the same layers (`timm:vit_small_patch16_224`), '' if there is none.
    """

    name: str
    heads: tuple[str, ...]
    kind: str
    width: int
    source: str
    like: str = ""


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
    source, like = head["sources"][row["source"]], row.get("like", "")
    return HubModel(row["name"], tuple(row["head"]), row["kind"], row["width"], source, like)


def is_of_library(repository: str) -> bool:
    """Whether a repository's entries are a library's builders, which load no weights unless they are asked to."""
    return repository.partition(":")[0] in _lines()[0]["repositories"]


def row_like(model: HubModel) -> Row | Unknown:
    """The row of the model under its own name, made from the one that it is like.

    Which sizes of images it takes is its own code's affair: DINO and DINOv2 take many, where timm's take one.
    """
    from headlint.zoo import find
    from headlint.zoo.options import emptied

    library, _, name = model.like.partition(":")
    found = find(library, name) if model.like else Unknown(f"headlint knows the head of {model.name}, not its layers")
    if isinstance(found, Unknown):
        return found
    record = {key: value for key, value in found.record.items() if key not in {"sides", "training_sides"}}
    named = replace(found, name=model.name.rpartition(":")[2], library=LIBRARY, record=record)
    if model.kind != "Identity":
        return named
    return emptied(named, model.heads, Shape(("batch", model.width)))
