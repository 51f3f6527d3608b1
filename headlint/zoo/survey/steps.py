"""The steps of a trunk: what arrives at and leaves the modules that a model is made of at its top, in a real pass."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

    from headlint.zoo.survey.forward import Dims, Flow


def steps(model: Any, flow: Flow) -> list[list[Dims | str]]:
    """Path, what arrives and what leaves, of every step that is called once, with one tensor, and gives one.

    The steps are the model's children, and the children of each of these that is a Sequential.
    """
    found: list[list[Dims | str]] = []
    for path in _paths(model):
        calls = [len(one.get(path, ())) for one in flow.calls]
        arrives, leaves = flow.arrives(path), flow.leaves(path)
        if calls == [1, 1] and isinstance(arrives, list) and isinstance(leaves, list):
            found.append([path, arrives, leaves])
    return found


def _paths(model: Any) -> Iterator[str]:
    for name, child in model.named_children():
        if type(child).__name__ == "Sequential":
            yield from (f"{name}.{inner}" for inner, _ in child.named_children())
        yield name
