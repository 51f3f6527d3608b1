"""PyTorch Lightning's modules as plain ones: trainers never run, so that a module's own code is all that matters."""

from __future__ import annotations

import inspect
import sys
from typing import TYPE_CHECKING, Any

from headlint.runtime.worker.holes import Hole

if TYPE_CHECKING:
    from collections.abc import Callable


def lightning() -> dict[str, Callable[[], dict[str, Any]]]:
    """The stand-ins for Lightning, by their top-level names."""
    return {"pytorch_lightning": _names, "lightning": _names}


def _names() -> dict[str, Any]:
    from torch import nn

    class LightningModule(nn.Module):
        """A module that keeps its hyperparameters and logs to nobody."""

        def __init__(self, *_: Any, **__: Any) -> None:
            super().__init__()
            object.__setattr__(self, "hparams", Hole("hparams"))
            object.__setattr__(self, "trainer", Hole("trainer"))

        def save_hyperparameters(self, *_: Any, **__: Any) -> None:
            values = _arguments_of(sys._getframe(1))
            known = {name: value for name, value in values.items() if value is not self}
            object.__setattr__(self, "hparams", Hole("hparams", known))

        def log(self, *_: Any, **__: Any) -> None:
            return None

        log_dict = print = freeze_logging = log

        def freeze(self) -> None:
            for parameter in self.parameters():
                parameter.requires_grad = False
            self.eval()

        def unfreeze(self) -> None:
            for parameter in self.parameters():
                parameter.requires_grad = True
            self.train()

        @property
        def device(self) -> str:
            return "cpu"

    plain: dict[str, Any] = {"LightningModule": LightningModule, "seed_everything": lambda *_, **__: None}
    return plain | {"LightningDataModule": Hole("LightningDataModule"), "pytorch": Hole("pytorch", plain)}


def _arguments_of(frame: Any) -> dict[str, Any]:
    """The arguments with which a function was called whose frame this is."""
    found = inspect.getargvalues(frame)
    values = {name: found.locals[name] for name in found.args if name in found.locals}
    return values | (found.locals.get(found.keywords, {}) if found.keywords else {})
