"""Answers for weights: nothing is downloaded, no pickle is opened, and what is loaded fits."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any

import torch
from torch import nn
from torchvision.models._api import WeightsEnum

from headlint.history import Loaded, Unknown
from headlint.runtime.worker.holes import is_hole
from headlint.runtime.worker.watching import states
from headlint.runtime.worker.watching.everywhere import replace_everywhere
from headlint.runtime.worker.watching.states import Unopened, UnseenKeys, Weights
from headlint.zoo.files import row_at

if TYPE_CHECKING:
    from types import FrameType

    from headlint.runtime.worker.watching.watch import Watch


def watch_loading(watch: Watch) -> None:
    """Begin to answer for downloads and checkpoints, and to watch what is loaded."""
    patches = watch.patches
    patches.attribute(nn.Module, "load_state_dict", _load_state_dict(watch))
    patches.attribute(nn.Module, "eval", _eval(watch))
    patches.attribute(torch, "load", _checkpoint)
    download = torch.hub.load_state_dict_from_url
    for package in ("torch.hub", "torch.utils.model_zoo", "torchvision", "timm"):
        replace_everywhere(watch, package, download, _downloaded)
    patches.attribute(torch.hub, "download_url_to_file", _nothing)
    patches.attribute(torch, "save", _nothing)
    patches.attribute(WeightsEnum, "get_state_dict", _downloaded)


def _downloaded(url: object = "", *_: Any, **__: Any) -> Weights:
    """The weights at an address; of an enum's member, those at its own."""
    made = Weights()
    address = getattr(url, "url", url)
    made.row = row_at(address) if isinstance(address, str) else None
    return made


def _nothing(*_: Any, **__: Any) -> None:
    return None


def _checkpoint(*_: Any, **__: Any) -> Unopened:
    return Unopened("a checkpoint is not opened")


def _load_state_dict(watch: Watch) -> Any:
    original = nn.Module.load_state_dict

    @functools.wraps(original)
    def load_state_dict(self: nn.Module, state_dict: Any, strict: bool = True, *args: Any, **kwargs: Any) -> Any:
        frame = watch.user_frame()
        if frame is not None:
            _tell_loaded(watch, self, state_dict, strict, frame)
        with watch.silently():
            if is_hole(state_dict) or not state_dict or any(map(is_hole, _entries(state_dict))):
                keys: Any = nn.modules.module._IncompatibleKeys(UnseenKeys(), UnseenKeys())
            else:
                keys = original(self, state_dict, strict, *args, **kwargs)
        return keys

    return load_state_dict


def _tell_loaded(watch: Watch, module: nn.Module, state: Any, strict: Any, frame: FrameType) -> None:
    place = watch.place(frame)
    watch.registry.settle(module)
    found, path = watch.home(module, place)
    found.stages.add("loaded")
    told = Loaded(
        place,
        found.model,
        Unknown("it is only known when the script really runs") if is_hole(strict) else bool(strict),
        path,
        states.text_of(watch, frame),
        checked=states.is_looked_at(watch, frame),
        raw=states.is_raw(state),
        misfits=states.misfits(module, state),
        filled=states.filled(module, state),
        count=sum(1 for _ in module.parameters()),
    )
    watch.journal.add(told)


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
