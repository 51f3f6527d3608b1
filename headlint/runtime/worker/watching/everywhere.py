"""Under which names the modules of a library know a function.

Looked up once before a fork: a child that went through all of them would copy every page that they lie on.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from types import ModuleType

    from headlint.runtime.worker.watching.watch import Watch

_Names = dict[int, list[tuple["ModuleType", str]]]


class _Index(NamedTuple):
    """What the modules of a package know, when so many modules were loaded, and so many of them were the package's."""

    loaded: int
    own: int
    names: _Names


_PACKAGES = ("torch.hub", "torch.utils.model_zoo", "torchvision", "torchvision.models", "timm")
_indexes: dict[str, _Index] = {}


def look_up() -> None:
    """Look up now what will be asked for in a child."""
    for package in _PACKAGES:
        index(package)


def index(package: str) -> _Names:
    """The names of everything that the modules of a package know, by identity."""
    known = _indexes.get(package)
    if known is not None and known.loaded == len(sys.modules):
        return known.names
    modules = [module for name, module in list(sys.modules.items()) if _is_of(name, package) and module is not None]
    names = known.names if known is not None and known.own == len(modules) else _names(modules)
    _indexes[package] = _Index(len(sys.modules), len(modules), names)
    return names


def _names(modules: list[ModuleType]) -> _Names:
    found: _Names = {}
    for module in modules:
        for name, value in list(vars(module).items()):
            if callable(value):
                found.setdefault(id(value), []).append((module, name))
    return found


def _is_of(name: str, package: str) -> bool:
    return name == package or name.startswith(f"{package}.")


def replace_everywhere(watch: Watch, package: str, old: Any, new: Any) -> None:
    """Put a function in another one's place under every name by which the package's modules know it."""
    for module, name in index(package).get(id(old), ()):
        if vars(module).get(name) is old:
            watch.patches.attribute(module, name, new)
