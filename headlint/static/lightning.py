"""Lightning's trainers: which methods of a module they call before the first batch, in which order."""

from __future__ import annotations

from typing import TYPE_CHECKING

from headlint.history import Known
from headlint.static.values import Class, Function

if TYPE_CHECKING:
    from collections.abc import Iterable

    from headlint.static.heap import Module
    from headlint.static.interpreter import Interpreter

HOOKS = """setup configure_model configure_sharded_model configure_optimizers on_fit_start on_train_start""".split()
"""As the documentation of LightningModule lists them."""


def is_lightning(cls: Class | None) -> bool:
    """Whether a class of the program is a LightningModule."""
    return cls is not None and any(name.endswith("LightningModule") for name in cls.library_bases())


def begin_fit(interpreter: Interpreter, modules: Iterable[Module]) -> None:
    """`trainer.fit(module)`: the module's hooks up to its training, once for each module."""
    for module in modules:
        if module.origin is not None and is_lightning(module.cls) and "begun" not in module.origin.stages:
            module.origin.stages.add("begun")
            _follow_hooks(interpreter, module)


def _follow_hooks(interpreter: Interpreter, module: Module) -> None:
    for name in HOOKS:
        hook = module.cls.find(name) if module.cls is not None else None
        if isinstance(hook, Function) and not hook.decorators:
            stage = [Known("fit")] if name == "setup" else []
            before = interpreter.statement
            interpreter.call_function(hook, stage, {}, module)
            interpreter.statement = before
