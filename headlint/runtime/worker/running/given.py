"""A batch that somebody gives a model to be fed with, in place of a dummy one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor

from headlint.runtime.worker.running.inputs import Feed


class Given:
    """One batch: a tensor, a tuple of what is passed by position, or a mapping of what is passed by name."""

    def __init__(self, batch: Any) -> None:
        self._named: dict[str, Any] = dict(batch) if isinstance(batch, Mapping) else {}
        self._placed: tuple[Any, ...] = () if self._named else batch if isinstance(batch, tuple) else (batch,)

    @property
    def feed(self) -> Feed:
        """What stands for it where feeds are chosen; nobody need guess, since it is certain."""
        first = next((one for one in (*self._placed, *self._named.values()) if isinstance(one, Tensor)), None)
        return Feed(tuple(first.shape[1:]) if first is not None else (), certain=True)

    def arguments(self, count: int, device: str) -> tuple[tuple[Any, ...], dict[str, Any]]:
        """The arguments of a forward pass of a batch of `count`, by position and by name."""
        placed = tuple(_sized(one, count, device) for one in self._placed)
        return placed, {name: _sized(one, count, device) for name, one in self._named.items()}


def _sized(value: Any, count: int, device: str) -> Any:
    """A part of a batch for another batch size: its first entry, repeated."""
    if isinstance(value, list) and value:
        return [_moved(value[0], device)] * count
    if not isinstance(value, Tensor) or not value.dim() or not len(value):
        return value
    return _moved(value[:1], device).expand(count, *value.shape[1:]).contiguous()


def _moved(value: Any, device: str) -> Any:
    if not isinstance(value, Tensor):
        return value
    return torch.empty_like(value, device=device) if device == "meta" else value.detach().to(device)
