"""What the commonest layers give on meta: a shape, and a way back to what it was made of.

torch works these out through decompositions written in Python, at fifty times the cost. A shortcut answers None where
it doesn't apply; then torch itself does, and raises where the shapes don't fit.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor, nn

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


class _Made(torch.autograd.Function):
    """A tensor on meta of a given shape, made of other tensors."""

    @staticmethod
    def forward(ctx: Any, shape: tuple[int, ...], *of: Tensor | None) -> Tensor:
        ctx.of = of
        first = of[0]
        assert first is not None
        return torch.empty(shape, dtype=first.dtype, device="meta")

    @staticmethod
    def backward(ctx: Any, *_: Any) -> tuple[Tensor | None, ...]:
        return (None, *(torch.empty_like(one) if one is not None else None for one in ctx.of))


def _made(shape: tuple[int, ...], *of: Tensor | None) -> Tensor | None:
    """The result, if all of its origins lie on meta and have one type."""
    kinds = {one.dtype if one.is_meta else None for one in of if one is not None}
    if len(kinds) != 1 or None in kinds:
        return None
    made: Tensor = _Made.apply(shape, *of)
    return made


def _batch_norm(
    tensor: Tensor,
    running_mean: Tensor | None,
    running_var: Tensor | None,
    weight: Tensor | None = None,
    bias: Tensor | None = None,
    *_: Any,
    **__: Any,
) -> Tensor | None:
    known = next((one for one in (running_mean, running_var, weight) if one is not None), None)
    if known is None or tensor.dim() < 2 or tensor.shape[1] != known.shape[0]:
        return None
    return _made(tuple(tensor.shape), tensor, weight, bias)


def _layer_norm(
    tensor: Tensor,
    normalized_shape: Sequence[int],
    weight: Tensor | None = None,
    bias: Tensor | None = None,
    *_: Any,
    **__: Any,
) -> Tensor | None:
    wanted = tuple(normalized_shape)
    fits = tuple(tensor.shape[-len(wanted) :]) == wanted
    return _made(tuple(tensor.shape), tensor, weight, bias) if fits else None


def _linear(tensor: Tensor, weight: Tensor, bias: Tensor | None = None) -> Tensor | None:
    fits = weight.dim() == 2 and tensor.dim() >= 1 and tensor.shape[-1] == weight.shape[1]
    return _made((*tensor.shape[:-1], weight.shape[0]), tensor, weight, bias) if fits else None


def _guarded(shortcut: Callable[..., Tensor | None]) -> Callable[..., Tensor | None]:
    """A shortcut that leaves calls alone which it doesn't understand: tracing hands over stand-ins for tensors."""

    def answer(*args: Any, **named: Any) -> Tensor | None:
        given = [*args, *named.values()]
        if type(given[0]) is not Tensor or not given[0].is_meta or "input" in named:
            return None
        return shortcut(*args, **named)

    return answer


SHORTCUTS: dict[Callable[..., Any], Callable[..., Tensor | None]] = {
    nn.functional.batch_norm: _guarded(_batch_norm),
    nn.functional.layer_norm: _guarded(_layer_norm),
    nn.functional.linear: _guarded(_linear),
}
