"""Timm's own methods for the class layer of a model."""

from __future__ import annotations

from typing import TYPE_CHECKING

from headlint.history import Known
from headlint.static.devices import lose_sight
from headlint.static.edits import install
from headlint.static.values import NONE, Value

if TYPE_CHECKING:
    from headlint.static.calls import Call
    from headlint.static.heap import Module
    from headlint.static.interpreter import Interpreter


def reset(interpreter: Interpreter, module: Module, request: Call) -> Value:
    """Timm's own way to a new head: a fresh layer of the same width in each head."""
    classes = request.get(0, "num_classes")
    target = request.text.rpartition(".")[0]
    heads = module.origin.model.heads if module.origin else ()
    leaves = [slot.path for slot in heads if (layer := module.at(slot.path)) and layer.kind == "Linear"]
    if not leaves or len(request.values) != 1:
        interpreter.journal.escaped(module, interpreter.place, "reset_classifier")
        return NONE
    for path in leaves:
        parent_path, _, name = path.rpartition(".")
        parent, old = module.at(parent_path), module.at(path)
        if parent is not None and old is not None and isinstance(old.takes, Known):
            new = _fresh_head(old.takes, classes)
            lose_sight([new], "timm makes the new layer where the old one was")
            install(interpreter, parent, name, new, f"{target}.{path}")
    return NONE


def _fresh_head(takes: Known, classes: Value | None) -> Module:
    from headlint.static.layers import build

    if classes == Known(0):
        return build("Identity", [], {})
    return build("Linear", [Known(takes.value), classes or NONE], {})


def get(interpreter: Interpreter, module: Module, request: Call) -> Value:
    """Timm's way to the class layer."""
    row = module.origin.row if module.origin else None
    layer = module.at(row.classifier[0]) if row is not None and len(row.classifier) == 1 else None
    return layer if layer is not None else interpreter.opaque(f"headlint doesn't know the classifier of {module.kind}")
