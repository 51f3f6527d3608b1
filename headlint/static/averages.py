"""Averaged copies of models: made once, and brought up to date with the model that is trained."""

from __future__ import annotations

from typing import TYPE_CHECKING

from headlint.history import Averaged, Known, Misfit
from headlint.static.heap import Module
from headlint.static.states import widths_of
from headlint.static.values import NONE, Bound, Opaque, Value

if TYPE_CHECKING:
    from collections.abc import Callable

    from headlint.finding import Place
    from headlint.static.calls import Call
    from headlint.static.interpreter import Interpreter
    from headlint.static.states import Widths

_WHY = "an averaged copy is only known when the script runs"
_UPDATES = frozenset({"update_parameters", "update"})


class Average(Opaque):
    """`AveragedModel(model)`: the widths that the model had when it was copied, and where that was."""

    __slots__ = ("place", "text", "widths")

    def __init__(self, widths: Widths, place: Place, text: str) -> None:
        super().__init__(_WHY)
        self.widths = widths
        self.place = place
        self.text = text

    def attribute(self, name: str) -> Value:
        return Bound(self, name) if name in _UPDATES else super().attribute(name)

    def call(self, interpreter: Interpreter, name: str, request: Call) -> Value:
        """`average.update_parameters(model)`."""
        model = request.get(0, "model")
        if isinstance(model, Module) and name in _UPDATES and not interpreter.uncertain:
            home = model.model_home()[0]
            if home.origin is not None and not home.origin.escaped:
                misfits = tuple(self._misfits(model))
                event = Averaged(self.place, home.origin.model, interpreter.place, self.text, misfits)
                interpreter.journal.events.append(event)
        return NONE

    def _misfits(self, model: Module) -> list[Misfit]:
        """The layers that have another width in the model now, whatever stands in their place."""
        found = []
        for path, holds in self.widths.items():
            own = model.at(path)
            if own is None or not isinstance(own.takes, Known) or not isinstance(own.gives, Known):
                continue
            takes, gives = own.takes.value, own.gives.value
            if isinstance(takes, int) and isinstance(gives, int) and (takes, gives) != holds:
                found.append(Misfit(path, holds, (takes, gives)))
        return found


def _averaged(interpreter: Interpreter, request: Call) -> Value:
    model = request.get(0, "model")
    if not isinstance(model, Module):
        return Opaque(_WHY, made=True)
    return Average(widths_of(model), interpreter.place, request.text)


HANDLERS: dict[str, Callable[[Interpreter, Call], Value]] = dict.fromkeys(
    (
        "torch.optim.swa_utils.AveragedModel",
        *(f"timm.utils.{name}" for name in ("ModelEma", "ModelEmaV2", "ModelEmaV3")),
        *(f"timm.utils.model_ema.{name}" for name in ("ModelEma", "ModelEmaV2", "ModelEmaV3")),
    ),
    _averaged,
)
