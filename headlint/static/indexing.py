"""Tensors indexed along several axes: `hidden[:, 0]`, `features[..., -1]`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst

from headlint.history import Known, Shape
from headlint.static.values import Opaque, Tensor, Value

if TYPE_CHECKING:
    from collections.abc import Sequence

    from headlint.static.interpreter import Interpreter

_WHY = "headlint doesn't follow indexing in several dimensions"


def indexed(interpreter: Interpreter, owner: Value, elements: Sequence[cst.SubscriptElement]) -> Value:
    """A tensor of which numbers pick places along some axes, and of which the other axes stay whole."""
    if not isinstance(owner, Tensor):
        return Opaque(_WHY)
    picks = [_pick(interpreter, element.slice) for element in elements]
    if None in picks or picks.count("…") > 1:
        return Opaque(_WHY)
    rank = len(owner.shape.dims)
    if "…" in picks:
        at = picks.index("…")
        picks[at : at + 1] = [":"] * (rank - len(picks) + 1)
    picks += [":"] * (rank - len(picks))
    if len(picks) != rank:
        return Opaque("the tensor has fewer axes than the index")
    dims = tuple(dim for dim, pick in zip(owner.shape.dims, picks, strict=True) if pick == ":")
    return owner.become(Shape(dims))


def _pick(interpreter: Interpreter, node: cst.BaseSlice) -> str | None:
    """`:` for a whole axis, `#` for a number, `…` for an ellipsis, None for anything else."""
    if isinstance(node, cst.Slice):
        return ":" if node.lower is node.upper is node.step is None else None
    if not isinstance(node, cst.Index):
        return None
    if isinstance(node.value, cst.Ellipsis):
        return "…"
    value = interpreter.value(node.value)
    is_number = isinstance(value, Known) and isinstance(value.value, int) and not isinstance(value.value, bool)
    return "#" if is_number else None
