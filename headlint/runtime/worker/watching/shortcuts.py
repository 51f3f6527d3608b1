"""What the commonest layers give on meta: a shape, and a way back to what it was made of.

torch works these out through decompositions written in Python, at fifty times the cost. A shortcut answers None where
it doesn't apply; then torch itself does, and raises where the shapes don't fit. Initialisers find nothing to fill.
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


def _alike(tensor: Tensor, *_: Any, inplace: bool = False, **__: Any) -> Tensor | None:
    """An activation, or a dropout: what comes out is shaped as what goes in."""
    fits = not inplace and tensor.is_floating_point()
    return _made(tuple(tensor.shape), tensor) if fits else None


def _rectified(tensor: Tensor, inplace: bool = False) -> Tensor | None:
    return _alike(tensor, inplace=inplace)


def _summed(tensor: Tensor, other: Any, **named: Any) -> Tensor | None:
    """A sum or a product of two tensors of one shape, or of one and a number."""
    if named or not tensor.is_floating_point():
        return None
    if type(other) in (int, float):
        return _made(tuple(tensor.shape), tensor)
    fits = type(other) in _PLAIN and other.shape == tensor.shape
    return _made(tuple(tensor.shape), tensor, other) if fits else None


def _attention(
    query: Tensor, key: Tensor, value: Tensor, attn_mask: Tensor | None = None, *_: Any, **__: Any
) -> Tensor | None:
    """Scaled dot product attention without a mask, of as many heads for all three."""
    fits = query.shape[:-2] == key.shape[:-2] == value.shape[:-2] and query.shape[-1] == key.shape[-1]
    if not fits or key.shape[-2] != value.shape[-2] or query.dim() < 3 or attn_mask is not None:
        return None
    return _made((*query.shape[:-1], value.shape[-1]), query, key, value)


def _attending(*args: Any, **named: Any) -> Any:
    """What `nn.MultiheadAttention` does, with the shortcut inside, where no mode reaches."""
    functional: Any = nn.functional
    attend = functional.scaled_dot_product_attention

    def quick(*inner: Any, **options: Any) -> Any:
        told = SHORTCUTS[attend](*inner, **options)
        return attend(*inner, **options) if told is None else told

    functional.scaled_dot_product_attention = quick
    try:
        return functional.multi_head_attention_forward(*args, **named)
    finally:
        functional.scaled_dot_product_attention = attend


def _filled(tensor: Tensor, *numbers: Any, generator: Any = None, **named: Any) -> Tensor | None:
    """The tensor itself, which holds nothing that could be changed, where torch would let it be changed."""
    are_numbers = all(type(number) in (int, float) for number in (*numbers, *named.values()))
    may_change = not (tensor.requires_grad and torch.is_grad_enabled()) and tensor.is_floating_point()
    return tensor if are_numbers and may_change and generator is None else None


def _initialised(*_: Any, **named: Any) -> Tensor | None:
    """An initialiser of `torch.nn.init`, which hands on by name what it is given."""
    tensor = named.pop("tensor", None)
    if not isinstance(tensor, Tensor) or not tensor.is_meta or type(tensor) not in _PLAIN:
        return None
    with torch.no_grad():
        return _filled(tensor, **named)


def _guarded(shortcut: Callable[..., Tensor | None]) -> Callable[..., Tensor | None]:
    """A shortcut that leaves calls alone which it doesn't understand: tracing hands over stand-ins for tensors."""

    def answer(*args: Any, **named: Any) -> Tensor | None:
        first = args[0] if args else None
        if not isinstance(first, Tensor) or type(first) not in _PLAIN or not first.is_meta or "input" in named:
            return None
        return shortcut(*args, **named)

    return answer


_PLAIN = (Tensor, nn.Parameter)
_FILLING = ("normal_", "uniform_", "trunc_normal_", "erfinv_", "clamp_", "exponential_", "log_normal_", "cauchy_")
SHORTCUTS: dict[Callable[..., Any], Callable[..., Tensor | None]] = {
    nn.functional.batch_norm: _guarded(_batch_norm),
    nn.functional.layer_norm: _guarded(_layer_norm),
    nn.functional.linear: _guarded(_linear),
    nn.functional.relu: _guarded(_rectified),
    **{getattr(nn.functional, name): _guarded(_alike) for name in ("gelu", "dropout")},
    nn.functional.scaled_dot_product_attention: _guarded(_attention),
    nn.functional.multi_head_attention_forward: _guarded(_attending),
    Tensor.add: _guarded(_summed),
    Tensor.mul: _guarded(_summed),
    **{getattr(nn.init, name): _initialised for name in ("normal_", "uniform_", "constant_")},
    **{getattr(Tensor, name): _guarded(_filled) for name in _FILLING if hasattr(Tensor, name)},
}
