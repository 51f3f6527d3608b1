"""Model libraries that scripts name: imported by the worker, so that each is loaded once for all scripts that use it.

Only what is installed is imported: the worker's search path holds none of the user's folders.
"""

from __future__ import annotations

import gc
import importlib
import importlib.util
import re
from contextlib import suppress
from typing import TYPE_CHECKING

from headlint.runtime.worker.watching.everywhere import look_up

if TYPE_CHECKING:
    from types import ModuleType

LIBRARIES = ("timm", "transformers", "segmentation_models_pytorch", "efficientnet_pytorch", "pretrainedmodels")
_TAKEN = re.compile(rf"\bfrom[ \t]+((?:{'|'.join(LIBRARIES)})\b[\w.]*)[ \t]+import[ \t]*(\([^)]*\)|[^\n#;]*)")
_NAME = re.compile(r"(?<![\w.])(?!as\b)[A-Za-z_]\w*")

_tried: set[str] = set()


def load(text: str) -> None:
    """Import the libraries that a script names, and of those what it imports by name."""
    wanted = {library for library in LIBRARIES if library in text}
    wanted |= {f"{module}:{name}" for module, names in _TAKEN.findall(text) for name in _NAME.findall(names)}
    new = sorted(wanted - _tried)
    for name in new:
        with suppress(Exception):  # a broken library is for the script to meet
            _import(*name.split(":"))
    if new:
        _tried.update(new)
        look_up()
        gc.collect()
        gc.freeze()  # a collection in a child would copy every page that the libraries lie on


def _import(module: str, name: str = "") -> None:
    if importlib.util.find_spec(module.partition(".")[0]) is None:
        return
    found: ModuleType = importlib.import_module(module)
    if name:
        getattr(found, name)  # transformers loads a module when one of its names is asked for
