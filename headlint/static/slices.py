"""Slices and other things between brackets: `layers[:-1]`, `del layers[2:]`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst

from headlint.history import Known
from headlint.static.heap import Module
from headlint.static.layers import contain
from headlint.static.values import NONE, Items, Opaque, Value, why_unknown

if TYPE_CHECKING:
    from headlint.static.interpreter import Interpreter


def item_key(interpreter: Interpreter, node: cst.BaseSlice) -> object:
    """What is between the brackets of `owner[…]`: a plain value or a slice, None where it is not known."""
    if isinstance(node, cst.Slice):
        part = _slice(interpreter, node)
        return part if isinstance(part, slice) else None
    key = interpreter.value(node.value) if isinstance(node, cst.Index) else None
    return key.value if isinstance(key, Known) else None


def _slice(interpreter: Interpreter, node: cst.Slice) -> slice | Opaque:
    bounds = [interpreter.value(bound) if bound else NONE for bound in (node.lower, node.upper, node.step)]
    plain = [bound.value for bound in bounds if isinstance(bound, Known)]
    numbers = [bound for bound in plain if bound is None or isinstance(bound, int)]
    if len(numbers) < 3 or numbers[2] == 0:
        return Opaque(next((why_unknown(bound) for bound in bounds if why_unknown(bound)), "the slice is not known"))
    return slice(*numbers)


def sliced(interpreter: Interpreter, owner: Value, node: cst.Slice) -> Value:
    """What a slice of a value is."""
    part = _slice(interpreter, node)
    if isinstance(part, Opaque):
        return part
    match owner:
        case Opaque():
            return owner.item(part)
        case Items(why=""):
            return Items(owner.items[part], fixed=owner.fixed)
        case Known(str() as text):
            return Known(text[part])
        case Module(kind="Sequential", blur=""):
            children = list(owner.children.items())[part]
            return contain("Sequential", [(str(index), child) for index, (_, child) in enumerate(children)])
    return Opaque(why_unknown(owner) or getattr(owner, "why", "") or "headlint doesn't know what is sliced")
