"""Methods of parameters and optimizers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from headlint.static.attributes import subscript
from headlint.static.edits import set_gradient
from headlint.static.numbers import parameter_shape
from headlint.static.optimizing import hold_more
from headlint.static.values import NONE, Opaque, Optimizer, Value, truth

if TYPE_CHECKING:
    from headlint.history import Truth
    from headlint.static.calls import Call
    from headlint.static.heap import Parameter
    from headlint.static.interpreter import Interpreter


def of_parameter(interpreter: Interpreter, parameter: Parameter, name: str, request: Call) -> Value:
    """A call of a method of a parameter."""
    if name == "requires_grad_":
        wanted = request.get(0, "requires_grad")
        to: Truth = truth(wanted) if wanted is not None else True
        set_gradient(interpreter, [parameter], to, request.text.removesuffix(".requires_grad_"))
        return parameter
    if name == "size":
        shape, index = parameter_shape(parameter), request.get(0, "dim")
        return subscript(interpreter, shape, index) if index is not None else shape
    if name.endswith("_") and not name.startswith("_") and name not in {"zero_", "retain_grad_", "share_memory_"}:
        parameter.fresh = False
    return Opaque("the values of the weights are not known")


def of_optimizer(interpreter: Interpreter, optimizer: Optimizer, name: str, request: Call) -> Value:
    """A call of a method of an optimizer."""
    if name == "step":
        interpreter.train([])
        return NONE
    if name == "add_param_group" and request.values:
        hold_more(interpreter, optimizer, request.values[0])
        return NONE
    return Opaque("the optimizer's state is only known when the script runs")
