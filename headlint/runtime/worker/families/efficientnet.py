"""efficientnet_pytorch: what its two builders build, without the weights that one of them asks for."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from headlint.runtime.worker.watching.building import watched_builder

if TYPE_CHECKING:
    from collections.abc import Callable

    from headlint.runtime.worker.watching.watch import Watch

_LIBRARY = "efficientnet_pytorch"


def waiting() -> dict[str, Callable[[Watch], None]]:
    """What to do as soon as the library is loaded."""
    return {f"{_LIBRARY}.model": _watch_builders}


def _watch_builders(watch: Watch) -> None:
    library = importlib.import_module(f"{_LIBRARY}.model")
    watch.patches.attribute(library, "load_pretrained_weights", lambda *_, **__: None)
    for name, is_pretrained in (("from_pretrained", True), ("from_name", False)):
        watch.patches.attribute(library.EfficientNet, name, _watched(watch, library.EfficientNet, name, is_pretrained))


def _watched(watch: Watch, owner: Any, name: str, is_pretrained: bool) -> Any:
    original = getattr(owner, name)
    build = watched_builder(
        watch, original, _LIBRARY, lambda model_name, *_, **__: model_name, lambda *_, **__: is_pretrained
    )

    def built(cls: Any, *args: Any, **named: Any) -> Any:
        return build(*args, **named) if cls is owner else original.__func__(cls, *args, **named)

    return classmethod(built)
