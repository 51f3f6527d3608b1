"""What `headlint zoo MODEL` answers: where a model's head is, what it takes, and the lines to write."""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from headlint import zoo
from headlint.history import Unknown
from headlint.nearness import near
from headlint.record import Record
from headlint.zoo import checkpoints
from headlint.zoo.hub import names as hub_names
from headlint.zoo.weights import weights_of

if TYPE_CHECKING:
    from headlint.zoo.checkpoints import Checkpoint, HeadClass
    from headlint.zoo.hub import HubModel
    from headlint.zoo.row import Row

FIRST = ("torchvision", "timm", "transformers")
"""The libraries in which a bare name is looked up, in this order; then the others."""


class Answer(Record):
    """A model that the zoo knows, and the other libraries' models of that name (`timm/resnet50`).

    `is_built`: a script builds it, with the arguments that it chose.
    """

    row: Row
    others: tuple[str, ...] = ()
    is_built: bool = False


class CheckpointAnswer(Record):
    """A checkpoint that the zoo knows, and the classes that put a head on it."""

    checkpoint: Checkpoint
    heads: tuple[HeadClass, ...]


class HubAnswer(Record):
    """A model that `torch.hub` knows and no library on PyPI builds."""

    model: HubModel


class NotFound(Record):
    """A model that the zoo doesn't know, why, and what looks like it."""

    query: str
    why: str
    close: tuple[str, ...] = ()


def answer(query: str) -> Answer | CheckpointAnswer | HubAnswer | NotFound:
    """What the zoo knows of a model.

    It goes by its name (`resnet50`), a library and its name there (`timm/vit_base_patch16_224.augreg_in21k`), the name
    of a checkpoint (`google/vit-base-patch16-224`), or a repository and an entry (`facebookresearch/dino:dino_vits16`).
    """
    library, _, name = query.partition("/")
    if name and library in zoo.libraries():
        return _in_library(library, name)
    known = checkpoints.checkpoint(query)
    if not isinstance(known, Unknown):
        return CheckpointAnswer(known, checkpoints.heads(known))
    repository, _, entry = query.rpartition(":")
    if "/" in repository:
        return _of_hub(repository, entry)
    found = [(library, row) for library in _ordered() if not isinstance(row := zoo.find(library, query), Unknown)]
    if not found:
        return NotFound(query, "the zoo has no model of that name", close(query))
    others = tuple(f"{library}/{query}" for library, _ in found[1:])
    return Answer(found[0][1], others)


def operated(found: Answer) -> Row:
    """The row of the model that one operates on: with pretrained weights, unless a script builds it as it is told."""
    trained = found.row if found.is_built else zoo.find(found.row.library, found.row.name, trained=True)
    return trained if isinstance(trained, zoo.Row) and found.row.library == "torchvision" else found.row


def _of_hub(repository: str, entry: str) -> Answer | HubAnswer | NotFound:
    from headlint.zoo.hub import HubModel, hub

    found = hub(repository, entry)
    if isinstance(found, Unknown):
        return NotFound(f"{repository}:{entry}", found.why, close(f"{repository}:{entry}"))
    return HubAnswer(found) if isinstance(found, HubModel) else _in_library(*found)


def _in_library(library: str, name: str) -> Answer | NotFound:
    row = zoo.find(library, name)
    if isinstance(row, Unknown):
        alike = _tags_like(library, name) or zoo.close_names(library, name)
        return NotFound(f"{library}/{name}", row.why, tuple(f"{library}/{one}" for one in alike))
    return Answer(row)


def _tags_like(library: str, name: str) -> tuple[str, ...]:
    """Names of known weights that look like a name with a tag, or the first of them; none if there is no such model."""
    known = [each.name for each in weights_of(library, zoo.split_name(library, name)[0])]
    return near(name, known, cutoff=0.8) or tuple(known[:3])


def _ordered() -> tuple[str, ...]:
    return tuple(
        sorted(zoo.libraries(), key=lambda library: (FIRST.index(library) if library in FIRST else 9, library))
    )


def close(query: str) -> tuple[str, ...]:
    """Up to four names that look like the query, over all libraries."""
    names = {f"{library}/{one}": one for library in _ordered() for one in zoo.close_names(library, query)}
    names |= {one: one for one in near(query, hub_names())}
    best = near(query, names.values(), most=4)
    return tuple(
        sorted((full for full, one in names.items() if one in best), key=lambda full: best.index(names[full]))
    )[:4]


def listed(pattern: str) -> tuple[str, ...]:
    """Every model whose name, or library and name, matches a shell pattern: `convnext*`, `timm/vit_*`."""
    models = ((name, f"{library}/{name}") for library in _ordered() for name in zoo.names(library))
    known = ((name, name) for name in (*checkpoints.names(), *hub_names()))
    return tuple(full for name, full in (*models, *known) if fnmatchcase(name, pattern) or fnmatchcase(full, pattern))
