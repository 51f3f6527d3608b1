"""Checkpoints of transformers that scripts name, with the width of their family's features.

A checkpoint may bring a head of its own, which fits a model of its class with as many labels and no other.
What a head takes follows from the row of its class (`takes`, verified by building) and the width of the checkpoint,
whose `source` says where that is known from: checkpoints can't be looked up where headlint runs.
"""

from __future__ import annotations

import json
import re
from functools import cache

from headlint.history import Unknown
from headlint.record import Record
from headlint.zoo import store

FILE = store.DATA / "checkpoints" / "transformers.jsonl"

# the entries of a configuration that hold the width of a family's features
_WIDTHS = ("hidden_size", "hidden_sizes[-1]", "d_model", "dim", "n_embd", "emb_dim", "hidden_dim")


class Checkpoint(Record):
    """A published checkpoint: its family (`model_type` of its configuration), the width of its features, its layers.

    `source` says in words where the width is known from. `head` is the class that it was trained as and the number of
    classes that its own head gives, None for a backbone without a head.
    """

    name: str
    model_type: str
    width: int
    layers: int | None
    source: str
    head: tuple[str, int] | None = None


class HeadClass(Record):
    """A class of a family that carries a head, and what its head takes with a checkpoint's width."""

    name: str
    auto: tuple[str, ...]
    path: str
    takes: int | Unknown


@cache
def _text() -> str:
    return FILE.read_text(encoding="utf-8")


@cache
def names() -> tuple[str, ...]:
    """The names of all checkpoints."""
    return tuple(re.findall(r'\n\{"name":"([^"]+)"', _text()))


def checkpoint(name: str) -> Checkpoint | Unknown:
    """What is known of a checkpoint by the name that `from_pretrained` takes."""
    text = _text()
    start = text.find(f'\n{{"name":{json.dumps(name)},')
    if start < 0:
        return Unknown(f"{name} is no checkpoint that the zoo knows")
    row = json.loads(text[start + 1 : text.find("\n", start + 1)])
    head = tuple(row["head"]) if "head" in row else None
    return Checkpoint(row["name"], row["model_type"], row["width"], row["layers"], _source(row["source"]), head)


def _source(told: str) -> str:
    sources: dict[str, str] = json.loads(_text().partition("\n")[0])["sources"]
    kind, _, name = told.partition(":")
    if not name:
        return sources[kind]
    text = sources[f"{kind}:NAME"]
    return text.replace("NAME", name) if "NAME" in text else text.replace(f"in {kind}", f"in {kind} ({name})")


@cache
def head_classes(family: str) -> tuple[str, ...]:
    """The classes of a family that carry a head."""
    pattern = rb'\n\{"name":"([^"]+)","builder":"[^"]+","model_type":' + json.dumps(family).encode() + b","
    return tuple(found.decode() for found in re.findall(pattern, store.text("transformers")))


def class_behind(auto: str, family: str) -> str | None:
    """The class that an Auto class stands for in a family; the first that the library lists, where it has several."""
    found = (
        name for name in head_classes(family) if auto in (store.record("transformers", name) or {}).get("auto", ())
    )
    return next(found, None)


def heads(known: Checkpoint) -> tuple[HeadClass, ...]:
    """What stands behind each Auto class for a checkpoint."""
    found = []
    for name in head_classes(known.model_type):
        record = store.record("transformers", name) or {}
        for path, takes in zip(record.get("classifier", ()), record.get("takes", ()), strict=False):
            found.append(HeadClass(name, tuple(record["auto"]), path, width_of(known, takes)))
    return tuple(found)


def width_of(known: Checkpoint, takes: str | None) -> int | Unknown:
    """What a head takes whose width is told as a function of the configuration."""
    factor, _, entry = (takes or "").rpartition("*")
    if entry in _WIDTHS:
        return known.width * int(factor or 1)
    # Swin's features double at every stage: the checkpoint's width is already the last stage's
    if entry == "embed_dim" and factor == "8":
        return known.width
    return Unknown(f"its width is the configuration's {takes}" if takes else "no entry of the configuration tells it")
