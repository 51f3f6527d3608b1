"""Training and evaluation mode as the script sets it, and what BatchNorm layers do in it."""

from __future__ import annotations

import functools
import sys
from typing import TYPE_CHECKING, Any

from torch import nn
from torch.nn.modules.batchnorm import _BatchNorm

from headlint.history import Normalized, Unknown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from headlint.finding import Place
    from headlint.runtime.worker.watching.models import Origin
    from headlint.runtime.worker.watching.watch import Watch


def watch_modes(watch: Watch) -> None:
    """Begin to note where `train()` and `eval()` are called."""
    original = nn.Module.train
    is_inside = False

    @functools.wraps(original)
    def train(self: Any, mode: bool = True) -> Any:
        nonlocal is_inside
        frame = watch.source.user_frame(sys._getframe(1))
        if is_inside or frame is None:
            return original(self, mode)
        is_inside, place = True, watch.place(frame)
        watch.modes_set.update((id(module), (module, place)) for module in self.modules())
        try:
            return original(self, mode)
        finally:
            is_inside = False

    watch.patches.attribute(nn.Module, "train", train)


def tell_norms(watch: Watch, stepping: nn.Module, *, by_trainer: bool = False) -> Iterator[Normalized]:
    """What the BatchNorm layers of the published models in a module do, of which a step of training is seen.

    A trainer may call hooks before its steps that nobody saw.
    """
    held = {id(module) for module in stepping.modules()}
    for origin in watch.registry.origins:
        if origin.row is not None and id(origin.module) in held and "norms" not in origin.stages:
            origin.stages.add("norms")
            norms = {path: one for path, one in origin.module.named_modules() if isinstance(one, _BatchNorm)}
            if norms:
                may_stand = by_trainer and watch.source.calls_attribute("eval")
                yield _normalized(watch, origin, norms, "a trainer may call its `.eval()`" if may_stand else "")


def _normalized(watch: Watch, origin: Origin, norms: dict[str, _BatchNorm], doubt: str) -> Normalized:
    moving = tuple(path for path, norm in norms.items() if _moves(norm))
    told: tuple[str, ...] | Unknown = moving
    if watch.source.treats_norms:
        doubt = "the script treats its BatchNorm layers in a way of its own"
    if moving and doubt:
        told = Unknown(doubt)
    place = next((place for path in moving if (place := _set_at(watch, norms[path])) is not None), None)
    return Normalized(origin.place, origin.model, told, len(norms), place)


def _moves(norm: _BatchNorm) -> bool:
    """Whether the statistics of a BatchNorm follow what it sees."""
    return norm.training and norm.running_mean is not None and norm.momentum != 0


def _set_at(watch: Watch, norm: nn.Module) -> Place | None:
    noted = watch.modes_set.get(id(norm))
    return noted[1] if noted is not None and noted[0] is norm else None
