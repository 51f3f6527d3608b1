"""Dummy inputs: what a model is fed to see what it does."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import torch
from torch import nn

from headlint.runtime.worker.families.feeding import feed_of
from headlint.runtime.worker.watching.layers import gauge

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from headlint.runtime.worker.watching.models import Origin, Registry
    from headlint.zoo import Row

_IMAGE = 224
_SMALL = 256
_USUAL_SIZES = (224, 32, 28, 299, 64, 96, 128, 256, 384)
_TOKENS = 16
_FRAMES = 4
_AXES = {2: (), 3: (64,), 4: (_IMAGE, _IMAGE), 5: (16, 112, 112)}


@dataclass(frozen=True, slots=True)
class Feed:
    """An input without its batch axis. `tokens` is how many kinds of tokens there are, 0 for numbers.

    `certain` says that it is a published model's own, or that the script speaks of it: that it is no guess. A layer
    that can't read what is put in gets axes that are `stretch` times as long as usual.
    """

    dims: tuple[int, ...]
    tokens: int = 0
    is_sequence: bool = False
    certain: bool = False
    stretch: int = 1

    @property
    def is_image(self) -> bool:
        return len(self.dims) == 3 and self.dims[1] == self.dims[2]

    def sized(self, size: int) -> Feed:
        """The same with images of another size."""
        return replace(self, dims=(self.dims[0], size, size), certain=False)

    def varied(self) -> Feed | None:
        """The same in another size, in the axes whose sizes are nobody's width; None if there are none."""
        if len(self.dims) == 1 and not self.tokens:
            return None
        first, *others = self.dims
        is_sequence = self.tokens or self.is_sequence
        dims = (2 * first, *others) if is_sequence else (first, *(2 * size for size in others))
        return replace(self, dims=dims, certain=False, stretch=2)

    def stretched(self) -> Feed:
        """The same input, where layers that can't read it get longer ones."""
        return replace(self, certain=False, stretch=2)

    def of_clips(self) -> Feed:
        """Several of them in a row, as networks of frames take them."""
        return replace(self, dims=(_FRAMES, *self.dims))

    def tensor(self, batch: int, like: torch.Tensor | None, device: str) -> torch.Tensor:
        """A batch of it, on the device and of the type of the model's parameters."""
        if self.tokens:
            return torch.zeros((batch, *self.dims), dtype=torch.long, device=device)
        kind = like.dtype if like is not None and like.is_floating_point() else torch.float32
        if device == "meta":
            return torch.empty((batch, *self.dims), dtype=kind, device=device)
        return torch.rand((batch, *self.dims), dtype=kind, device=device)


def feeds(origin: Origin, registry: Registry, hints: Sequence[tuple[int, ...]], *, small: bool = False) -> list[Feed]:
    """What to try, best first: what the published model in it takes, else what the script feeds it, or what fits.

    `hints` are shapes, without the batch, of inputs that the script speaks of. `small` asks for no larger images than
    the usual ones, where a model takes those as well: real numbers cost time.
    """
    told = feed_of(origin.module)
    if told is not None:
        return [Feed(told[0], tokens=told[1], certain=True)]
    for module in origin.module.modules():
        inner = registry.origin_of(module)
        if inner is not None and inner.row is not None:
            dims = inner.row.input.dims[1:]
            if inner.row.input.dims[0] == "batch" and all(isinstance(dim, int) for dim in dims):
                told_dims = tuple(dim for dim in dims if isinstance(dim, int))
                sized = _sized_for(module, told_dims)
                return [Feed(_lessened(inner.row, sized) if small and sized == told_dims else sized, certain=True)]
            return []
    return guesses(origin.module, hints)


def _lessened(row: Row, dims: tuple[int, ...]) -> tuple[int, ...]:
    """A large published image as a small one, where the model takes images of many sizes."""
    sides = row.sides(training=True)
    takes_it = sides is None or (sides[0] <= _SMALL and (sides[1] is None or sides[1] >= _SMALL))
    is_large = len(dims) == 3 and dims[1] == dims[2] > _SMALL and row.library == "torchvision"
    return (dims[0], _SMALL, _SMALL) if is_large and takes_it else dims


def _sized_for(module: nn.Module, dims: tuple[int, ...]) -> tuple[int, ...]:
    """A published input in the size for which a model was built.

    timm's patches know it (`img_size=384`), and torchvision's transformers do, whose weights may ask for another.
    """
    for part in module.modules():
        match getattr(part, "img_size", None) or getattr(part, "image_size", None), dims:
            case (int(height), int(width)), (int(channels), int(), int()):
                return channels, height, width
            case int(side), (int(channels), int(), int()):
                return channels, side, side
    return dims


def guesses(first_layer: nn.Module, hints: Sequence[tuple[int, ...]]) -> list[Feed]:
    """What fits the first layer of a module, or a layer itself."""
    first = next(_guesses(first_layer), None)
    if first is None:
        return []
    hinted = [Feed(dims, certain=True) for dims in hints if len(dims) == len(first.dims) and dims[0] == first.dims[0]]
    guessed = [first.sized(size) for size in _USUAL_SIZES] if first.is_image else [first]
    return [first] if first.tokens else hinted + guessed


def other_sizes(feed: Feed) -> list[Feed]:
    """The same input in other usual sizes."""
    return [feed.sized(size) for size in _USUAL_SIZES if size != feed.dims[-1]] if feed.is_image else []


def _guesses(root: nn.Module) -> Iterator[Feed]:
    """What the first layers could be fed with, in the order in which they are registered."""
    for module in root.modules():
        own = gauge(module)
        if isinstance(module, nn.Embedding):
            yield Feed((_TOKENS,), tokens=module.num_embeddings)
        elif isinstance(module, nn.RNNBase):
            yield Feed((_TOKENS, module.input_size), is_sequence=True)
        elif own is not None:
            wanted = getattr(module, own.takes)
            width = int(wanted[-1] if isinstance(wanted, (tuple, list)) else wanted)
            yield Feed((width, *_AXES[own.ranks[0]]) if own.ranks else (width,))
