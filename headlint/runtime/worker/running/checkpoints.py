"""Watches the stretches of a forward pass that are checkpointed in the reentrant way.

Such a stretch gives its parameters a gradient only if one of the tensors that it is handed asks for one.
"""

from __future__ import annotations

import sys
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from torch import Tensor
from torch.utils.checkpoint import CheckpointFunction

if TYPE_CHECKING:
    from collections.abc import Iterator

    from headlint.runtime.worker.running.observing import Observer

_DEEPEST = 60


@dataclass(frozen=True, slots=True)
class Stretch:
    """A stretch: the modules called in it, by identity, whether a tensor that it got asks for a gradient, and where.

    `lines` are the lines of code that led there, innermost first, by file.
    """

    inside: frozenset[int]
    asks: bool
    lines: tuple[tuple[str, int], ...]


@contextmanager
def checkpoints(observer: Observer) -> Iterator[list[Stretch]]:
    """The stretches of the passes that are made meanwhile, and watched by `observer`."""
    found: list[Stretch] = []
    original = CheckpointFunction.apply

    def apply(*args: Any) -> Any:
        around, observer.called = observer.called, set()
        try:
            return original(*args)
        finally:
            asks = any(isinstance(one, Tensor) and one.requires_grad for one in args)
            found.append(Stretch(frozenset(observer.called), asks, tuple(_lines())))
            observer.called |= around

    CheckpointFunction.apply = staticmethod(apply)
    try:
        yield found
    finally:
        del CheckpointFunction.apply


def _lines() -> Iterator[tuple[str, int]]:
    frame = sys._getframe(2)
    for _ in range(_DEEPEST):
        yield frame.f_code.co_filename, frame.f_lineno
        if frame.f_back is None:
            return
        frame = frame.f_back
