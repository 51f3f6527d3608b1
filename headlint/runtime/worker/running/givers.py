"""Names what gives a tensor to a layer: a published model, or another layer, and where it stands beside that layer."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Collection

    from torch import nn

    from headlint.runtime.worker.watching.models import Origin, Registry


class Giver(NamedTuple):
    """What gives a tensor, in the words of `Arrived`."""

    name: str
    path: str = ""
    model: int = 0


def giver_of(registry: Registry, own: Collection[int], layer: tuple[Origin, str], giver: nn.Module | None) -> Giver:
    """What `giver` is to the layer at a path in a model. `own` are the modules that the user made, by identity."""
    if giver is None:
        return Giver("the input")
    origin, path = layer
    home = registry.home(giver)
    if id(giver) in own or home is None:
        return Giver(type(giver).__name__, _path(origin.module, giver))
    source = home[0]
    if source is origin:
        return Giver(source.model.name)
    whole = _path(origin.module, source.module)
    if whole:
        return Giver(source.model.name, whole, source.model.number)
    return Giver(source.model.name, _apart(_path(origin.module, giver), path))


def _path(root: nn.Module, module: nn.Module) -> str:
    return next((path for path, one in root.named_modules() if one is module), "")


def _apart(path: str, other: str) -> str:
    """A path up to where it parts from another."""
    names, others = path.split("."), other.split(".")
    shared = next((n for n, pair in enumerate(zip(names, others, strict=False)) if pair[0] != pair[1]), len(others))
    return ".".join(names[: shared + 1])
