"""The builders of published models, library by library, and how each is watched."""

from __future__ import annotations

import importlib.util
import sys
from typing import TYPE_CHECKING, Any

from headlint.runtime.worker.families import efficientnet, transformers
from headlint.runtime.worker.families.detection import watch_detectors
from headlint.runtime.worker.watching.building import watched_builder
from headlint.runtime.worker.watching.everywhere import replace_everywhere
from headlint.zoo import resolve

if TYPE_CHECKING:
    from collections.abc import Callable
    from importlib.machinery import ModuleSpec
    from types import ModuleType

    from headlint.runtime.worker.watching.watch import Watch


def watch_libraries(watch: Watch) -> None:
    """Begin to watch the builders of every library that is loaded, and of those that the script is going to load."""
    waiting = {
        "torchvision": _watch_torchvision,
        "timm": _watch_timm,
        **transformers.waiting(),
        **efficientnet.waiting(),
    }
    for name in [name for name in waiting if name in sys.modules]:
        waiting.pop(name)(watch)
    watch.patches.item(sys.meta_path, _Loading(watch, waiting))


class _Loading:
    """Sees to it that a library is watched as soon as it is loaded."""

    def __init__(self, watch: Watch, waiting: dict[str, Callable[[Watch], None]]) -> None:
        self._watch = watch
        self._waiting = waiting

    def find_spec(self, name: str, *_: Any) -> ModuleSpec | None:
        """The specification of a library that is waited for, whose loading ends with its being watched."""
        begin = self._waiting.pop(name, None)
        spec = importlib.util.find_spec(name) if begin is not None else None
        if spec is None or spec.loader is None or begin is None:
            return None
        execute = spec.loader.exec_module

        def load(module: ModuleType) -> None:
            with self._watch.silently():
                execute(module)
                begin(self._watch)

        spec.loader.exec_module = load  # type: ignore[method-assign]  # this loader is this module's alone
        return spec


# ---- torchvision


def _weights(*args: Any, **kwargs: Any) -> object:
    """What a torchvision builder is told about weights."""
    for name in ("weights", "pretrained"):
        if kwargs.get(name) is not None:
            return kwargs[name]
    return args[0] if args else None


def _watch_torchvision(watch: Watch) -> None:
    from torchvision.models import _api, get_model

    for registered, builder in list(_api.BUILTIN_MODELS.items()):
        found = resolve(f"{builder.__module__}.{builder.__name__}")
        name = found[1] if found else registered
        new = watched_builder(watch, builder, "torchvision", lambda *_, _name=name, **__: _name, _weights)
        replace_everywhere(watch, "torchvision.models", builder, new)
    by_name = watched_builder(
        watch,
        get_model,
        "torchvision",
        lambda name, **_: str(name).lower(),
        lambda *_, weights=None, pretrained=None, **__: weights or pretrained,
    )
    replace_everywhere(watch, "torchvision", get_model, by_name)
    watch_detectors(watch)


# ---- timm


def _watch_timm(watch: Watch) -> None:
    import timm

    create = timm.create_model

    def asks(*args: Any, pretrained: object = False, **_: Any) -> object:
        return args[1] if len(args) > 1 else pretrained

    new = watched_builder(watch, create, "timm", lambda model_name, *_, **__: str(model_name), asks)
    replace_everywhere(watch, "timm", create, new)
    builder = sys.modules["timm.models._builder"]
    for name in ("load_pretrained", "load_custom_pretrained"):
        replace_everywhere(watch, "timm", vars(builder)[name], _nothing)


def _nothing(*_: Any, **__: Any) -> None:
    return None
