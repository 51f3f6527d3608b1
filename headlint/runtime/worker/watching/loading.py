"""Answers for weights: nothing is downloaded, no pickle is opened, and what is loaded fits."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any

import torch
from torch import nn

from headlint.history import Loaded, Unknown
from headlint.runtime.worker.holes import Hole, is_hole

if TYPE_CHECKING:
    from headlint.runtime.worker.watching.watch import Watch


class Weights(dict[str, Any]):
    """A state dictionary that would have been downloaded: it has no entries, and fits wherever it is loaded."""


def watch_loading(watch: Watch) -> None:
    """Begin to answer for downloads and checkpoints, and to watch what is loaded."""
    patches = watch.patches
    patches.attribute(nn.Module, "load_state_dict", _load_state_dict(watch))
    patches.attribute(nn.Module, "eval", _eval(watch))
    patches.attribute(torch, "load", _checkpoint)
    patches.attribute(torch.hub, "load_state_dict_from_url", _downloaded)
    patches.attribute(torch.hub, "download_url_to_file", _nothing)
    patches.attribute(torch, "save", _nothing)
    _answer_in_torchvision(watch)


def _answer_in_torchvision(watch: Watch) -> None:
    import sys

    if "torchvision" not in sys.modules:
        return
    from torchvision.models._api import WeightsEnum

    watch.patches.attribute(WeightsEnum, "get_state_dict", _downloaded)
    for name, module in list(sys.modules.items()):
        if name.startswith(("torchvision.", "timm.")) and "load_state_dict_from_url" in vars(module):
            watch.patches.attribute(module, "load_state_dict_from_url", _downloaded)


def _downloaded(*_: Any, **__: Any) -> Weights:
    return Weights()


def _nothing(*_: Any, **__: Any) -> None:
    return None


def _checkpoint(*_: Any, **__: Any) -> Hole:
    return Hole("a checkpoint is not opened")


def _load_state_dict(watch: Watch) -> Any:
    original = nn.Module.load_state_dict

    @functools.wraps(original)
    def load_state_dict(self: nn.Module, state_dict: Any, strict: bool = True, *args: Any, **kwargs: Any) -> Any:
        frame = watch.user_frame()
        with watch.silently():
            if is_hole(state_dict) or not state_dict or any(map(is_hole, _entries(state_dict))):
                keys: Any = nn.modules.module._IncompatibleKeys([], [])
            else:
                keys = original(self, state_dict, strict, *args, **kwargs)
        if frame is not None:
            place = watch.place(frame)
            watch.registry.settle(self)
            found = watch.home(self, place)[0]
            found.stages.add("loaded")
            truth = Unknown("it is only known when the script really runs") if is_hole(strict) else bool(strict)
            watch.journal.add(Loaded(place, found.model, truth))
        return keys

    return load_state_dict


def _entries(state: Any) -> list[Any]:
    return [entry for pair in state.items() for entry in pair] if isinstance(state, dict) else []


def _eval(watch: Watch) -> Any:
    original = nn.Module.eval

    @functools.wraps(original)
    def to_eval(self: nn.Module) -> nn.Module:
        found = watch.registry.origin_of(self)
        if found is not None and not watch.quiet:
            found.stages.add("eval")
        return original(self)

    return to_eval
