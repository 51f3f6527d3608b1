"""Watches models being built: published ones by their builders, the user's own classes, containers and wrappers."""

from __future__ import annotations

import copy
import functools
import sys
from typing import TYPE_CHECKING, Any

from torch import nn

from headlint.history import Argument, Built, HeadMet, Known, Unknown
from headlint.runtime.worker.holes import is_hole
from headlint.runtime.worker.watching.keeping import tell_repeated
from headlint.runtime.worker.watching.layers import HOLE
from headlint.runtime.worker.watching.making import is_spoken_of, note_making
from headlint.runtime.worker.watching.models import WRAPPERS, Description
from headlint.runtime.worker.watching.surgery import told
from headlint.runtime.worker.watching.unheard import refused
from headlint.runtime.worker.watching.watch import unpublished
from headlint.zoo import find

if TYPE_CHECKING:
    import ast
    from collections.abc import Callable
    from types import FrameType

    from headlint.runtime.worker.watching.watch import Watch

_TOLD = ("pretrained", "weights", "num_classes")


def watch_building(watch: Watch) -> None:
    """Begin to watch own classes, containers and wrappers; builders of libraries are watched by `libraries`."""
    watch.patches.attribute(nn.Module, "__init__", _module_init(watch))
    watch.patches.attribute(nn.Sequential, "__init__", _sequential_init(watch))
    watch.patches.attribute(nn.ModuleList, "__init__", _list_init(watch))
    watch.patches.attribute(copy, "deepcopy", _deepcopy(watch))
    for wrapper in WRAPPERS:
        watch.patches.attribute(wrapper, "__init__", _wrapper_init(watch))
        watch.patches.attribute(wrapper, "forward", _wrapper_forward)


# ---- published models


def watched_builder(
    watch: Watch, builder: Callable[..., Any], library: str, name_of: Callable[..., str], asks: Callable[..., object]
) -> Any:
    """A builder of published models that tells what it built.

    `name_of` gives the row's name and `asks` what decides about pretrained weights, both from the call's arguments.
    """

    @functools.wraps(builder)
    def build(*args: Any, **kwargs: Any) -> Any:
        frame = watch.user_frame()
        if frame is not None and library == "torchvision" and "num_classes" in kwargs and asks(*args, **kwargs):
            _meet_head(watch, name_of(*args, **kwargs), kwargs, frame)
        with watch.silently():
            try:
                module = builder(*args, **kwargs)
            except Exception as error:
                if frame is not None:
                    refused(watch, frame, error, (library, name_of(*args, **kwargs), asks(*args, **kwargs)))
                raise
        if frame is not None and isinstance(module, nn.Module):
            wants = asks(*args, **kwargs)
            pretrained = Unknown(HOLE) if is_hole(wants) else bool(wants)
            _published(watch, module, library, (name_of(*args, **kwargs), pretrained), (frame, args, kwargs))
        return module

    return build


def _meet_head(watch: Watch, name: str, kwargs: dict[str, Any], frame: FrameType) -> None:
    """Weights of torchvision and a number of classes are asked for together, which the builder may refuse."""
    row = find("torchvision", name, trained=True)
    count = told(kwargs["num_classes"])
    asked = count if isinstance(count, Unknown) else _whole(count.value)
    if isinstance(row, Unknown) or row.classes is None or asked == row.classes:
        return
    weights = next((f"{key}={kwargs[key]}" for key in ("weights", "pretrained") if kwargs.get(key)), "the weights")
    head = (row.name, row.library, weights, row.classes)
    watch.journal.add(HeadMet(watch.place(frame), *head, asked, "num_classes", tolerant=False))


def _published(
    watch: Watch,
    module: nn.Module,
    library: str,
    what: tuple[str, bool | Unknown],
    call: tuple[FrameType, tuple[Any, ...], dict[str, Any]],
) -> None:
    """Tell that a published model was built."""
    (name, pretrained), (frame, args, kwargs) = what, call
    found = find(library, name, trained=pretrained is True)
    row = None if isinstance(found, Unknown) else found
    place = watch.place(frame)
    count = told(kwargs["num_classes"]) if "num_classes" in kwargs else _labels(module)
    classes: int | Unknown | None = None
    if count is not None:
        classes = count if isinstance(count, Unknown) else _whole(count.value)
    origin = watch.registry.enter(module, place, Description(name, pretrained, library, row, classes))
    origin.apart = watch.source.keeps_a_part(frame)
    legacy = row.legacy if row and row.legacy else Unknown("this builder never had `pretrained`")
    spoken = [Argument("", told(args[0]), None)] if args else []
    spoken += [Argument(key, told(value), None) for key, value in kwargs.items() if key in _TOLD]
    watch.journal.add(Built(place, origin.model, _callee(watch.source.call(frame), name), tuple(spoken), legacy))


def _labels(module: nn.Module) -> Known | Unknown | None:
    """How many labels a model of transformers was configured for."""
    count = getattr(getattr(module, "config", None), "num_labels", None)
    return told(count) if isinstance(count, int) else None


def _whole(value: object) -> int | Unknown:
    return value if isinstance(value, int) else Unknown("the class count is no whole number")


def _callee(call: ast.Call | None, name: str) -> str:
    from ast import unparse

    return unparse(call.func) if call is not None else name


# ---- the user's own classes


def _module_init(watch: Watch) -> Any:
    original = nn.Module.__init__

    @functools.wraps(original)
    def init(self: nn.Module, *args: Any, **kwargs: Any) -> None:
        original(self, *args, **kwargs)
        if watch.quiet:
            _note_made(watch, self, sys._getframe(1))
        if watch.quiet or watch.registry.origin_of(self) is not None:
            return
        frame = sys._getframe(1)
        if is_spoken_of(self):
            note_making(watch, self, _beyond(self, frame))
        elif _is_own(watch, type(self)):
            _own_model(watch, self, frame)
        elif _library(self) not in {"torch", ""} and watch.source.is_user(_beyond(self, frame)):
            watch.registry.keep(self)

    return init


def _note_made(watch: Watch, module: nn.Module, frame: FrameType) -> None:
    """Remember a module that the script's own code builds while a forward pass is made of it."""
    asking = _beyond(module, frame)
    if asking is not None and watch.source.is_user(asking):
        watch.passing.append((module, watch.place(asking)))


def _is_own(watch: Watch, cls: type) -> bool:
    """Whether the user's code defines a class: some function of it stands there."""
    return any(
        watch.source.is_users(getattr(getattr(member, "__code__", None), "co_filename", None))
        for base in cls.__mro__
        if base.__module__.partition(".")[0] not in {"torch", "torchvision", "timm", "transformers", "builtins"}
        for member in vars(base).values()
    )


def _own_model(watch: Watch, module: nn.Module, frame: FrameType) -> None:
    """Tell that the user's class was instantiated, where the script does so."""
    inside = watch.source.user_frame(frame)
    asking = watch.source.user_frame(_beyond(module, frame)) or inside
    if asking is None:
        return
    name, place = type(module).__name__, watch.place(asking)
    origin = watch.registry.enter(module, place, unpublished(module))
    legacy = Unknown("this builder never had `pretrained`")
    watch.journal.add(Built(place, origin.model, _callee(watch.source.call(asking), name), (), legacy))


def _library(module: nn.Module) -> str:
    return type(module).__module__.partition(".")[0]


def _beyond(module: nn.Module, frame: FrameType | None) -> FrameType | None:
    """The frame that instantiates a module, outside of its constructors."""
    while frame is not None and frame.f_code.co_name == "__init__" and _first(frame) is module:
        frame = frame.f_back
    return frame


def _first(frame: FrameType) -> object:
    names = frame.f_code.co_varnames
    return frame.f_locals.get(names[0]) if names else None


# ---- containers and wrappers


def _sequential_init(watch: Watch) -> Any:
    original = nn.Sequential.__init__

    @functools.wraps(original)
    def init(self: nn.Sequential, *args: Any, **kwargs: Any) -> None:
        original(self, *args, **kwargs)
        frame = sys._getframe(1)
        if not watch.quiet and watch.source.is_user(frame):
            tell_repeated(watch, self, frame)
            _adopt(watch, self, frame)

    return init


def _list_init(watch: Watch) -> Any:
    original = nn.ModuleList.__init__

    @functools.wraps(original)
    def init(self: nn.ModuleList, *args: Any, **kwargs: Any) -> None:
        original(self, *args, **kwargs)
        frame = sys._getframe(1)
        if not watch.quiet and watch.source.is_user(frame):
            tell_repeated(watch, self, frame)

    return init


def _adopt(watch: Watch, container: nn.Sequential, frame: FrameType) -> None:
    """Make a Sequential that holds a model a model itself, and what else is in it the user's own."""
    watch.registry.keep(container)
    known = watch.registry
    if not any(known.origin_of(child) or known.is_published(child) for child in _shallow(container)):
        return
    place = watch.place(frame)
    taken = {id(one.child) for one in watch.registry.installed}
    origin = watch.registry.enter(container, place, unpublished(container))
    for name, child in container.named_children():
        if id(child) not in taken and not known.origin_of(child) and not known.is_published(child):
            watch.registry.install(origin, name, child, place, replaces=False)


def _deepcopy(watch: Watch) -> Any:
    """A copy of a model is a model of its own, with the history of the original."""
    original = copy.deepcopy

    @functools.wraps(original)
    def deepcopy(value: Any, *args: Any, **kwargs: Any) -> Any:
        twin = original(value, *args, **kwargs)
        frame = sys._getframe(1)
        if isinstance(twin, nn.Module) and not watch.quiet and watch.source.is_user(frame):
            place, callee = watch.place(frame), _callee(watch.source.call(frame), "deepcopy")
            for origin in watch.registry.repeat(value, twin, place):
                watch.journal.add(Built(place, origin.model, callee))
        return twin

    return deepcopy


def _shallow(container: nn.Module) -> list[nn.Module]:
    found = []
    for child in container.children():
        found.append(child)
        if isinstance(child, (nn.Sequential, *WRAPPERS)):
            found += _shallow(child)
    return found


def _wrapper_init(watch: Watch) -> Any:
    """Wrappers hold the model and need neither several GPUs nor a process group for that."""

    def init(self: nn.Module, module: nn.Module, *_: Any, **__: Any) -> None:
        frame = watch.user_frame()
        with watch.silently():
            nn.Module.__init__(self)
            self.module = module
            self.device_ids = []
            self.dim = 0
        watch.registry.version += 1
        if frame is not None:
            what = Description(type(self).__name__, Unknown("it is a wrapper"))
            watch.registry.enter(self, watch.place(frame), what)

    return init


def _wrapper_forward(self: nn.Module, *args: Any, **kwargs: Any) -> Any:
    return self.module(*args, **kwargs)
