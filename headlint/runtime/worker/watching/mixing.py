"""Lets tensors on meta and on the CPU meet, as they would if all of them were where the script wants them."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor
from torch.overrides import TorchFunctionMode

from headlint.runtime.worker.holes import Hole, HoleFloat
from headlint.runtime.worker.watching.shortcuts import SHORTCUTS

_VALUES = {"item": HoleFloat, "__float__": HoleFloat, "tolist": Hole, "numpy": Hole}
"""Methods that hand out numbers, which tensors on meta don't have."""


class Staying(TorchFunctionMode):
    """While this is on, what is made on a GPU (`torch.ones(5, device="cuda")`) is made where everything is."""

    def __torch_function__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        return func(*args, **_staying(kwargs or {}))


class Mixing(TorchFunctionMode):
    """While this is on, an operation that fails because its tensors lie on different devices is repeated on meta.

    A tensor that such an operation writes to moves to meta itself. What is made on a GPU is made where everything is.
    """

    def __torch_function__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        named = _staying(kwargs or {})
        try:
            quick = SHORTCUTS.get(func)
            told = quick(*args, **named) if quick is not None else None
            return func(*args, **named) if told is None else told
        except (RuntimeError, NotImplementedError):
            tensors = [one for one in _flat([*args, *named.values()]) if isinstance(one, Tensor)]
            if not any(one.is_meta for one in tensors):
                raise
            name = getattr(func, "__name__", "")
            if name in _VALUES:
                return _VALUES[name]()
            if all(one.is_meta for one in tensors):
                raise
            if _writes(name, named):
                _move(named.get("out", args[0] if args else None))
            return func(*_on_meta(args), **_on_meta(named))


def _staying(named: dict[str, Any]) -> dict[str, Any]:
    """Arguments by name, without a device to go to."""
    kind = getattr(named.get("device"), "type", named.get("device"))
    stays = kind is None or (isinstance(kind, str) and kind.partition(":")[0] in {"cpu", "meta"})
    return named if stays else {name: value for name, value in named.items() if name != "device"}


def _writes(name: str, named: dict[str, Any]) -> bool:
    """Whether a function changes its first argument."""
    return name == "__setitem__" or (name.endswith("_") and not name.endswith("__")) or "out" in named


def _move(tensor: object) -> None:
    if isinstance(tensor, Tensor) and not tensor.is_meta:
        torch.utils.swap_tensors(tensor, torch.empty_like(tensor, device="meta"))


def _flat(value: Any) -> list[Any]:
    if isinstance(value, (list, tuple)):
        return [one for entry in value for one in _flat(entry)]
    return [value]


def _on_meta(value: Any) -> Any:
    """A copy of some arguments in which every tensor lies on meta."""
    if isinstance(value, Tensor):
        return value if value.is_meta else torch._C.TensorBase.to(value, device="meta")
    if isinstance(value, (list, tuple)):
        return type(value)(_on_meta(entry) for entry in value)
    if isinstance(value, dict):
        return {key: _on_meta(entry) for key, entry in value.items()}
    return value
