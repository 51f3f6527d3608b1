"""Scripted and traced models: nothing is compiled, and what stands for them takes no new modules, as in PyTorch."""

from __future__ import annotations

import copy
import sys
from typing import TYPE_CHECKING, Any

import torch
from torch import nn

if TYPE_CHECKING:
    from collections.abc import Callable

    from headlint.finding import Place
    from headlint.runtime.worker.watching.watch import Watch


def watch_scripting(watch: Watch) -> None:
    """Begin to answer for the compilers of `torch.jit`."""
    for name in ("script", "trace"):
        watch.patches.attribute(torch.jit, name, _compiled(watch, f"torch.jit.{name}"))


def _compiled(watch: Watch, by: str) -> Callable[..., Any]:
    def compiled(model: Any = None, *_: Any, **__: Any) -> Any:
        frame = sys._getframe(1)
        if not isinstance(model, nn.Module) or not watch.source.is_user(frame):
            return model if model is not None else compiled
        twin = copy.copy(model)
        twin.__dict__["_modules"] = dict(model._modules)
        place: Place = watch.place(frame)
        watch.scripted[id(twin)] = (twin, model, by, place)
        return twin

    return compiled
