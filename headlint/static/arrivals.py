"""Whether what the zoo recorded of a model still holds after the user's edits."""

from __future__ import annotations

from typing import TYPE_CHECKING

from headlint.history import Known, Role, Shape
from headlint.static.tables import KEEPS_SHAPE

if TYPE_CHECKING:
    from headlint.history import Slot
    from headlint.static.heap import Module


def why_uncertain(module: Module, slot: Slot) -> str:
    """Why the shape that the zoo recorded at an outermost slot may not arrive any more, '' if it does."""
    origin = module.origin
    assert origin is not None
    if origin.escaped:
        return origin.escaped
    for path, edit in origin.edits.items():
        if _inside(path, slot.path) or _beside(module, path) or _harmless(module, path, edit, slot):
            continue
        where = f" on line {edit.installation.place.line}" if edit is not None and edit.installation else ""
        return f"`{path}` was changed{where}, which may change what arrives at `{slot.path}`"
    return ""


def _inside(path: str, slot: str) -> bool:
    return path == slot or path.startswith(f"{slot}.")


def _beside(module: Module, path: str) -> bool:
    """Whether an edit lies off the way to the head: another head, or an attribute that nothing reads."""
    assert module.origin is not None
    row = module.origin.row
    slots = [slot for slot in module.origin.model.slots if slot.role is not Role.STEM]
    if any(_inside(path, slot.path) for slot in slots):
        return True
    parent = path.rpartition(".")[0]
    node = row.tree.at(parent) if row else None
    return node is not None and node.kind != "Sequential" and row is not None and row.tree.at(path) is None


def _harmless(module: Module, path: str, edit: Module | None, head: Slot) -> bool:
    """Whether an edit keeps the shapes: one layer without a width for another, or a convolution of the same output."""
    assert module.origin is not None
    row = module.origin.row
    old = row.tree.at(path) if row else None
    if old is None or edit is None:
        return False
    if old.kind in KEEPS_SHAPE and edit.kind in KEEPS_SHAPE:
        return True
    if old.kind == edit.kind == "AdaptiveAvgPool2d":
        size = edit.arguments.get("output_size")
        return (size == Known(1) or _is_one_by_one(size)) and _was_one_by_one(module, path, head)
    slot = module.origin.model.slot(path)
    is_stem = slot is not None and slot.role is Role.STEM
    return is_stem and edit.kind == old.kind and isinstance(edit.gives, Known) and edit.gives.value == old.gives


def _was_one_by_one(module: Module, path: str, head: Slot) -> bool:
    """Whether pooling left one number for each channel: as many as the layer before it gives reach the head."""
    assert module.origin is not None
    assert module.origin.row is not None
    channels = None
    for own, node in module.origin.row.tree.modules():
        if own == path:
            break
        channels = node.gives or channels
    return isinstance(head.arrives, Shape) and len(head.arrives.dims) > 1 and head.arrives.dims[1] == channels


def _is_one_by_one(size: object) -> bool:
    from headlint.static.values import Items

    return isinstance(size, Items) and [item for item in size.items if item == Known(1)] == size.items
