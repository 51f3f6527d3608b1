"""Keeps parameters where the run wants them: on the meta device, whatever device the script asks for."""

from __future__ import annotations

import functools
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor, nn

from headlint.history import Compiled
from headlint.runtime.worker.watching.scripting import watch_scripting

if TYPE_CHECKING:
    from collections.abc import Iterator

    from headlint.runtime.worker.watching.patches import Patches
    from headlint.runtime.worker.watching.watch import Watch


_SMALL = 0.01


def watch_devices(watch: Watch) -> None:
    """Begin to keep parameters on meta, or to answer for a GPU that isn't there."""
    if watch.device == "meta":
        watch.patches.attribute(nn.Module, "register_parameter", _register_parameter())
    if watch.device == "meta" or not torch.cuda.is_available():
        _stay(watch.patches)
    watch.patches.attribute(torch, "compile", _compile(watch))
    watch.patches.attribute(nn.Module, "compile", _compile_in_place(watch))
    watch_scripting(watch)


def _compile(watch: Watch) -> Any:
    """`torch.compile`, which gives the model back as it is, with itself as the model inside."""

    def compile_(model: Any = None, *_: Any, **__: Any) -> Any:
        if isinstance(model, nn.Module):
            _tell_compiled(watch, model)
            model.__dict__["_orig_mod"] = model
        return model if model is not None else _itself

    return compile_


def _compile_in_place(watch: Watch) -> Any:
    return lambda self, *_, **__: _tell_compiled(watch, self)


def _tell_compiled(watch: Watch, model: nn.Module) -> None:
    frame, home = watch.user_frame(), watch.registry.home(model)
    if frame is not None and home is not None:
        watch.journal.add(Compiled(watch.place(frame), home[0].model))


def _itself(model: Any = None, *_: Any, **__: Any) -> Any:
    return model if model is not None else _itself


# ---- parameters


def _register_parameter() -> Any:
    original = nn.Module.register_parameter

    @functools.wraps(original)
    def register_parameter(self: nn.Module, name: str, param: nn.Parameter | None) -> None:
        original(self, name, param)
        if param is not None and not param.is_meta:
            _to_meta(self, name, param)

    return register_parameter


def _to_meta(module: nn.Module, name: str, parameter: nn.Parameter) -> None:
    """Move a parameter to meta without changing which object it is, since optimizers know parameters by identity."""
    if isinstance(parameter, nn.UninitializedParameter):
        return
    moved = nn.Parameter(torch.empty_like(parameter, device="meta"), parameter.requires_grad)
    try:
        torch.utils.swap_tensors(parameter, moved)
    except RuntimeError:  # something else refers to its storage already
        module._parameters[name] = moved


# ---- movements


def _stay(patches: Patches) -> None:
    """Answer requests to move to a device without moving."""
    move = Tensor.to

    @functools.wraps(move)
    def to(self: Tensor, *args: Any, **kwargs: Any) -> Tensor:
        kind = _dtype((*args, *kwargs.values()))
        return move(self, kind) if kind is not None else self

    patches.attribute(Tensor, "to", to)
    for owner in (Tensor, nn.Module):
        for name in ("cuda", "cpu", "xpu"):
            patches.attribute(owner, name, _remain)
    patches.attribute(nn.Module, "to", _module_to())
    patches.attribute(nn.Module, "to_empty", _remain)


def _remain(self: Any, *_: Any, **__: Any) -> Any:
    return self


def _module_to() -> Any:
    original = nn.Module.to

    @functools.wraps(original)
    def to(self: nn.Module, *args: Any, **kwargs: Any) -> nn.Module:
        kind = _dtype((*args, *kwargs.values()))
        return original(self, kind) if kind is not None else self

    return to


def _dtype(arguments: tuple[Any, ...]) -> torch.dtype | None:
    """The type that `.to(…)` is asked for, by its name or by a tensor that has it."""
    for one in arguments:
        if isinstance(one, torch.dtype):
            return one
        if isinstance(one, Tensor):
            return one.dtype
    return None


# ---- everything else, for a forward pass


@contextmanager
def all_real(root: nn.Module) -> Iterator[dict[int, int]]:
    """While a model is run with numbers: CPU tensors filled with small ones stand for its parameters and buffers.

    Yields whose place each one takes, both by identity.
    """
    before: list[tuple[dict[str, Any], str, Tensor]] = []
    stands_for: dict[int, int] = {}
    made: dict[int, Tensor] = {}
    for module in root.modules():
        for table in (module._parameters, module._buffers):
            for name, tensor in table.items():
                if tensor is not None and tensor.is_meta:
                    before.append((table, name, tensor))
                    made.setdefault(id(tensor), _real(tensor))
    for table, name, tensor in before:
        table[name] = made[id(tensor)]
        stands_for[id(made[id(tensor)])] = id(tensor)
    try:
        yield stands_for
    finally:
        for table, name, tensor in before:
            table[name] = tensor


def _real(tensor: Tensor) -> Tensor:
    real = torch.rand(tensor.shape).mul_(_SMALL).to(tensor.dtype)
    return nn.Parameter(real, tensor.requires_grad) if isinstance(tensor, nn.Parameter) else real


@contextmanager
def all_on_meta(root: nn.Module) -> Iterator[None]:
    """While a model is run on meta: its buffers and the tensors in its attributes lie there too."""
    before: list[tuple[dict[str, Any], str, Tensor]] = []
    for module in root.modules():
        for table in (module._buffers, module.__dict__):
            for name, value in table.items():
                if isinstance(value, Tensor) and not value.is_meta:
                    before.append((table, name, value))
    for table, name, value in before:
        table[name] = torch.empty_like(value, device="meta")
    try:
        yield
    finally:
        for table, name, value in before:
            table[name] = value
