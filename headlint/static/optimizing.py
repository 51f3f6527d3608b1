"""Optimizers: which parameters they are handed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from headlint.history import Unknown, UsedUp
from headlint.static.edits import parameters_in
from headlint.static.heap import Module
from headlint.static.values import Generator, Items, Optimizer, Table, Value

if TYPE_CHECKING:
    from headlint.static.calls import Call
    from headlint.static.heap import Parameter
    from headlint.static.interpreter import Interpreter


def optimizer(interpreter: Interpreter, name: str, request: Call) -> Value:
    """An optimizer, and the parameters that it takes."""
    first = request.get(0, "params")
    first = first if first is not None else request.get(0, "model_params")
    return _handed(interpreter, name, request, first)


def of_timm(interpreter: Interpreter, request: Call) -> Value:
    """`timm.optim.create_optimizer_v2(model, opt=…)`, or of parameters or groups in the model's place."""
    first = request.get(0, "model_or_params")
    return _handed(interpreter, "create_optimizer_v2", request, first if first is not None else request.get(0, "model"))


def of_timm_options(interpreter: Interpreter, request: Call) -> Value:
    """`timm.optim.create_optimizer(args, model)`."""
    return _handed(interpreter, "create_optimizer", request, request.get(1, "model"))


def _handed(interpreter: Interpreter, name: str, request: Call, first: Value | None) -> Value:
    taking = _Taking()
    if isinstance(first, Module):
        taking.take_trainable(first)
    elif first is not None:
        taking.take(first)
    else:
        taking.why = request.why or "it is given no parameters"
    text = interpreter.text(request.node.args[0].value) if request.node is not None and request.node.args else ""
    why = taking.why or interpreter.uncertain
    _hold(interpreter, taking.parameters, why)
    if taking.used_up and not why:
        interpreter.journal.events.append(UsedUp(interpreter.place, text, taking.used_up == taking.groups))
    short = name.rpartition(".")[2]
    number = interpreter.journal.optimizer(interpreter.place, short, text, taking.parameters, why)
    return Optimizer(number, short, taking.parameters, why)


class _Taking:
    """What an optimizer takes out of what it is handed: parameters, or groups of them.

    `why` is why there may be more, `used_up` how many of the groups are iterators that give nothing any more.
    """

    def __init__(self) -> None:
        self.parameters: list[Parameter] = []
        self.why = ""
        self.groups = 0
        self.used_up = 0

    def take(self, value: Value) -> None:
        match value:
            case Table(entries={"params": inner}):
                self.take(inner)
            case Table():
                self.why = self.why or value.why or "a group has no `params`"
            case Items() if any(isinstance(item, Table) for item in value.items):
                for item in value.items:
                    self.take(item)
                self.why = self.why or value.why
            case _:
                self.groups += 1
                self.used_up += isinstance(value, Generator) and value.is_used_up and not value.items.why
                found, why = parameters_in(value)
                self.parameters += found
                self.why = self.why or why

    def take_trainable(self, module: Module) -> None:
        """What timm takes of a module; before 1.0 it takes frozen parameters too, where there is no weight decay."""
        self.groups += 1
        self.why = module.blur
        for _, parameter in module.named_parameters():
            if parameter.trainable is True:
                self.parameters.append(parameter)
            elif parameter.optimized is not True:
                parameter.optimized = Unknown("timm's versions differ in whether they take parameters that are frozen")


def _hold(interpreter: Interpreter, parameters: list[Parameter], why: str) -> None:
    for parameter in parameters:
        parameter.optimized = True
    if why:
        interpreter.journal.doubt_optimizers(f"an optimizer's parameters are not all known: {why}")


def hold_more(interpreter: Interpreter, optimizer: Optimizer, value: Value) -> None:
    """`optimizer.add_param_group(value)`."""
    taking = _Taking()
    taking.take(value)
    before = set(map(id, optimizer.held))
    optimizer.held += taking.parameters
    if not interpreter.uncertain:
        twice = [one for one in taking.parameters if id(one) in before]
        interpreter.journal.group_added(interpreter.place, optimizer.number, optimizer.name, twice)
    _hold(interpreter, taking.parameters, taking.why)


HANDLERS = {
    f"timm.optim.{module}{name}": handler
    for module in ("", "optim_factory.", "_optim_factory.")
    for name, handler in (("create_optimizer_v2", of_timm), ("create_optimizer", of_timm_options))
}
