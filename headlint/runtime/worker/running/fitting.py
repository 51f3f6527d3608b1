"""Whether a tensor fits a layer, and one that does in its place where it doesn't."""

from __future__ import annotations

from typing import TYPE_CHECKING

from headlint.runtime.worker.watching.layers import gauge

if TYPE_CHECKING:
    from torch import Tensor, nn

_SIZE = 8


def fitted(module: nn.Module, tensor: Tensor, stretch: int = 1) -> Tensor | None:
    """A tensor that the layer can read, made of `tensor` so that gradients still flow; None if it fits as it is.

    Axes that it lacks are made so long as `stretch` says.
    """
    own = gauge(module)
    wanted = getattr(module, own.takes) if own else None
    if own is None or wanted is None or _is_longer(wanted) or tensor.dim() < 2:
        return None
    count = int(wanted[0] if isinstance(wanted, (tuple, list)) else wanted)
    if not own.ranks:
        is_map = own.axis == -1 and tensor.dim() > 3 and tensor.shape[-1] != count
        shaped = tensor.flatten(2).mean(-1) if is_map else tensor
    elif tensor.dim() in own.ranks:
        shaped = tensor
    else:
        shaped = _of_rank(tensor, own.ranks[0], _SIZE * stretch)
    axis = own.axis % shaped.dim()
    if shaped.shape[axis] == count:
        return None if shaped is tensor else shaped
    sizes = [-1] * shaped.dim()
    sizes[axis] = count
    return shaped.mean(axis, keepdim=True).expand(sizes)


def _is_longer(wanted: object) -> bool:
    """Whether a layer's width is spread over several axes, as a LayerNorm's may be."""
    return isinstance(wanted, (tuple, list)) and len(wanted) != 1


def _of_rank(tensor: Tensor, rank: int, size: int) -> Tensor:
    flat = tensor.flatten(2).mean(-1) if tensor.dim() > 2 else tensor
    while flat.dim() < rank:
        flat = flat.unsqueeze(-1)
    return flat.expand(*flat.shape[:2], *(size for _ in range(rank - 2)))
