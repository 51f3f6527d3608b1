"""Tells which sizes of a shape are numbers of the model, and names those that are not."""

from __future__ import annotations

from typing import TYPE_CHECKING

from headlint.history import Shape, Unknown
from headlint.runtime.worker.holes import marked
from headlint.runtime.worker.running.passes import EVAL_BATCH, TRAIN_BATCH
from headlint.runtime.worker.watching.layers import HOLE, gauge

if TYPE_CHECKING:
    from torch import nn


class Naming:
    """Names the sizes of shapes seen in one model.

    A size that differs between two passes with batches of different sizes is the batch's; a size that is a stand-in
    for a number which only exists when the script really runs is none of the model's.
    """

    def __init__(self, root: nn.Module) -> None:
        self._stand_ins = {
            int(value)
            for module in root.modules()
            if (own := gauge(module)) is not None
            for name in (own.takes, own.gives)
            if name and isinstance(value := getattr(module, name), int) and marked(value)
        }

    def arriving(
        self, shape: tuple[int, ...], again: tuple[int, ...] | None, giver: nn.Module | None
    ) -> Shape | Unknown:
        """The shape that arrives at a layer, which `giver` gives."""
        own = gauge(giver) if giver is not None else None
        value = getattr(giver, own.gives or own.takes) if own else None
        if isinstance(value, int) and marked(value):
            return Unknown(HOLE)
        return Shape(named(shape, again))

    def returned(self, shape: tuple[int, ...], again: tuple[int, ...] | None) -> Shape:
        """The shape of an output, in which a stand-in is named."""
        dims = named(shape, again)
        return Shape((*dims[:1], *("classes" if dim in self._stand_ins else dim for dim in dims[1:])))


def named(shape: tuple[int, ...], again: tuple[int, ...] | None) -> tuple[int | str, ...]:
    """A shape with the batch's size named, and other sizes that go with it."""
    if again is None or len(again) != len(shape):
        first = ("batch",) if shape and shape[0] in (EVAL_BATCH, TRAIN_BATCH) else shape[:1]
        return (*first, *shape[1:])
    return tuple(_named(one, other) for one, other in zip(shape, again, strict=True))


def _named(one: int, other: int) -> int | str:
    if one == other:
        return one
    return "batch" if (one, other) == (EVAL_BATCH, TRAIN_BATCH) else "size"
