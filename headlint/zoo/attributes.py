"""What attributes the modules of published libraries have besides their children and parameters, and their bases."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

from headlint.zoo.store import DATA

FOLDER = DATA / "attributes"
_BASE = "Module"


@cache
def _told(library: str) -> dict[str, Any]:
    path = FOLDER / f"{library}.json"
    return json.loads(path.read_text(encoding="utf-8")) if path.exists() else {"kinds": {}, "heads": ""}


@cache
def own(library: str, kind: str) -> frozenset[str] | None:
    """The attributes that tell a kind of module from a plain `nn.Module`, None if it was not surveyed.

    The kinds of `torch.nn` are known in every library.
    """
    for source in (library, "torch"):
        told = _told(source)["kinds"].get(kind)
        if told is not None:
            return frozenset(told.split())
    return None


def of(library: str, kind: str) -> frozenset[str] | None:
    """All attributes of a kind of module, None if it was not surveyed."""
    found, common = own(library, kind), own("torch", _BASE)
    return None if found is None or common is None else found | common


@cache
def bases(library: str, kind: str) -> frozenset[str] | None:
    """The names of the classes that a kind of module is built on, below `nn.Module`; None if it was not surveyed."""
    for source in (library, "torch"):
        told = _told(source)
        if kind in told["kinds"]:
            return frozenset(told.get("bases", {}).get(kind, "").split())
    return None


@cache
def heads() -> frozenset[str]:
    """The names that models give their heads: `fc`, `classifier` and so on, over all surveyed libraries."""
    return frozenset(name for library in ("torchvision", "timm") for name in _told(library)["heads"].split())


@cache
def offered(module: str) -> frozenset[str] | None:
    """What a public module of torchvision's models offers, None for any other module."""
    told = _told("torchvision").get("modules", {}).get(module)
    return None if told is None else frozenset(told.split())


@cache
def output_of(model: str) -> tuple[str, tuple[str, ...]] | None:
    """The class of what a model of transformers returns, and its fields; None if that was not surveyed.

    >>> output_of("DistilBertModel")
    ('BaseModelOutput', ('last_hidden_state', 'hidden_states', 'attentions'))
    """
    told = _told("transformers")
    kind = told.get("returns", {}).get(model)
    return None if kind is None else (kind, tuple(told["outputs"][kind].split()))


@cache
def output_fields() -> frozenset[str]:
    """The fields that some model of transformers returns, and no tensor has."""
    fields = frozenset(name for names in _told("transformers").get("outputs", {}).values() for name in names.split())
    return fields - (own("transformers", "Tensor") or frozenset())


def members(enum: str) -> tuple[str, ...] | None:
    """The members of an enum of weights, None if torchvision has no such enum."""
    told = _told("torchvision").get("weights", {}).get(enum)
    return None if told is None else tuple(told.split())
