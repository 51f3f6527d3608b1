"""Watches what the user's code writes on modules and parameters: the surgery itself."""

from __future__ import annotations

import ast
import functools
import sys
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor, nn

from headlint.history import Absent, Known, Owner, ScriptChanged, Unknown, Wrote
from headlint.runtime.worker.holes import is_hole, marked
from headlint.runtime.worker.watching.keeping import note_box, tell_shared
from headlint.runtime.worker.watching.layers import HOLE, layer_of

if TYPE_CHECKING:
    from types import FrameType

    from headlint.runtime.worker.watching.models import Origin
    from headlint.runtime.worker.watching.watch import Watch

_OWN_OF_TENSORS = frozenset({"grad", "_grad", "names"})
_CONTAINERS = frozenset({"__setitem__", "append", "extend", "insert", "update", "register_module", "add_module"})
_NN = nn.__file__.rpartition("__init__")[0]
_BY_REQUEST = frozenset({"reset_classifier", "set_classifier", "reset_head"})
"""Methods with which a library replaces its own head because the user asks for it."""


def watch_surgery(watch: Watch) -> None:
    """Begin to watch assignments to modules and parameters."""
    patches = watch.patches
    patches.attribute(nn.Module, "__setattr__", _module_setattr(watch))
    patches.attribute(nn.Module, "add_module", _add_module(watch))
    patches.attribute(nn.Module, "__delattr__", _module_delattr(watch))
    patches.attribute(nn.Parameter, "__setattr__", _parameter_setattr(watch))
    patches.attribute(nn.Parameter, "requires_grad_", _requires_grad_(watch))


def _asking_frame(watch: Watch, frame: FrameType | None) -> FrameType | None:
    """The user's frame that performs a write, directly or through a container's method; None if library code does."""
    if watch.quiet:
        return None
    names = []
    in_containers = True
    while frame is not None and not watch.source.is_user(frame):
        names.append(frame.f_code.co_name)
        in_containers = in_containers and names[-1] in _CONTAINERS and frame.f_code.co_filename.startswith(_NN)
        frame = frame.f_back
    return frame if in_containers or not _BY_REQUEST.isdisjoint(names) else None


# ---- modules


def _module_setattr(watch: Watch) -> Any:
    original = nn.Module.__setattr__

    @functools.wraps(original)
    def set_attribute(self: nn.Module, name: str, value: Any) -> None:
        if watch.quiet:
            original(self, name, value)
            return
        if isinstance(value, (nn.Module, nn.Parameter)):
            watch.registry.version += 1
        frame = _asking_frame(watch, sys._getframe(1))
        if frame is None:
            original(self, name, value)
        elif isinstance(value, nn.Module):
            _install(watch, self, name, value, frame, lambda: original(self, name, value))
        elif is_hole(value) and _may_be_a_module(watch, self, name):
            watch.home(self, watch.place(frame))[0].lacking.append(name)
            if name not in self._modules:
                original(self, name, value)
        else:
            if watch.source.is_user(sys._getframe(1)):
                note_box(watch, self, name, value, frame)
                _write(watch, self, name, value, frame)
            original(self, name, value)

    return set_attribute


def _may_be_a_module(watch: Watch, owner: nn.Module, name: str) -> bool:
    """Whether what is put there stands for a module: one stands there now, or the script calls it."""
    is_called = watch.source.calls_attribute(name) or watch.source.calls_in_forward(name)
    return name in owner.__dict__.get("_modules", {}) or is_called


def _module_delattr(watch: Watch) -> Any:
    original = nn.Module.__delattr__

    @functools.wraps(original)
    def delete_attribute(self: nn.Module, name: str) -> None:
        watch.registry.version += 1
        original(self, name)

    return delete_attribute


def _add_module(watch: Watch) -> Any:
    original = nn.Module.add_module

    @functools.wraps(original)
    def add_module(self: nn.Module, name: str, module: nn.Module | None) -> None:
        watch.registry.version += 1
        frame = _asking_frame(watch, sys._getframe(1))
        if frame is None or not isinstance(module, nn.Module):
            original(self, name, module)
        else:
            _install(watch, self, name, module, frame, lambda: original(self, name, module))

    return add_module


def _install(watch: Watch, owner: nn.Module, name: str, new: nn.Module, frame: FrameType, put: Any) -> None:
    """Let a module be put at its place, and tell it if that place lies in a model."""
    if id(owner) in watch.scripted:
        _refuse(watch, owner, name, frame)
    found = watch.registry.home(owner) or _home_in_library_class(watch, owner, frame)
    gone = owner.__dict__.get("_modules", {}).get(name)
    old = layer_of(gone) if gone is not None else Absent()
    put()
    if found is None:
        return
    origin, path = found
    full = f"{path}.{name}" if path else name
    place = watch.place(frame)
    target = watch.source.target(frame, name)
    watch.journal.replaced(origin, full, target, old, layer_of(new), place)
    tell_shared(watch, origin, full, new, frame)
    watch.registry.install(origin, full, new, place)


def _refuse(watch: Watch, owner: nn.Module, name: str, frame: FrameType) -> None:
    """Stop a script that puts a module into a scripted model, as PyTorch does."""
    _, original, by, made_at = watch.scripted[id(owner)]
    place = watch.place(frame)
    model = watch.home(original, place)[0].model
    watch.journal.add(ScriptChanged(place, model, watch.source.target(frame, name), by, made_at))
    raise RuntimeError(f"{by} made a model that takes no new modules")


def _home_in_library_class(watch: Watch, owner: nn.Module, frame: FrameType) -> tuple[Origin, str] | None:
    """Where a module lies in a whole of a library's class that the script instantiated without a builder."""
    outermost = watch.registry.outermost(owner)
    is_library = not type(outermost).__module__.startswith("torch.nn.")
    return watch.home(owner, watch.place(frame)) if is_library and outermost is not owner else None


def _is_on_self(owner: object, frame: FrameType) -> bool:
    """Whether a method writes on its own object."""
    names = frame.f_code.co_varnames[: frame.f_code.co_argcount]
    return bool(names) and frame.f_locals.get(names[0]) is owner


def _write(watch: Watch, owner: nn.Module, name: str, value: Any, frame: FrameType) -> None:
    """Tell that something that is no module was written on a module."""
    if _is_on_self(owner, frame) or isinstance(getattr(type(owner), name, None), property):
        return
    if value is None and name in owner.__dict__.get("_modules", {}):
        return
    place = watch.place(frame)
    origin, path = watch.home(owner, place)
    target = watch.source.target(frame, name).removesuffix(f".{name}")
    before, kind = _held(owner, name), type(owner).__name__
    event = Wrote(place, origin.model, Owner.MODULE, path, kind, target, name, before, told(value), None)
    watch.journal.wrote(event)


def _held(owner: nn.Module, name: str) -> Known | Absent | Unknown:
    """What an attribute holds before it is written."""
    if name in owner.__dict__:
        return told(owner.__dict__[name])
    if any(name in owner.__dict__.get(table, ()) for table in ("_parameters", "_buffers", "_modules")):
        return Unknown("it is no plain value")
    if hasattr(type(owner), name):
        return told(getattr(type(owner), name))
    return Absent()


def told(value: object) -> Known | Unknown:
    """A value as histories tell it."""
    if is_hole(value) or (isinstance(value, int) and not isinstance(value, bool) and marked(value)):
        return Unknown(HOLE)
    if isinstance(value, (bool, int, float, str, type(None))):
        return Known(value)
    return Unknown("it is a parameter" if isinstance(value, nn.Parameter) else "it is no plain value")


# ---- parameters


def _parameter_setattr(watch: Watch) -> Any:
    original = Tensor.__setattr__

    def set_attribute(self: nn.Parameter, name: str, value: Any) -> None:
        if watch.quiet:
            original(self, name, value)
            return
        if name == "data" and isinstance(value, Tensor) and self.is_meta and not value.is_meta:
            value = torch.empty_like(value, device="meta")
        frame = watch.source.user_frame(sys._getframe(1))
        if frame is not None and name == "requires_grad":
            _set_gradient(watch, self, value, frame)
            value = bool(value)
        elif frame is not None and name not in _OWN_OF_TENSORS and watch.source.is_user(sys._getframe(1)):
            _write_parameter(watch, self, name, value, frame)
        original(self, name, value)

    return set_attribute


def _requires_grad_(watch: Watch) -> Any:
    original = Tensor.requires_grad_

    def requires_grad_(self: nn.Parameter, requires_grad: bool = True) -> Any:
        frame = watch.user_frame()
        if frame is not None:
            _set_gradient(watch, self, requires_grad, frame)
        return original(self, bool(requires_grad))

    return requires_grad_


def _set_gradient(watch: Watch, parameter: nn.Parameter, value: object, frame: FrameType) -> None:
    place = watch.place(frame)
    watch.registry.set_at[id(parameter)] = (parameter, place)
    for became in watch.choosing:
        became[id(parameter)] = (parameter, bool(value))
    found = watch.home_of_parameter(parameter, place)
    if found is None:
        return
    text = watch.source.loop(frame) or _spelled(watch, frame)
    watch.journal.gradient(found[0], found[1], to=bool(value), place=place, text=text)


def _spelled(watch: Watch, frame: FrameType) -> str:
    """The expression on which `requires_grad` is set: `model.fc` for `model.fc.requires_grad_(True)`."""
    target, call = watch.source.target(frame, "requires_grad"), watch.source.call(frame)
    if target == "requires_grad" and call is not None:
        return ast.unparse(call.func)
    return target.removesuffix(".requires_grad")


def _write_parameter(watch: Watch, parameter: nn.Parameter, name: str, value: object, frame: FrameType) -> None:
    place = watch.place(frame)
    found = watch.home_of_parameter(parameter, place)
    if found is None:
        return
    target = watch.source.target(frame, name).removesuffix(f".{name}")
    before = told(vars(parameter)[name]) if name in vars(parameter) else Absent()
    if not isinstance(before, Known) and hasattr(type(parameter), name):
        before = Unknown("it is no plain value")
    origin, path = found
    event = Wrote(place, origin.model, Owner.PARAMETER, path, "Parameter", target, name, before, told(value), None)
    watch.journal.wrote(event)
