"""What else modules are asked for: hooks, and the names of their classes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from headlint.history import Known
from headlint.static.kinds import type_of
from headlint.static.values import Bound, Class, Function, Opaque, Symbol

if TYPE_CHECKING:
    from headlint.static.calls import Call
    from headlint.static.heap import Module
    from headlint.static.interpreter import Interpreter
    from headlint.static.values import Value


def register(interpreter: Interpreter, module: Module, request: Call) -> Value:
    """`module.register_forward_hook(hook)`: what a hook returns takes the place of what passes by."""
    hook = request.get(0, "hook")
    function = hook.method if isinstance(hook, Bound) else hook
    home, _ = module.model_home()
    if isinstance(function, Function) and function.gives_something and home.origin is not None:
        home.origin.rewire(f"the hook `{function.name}` may change what passes through it")
    return Opaque("what a hook is good for is not followed")


def get_name(interpreter: Interpreter, module: Module, request: Call) -> Value:
    """`module._get_name()`: the name of its class."""
    match type_of(module):
        case Class(name=name) | Symbol(name=name):
            return Known(name.rpartition(".")[2])
    return Opaque("its class is only known when the script runs")
