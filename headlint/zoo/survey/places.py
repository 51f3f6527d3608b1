"""Which modules of a model are its head, its auxiliary heads and its stem."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from headlint.zoo.survey.modules import is_weighted

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from headlint.zoo.survey.forward import Flow

HEAD, AUXILIARY, STEM = "head", "auxiliary", "stem"

LARGEST_HEAD = 80
"""A container with more modules than this is a piece of the backbone: what is inside it is no place of a head."""


def own_shapes(model: Any) -> dict[str, tuple[tuple[int, ...], ...]]:
    """The shapes of every module's own parameters."""
    return {
        path: tuple(tuple(value.shape) for value in module._parameters.values() if value is not None)
        for path, module in model.named_modules()
    }


def differing_layers(one: Any, other: Any) -> list[str]:
    """The modules whose own parameters differ between two models: those built for two numbers of classes, say."""
    shapes = own_shapes(other)
    return [path for path, mine in own_shapes(one).items() if mine and mine != shapes.get(path)]


def ancestors(path: str) -> Iterator[str]:
    """The modules around a path, innermost first, without the model itself."""
    while "." in path:
        path = path.rpartition(".")[0]
        yield path


def around(model: Any, path: str) -> Iterator[str]:
    """A class layer, the containers around it, and its neighbours in them."""
    yield path
    yield from ancestors(path)
    for container in ancestors(path):
        module = model.get_submodule(container)
        if sum(1 for _ in module.modules()) <= LARGEST_HEAD:
            yield from (f"{container}.{name}" for name, child in module._modules.items() if child is not None)


def stem(model: Any, flow: Flow) -> list[str]:
    """The first layer with weights that is called, and the containers whose only such layer it is."""
    modules = dict(model.named_modules())
    ordered = (path for path in flow.calls[0] if path and is_weighted(modules[path]))
    first = next(ordered, None)
    if first is None:
        return []
    alone = [path for path in ancestors(first) if sum(map(is_weighted, modules[path].modules())) == 1]
    return [first, *alone]


def feeds(output: Any, model: Any, path: str) -> bool:
    """Whether a backward pass from the output reaches the layer's own parameters."""
    import torch

    own = [value for value in model.get_submodule(path)._parameters.values() if value is not None]
    found = torch.autograd.grad(output.sum(), own, retain_graph=True, allow_unused=True)
    return any(gradient is not None for gradient in found)


def roles(model: Any, heads: Iterable[str], auxiliary: Iterable[str], flow: Flow) -> dict[str, str]:
    """The role of every replaceable place, heads first."""
    found: dict[str, str] = {}
    for role, layers in ((HEAD, heads), (AUXILIARY, auxiliary)):
        for layer in layers:
            for path in around(model, layer):
                found.setdefault(path, role)
    for path in stem(model, flow):
        found.setdefault(path, STEM)
    return found
