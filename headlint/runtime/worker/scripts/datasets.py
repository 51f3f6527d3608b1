"""Data that isn't there: data sets and loaders become holes, several processes become one, and nobody waits."""

from __future__ import annotations

import builtins
import functools
import time
from typing import Any

from headlint.runtime.worker.holes import Hole


class Dataset(Hole):
    """What stands for a data set: it has classes, of which nobody knows how many."""


def answer_for_data() -> None:
    """Answer for what torch and torchvision offer for data, for other processes, and for waiting."""
    import torch
    import torch.utils.data

    _give_holes(torch.utils.data.DataLoader)
    torch.utils.data.random_split = _split
    _answer_in_torchvision()
    _answer_in_distributed(torch)
    torch.hub.load = _from_hub
    _pass_holes_by(torch)
    time.sleep = _nothing  # no script has to wait for anything
    builtins.input = _asked  # nobody answers


def _give_holes(kind: Any) -> None:
    """Let a class give holes in place of its objects; classes derived from it stay what they are."""

    def make(cls: Any, *args: Any, **named: Any) -> Any:
        if cls is not kind:
            return object.__new__(cls)
        dataset = args[0] if args else named.get("dataset")
        return Dataset(kind.__name__, {"dataset": dataset} if dataset is not None else {})

    kind.__new__ = make


def _split(dataset: Any, lengths: Any, *_: Any, **__: Any) -> Any:
    return tuple(Dataset("part", {"dataset": dataset}) for _ in lengths)


def _answer_in_torchvision() -> None:
    import torchvision

    for name in torchvision.datasets.__all__:
        if name not in {"VisionDataset", "FakeData"}:
            _give_holes(getattr(torchvision.datasets, name))


def _from_hub(repository: Any, model: Any = "", *args: Any, **named: Any) -> Any:
    """torch.hub's entry points of torchvision are its builders; anything else would have to be downloaded."""
    import torchvision

    if str(repository).partition(":")[0] != "pytorch/vision":
        raise OSError(f"{repository} would have to be downloaded")
    for setting in ("source", "trust_repo", "force_reload", "verbose", "skip_validation"):
        named.pop(setting, None)
    return getattr(torchvision.models, model)(*args, **named)


def _answer_in_distributed(torch: Any) -> None:
    """One process, which is the first of one."""
    import torch.multiprocessing as processes

    def spawn(function: Any, args: Any = (), **_: Any) -> None:
        function(0, *args)

    processes.spawn = spawn
    distributed = getattr(torch, "distributed", None)
    if distributed is None:
        return
    distributed.init_process_group = distributed.destroy_process_group = distributed.barrier = _nothing
    distributed.get_world_size = lambda *_, **__: 1
    distributed.get_rank = lambda *_, **__: 0


def _pass_holes_by(torch: Any) -> None:
    """A real module that is called with a hole gives a hole."""
    original = torch.nn.Module.__call__

    @functools.wraps(original)
    def __call__(self: Any, *args: Any, **named: Any) -> Any:  # noqa: N807 -- takes that method's place
        if any(isinstance(one, Hole) for one in (*args, *named.values())):
            return Hole("output")
        return original(self, *args, **named)

    torch.nn.Module.__call__ = __call__


def _nothing(*_: Any, **__: Any) -> None:
    return None


def _asked(*_: Any) -> Any:
    return Hole("input")
