"""Scripted and traced models: they look like the model that they were made from, and take no new modules."""

from __future__ import annotations

from typing import TYPE_CHECKING

from headlint.history import ScriptChanged
from headlint.static.endings import WayEnds
from headlint.static.heap import Module

if TYPE_CHECKING:
    from collections.abc import Callable

    from headlint.finding import Place
    from headlint.static.calls import Call
    from headlint.static.interpreter import Interpreter
    from headlint.static.values import Value


class Scripted(Module):
    """What `torch.jit.script(model)` gives: the same layers in another whole."""

    has_more = True
    __slots__ = ("by", "original", "place")

    def __init__(self, original: Module, by: str, place: Place) -> None:
        super().__init__(original.kind, library=original.library)
        self.original = original
        self.by = by
        self.place = place
        self.cls = original.cls
        self.blur = original.blur
        self.attributes = original.attributes
        self._children, self._parameters = dict(original.children), dict(original.parameters)
        self.home = (original, "")


def _scripted(interpreter: Interpreter, request: Call) -> Value:
    from headlint.static.escapes import hand_over

    model = next(iter(request.values), None)
    if isinstance(model, Scripted):
        return model
    if isinstance(model, Module) and not interpreter.uncertain:
        return Scripted(model, request.text, interpreter.place)
    return hand_over(interpreter, request, request.text)


def refuse(interpreter: Interpreter, owner: Scripted, target: str) -> None:
    """A module is put into a scripted model: the script ends there."""
    home, _ = owner.model_home()
    if home.origin is not None:
        interpreter.journal.events.append(
            ScriptChanged(interpreter.place, home.origin.model, target, owner.by, owner.place)
        )
    raise WayEnds


HANDLERS: dict[str, Callable[[Interpreter, Call], Value]] = dict.fromkeys(
    ("torch.jit.script", "torch.jit.trace"), _scripted
)
