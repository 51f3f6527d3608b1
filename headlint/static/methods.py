"""Methods of modules, parameters, optimizers, containers and text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from headlint.history import Known
from headlint.static import (
    classifiers,
    commandline,
    containers,
    devices,
    forward,
    frameworks,
    hooks,
    lists,
    losses,
    outputs,
    states,
    targets,
    training,
)
from headlint.static.attributes import subscript
from headlint.static.averages import Average
from headlint.static.commandline import CommandLine
from headlint.static.edits import install, set_gradient
from headlint.static.escapes import hand_over
from headlint.static.feature_maps import FeatureInfo
from headlint.static.heap import Module, Parameter
from headlint.static.images import Images
from headlint.static.modes import set_mode
from headlint.static.states import States
from headlint.static.values import (
    NONE,
    Class,
    Generator,
    Items,
    Opaque,
    Optimizer,
    Pattern,
    Table,
    Tensor,
    Value,
    truth,
)
from headlint.zoo.hub import LIBRARY

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from headlint.static.calls import Call
    from headlint.static.interpreter import Interpreter


def call_method(interpreter: Interpreter, owner: Value, name: str, request: Call) -> Value:
    """A call of a library's method on a value."""
    match owner:
        case Module():
            handler = _MODULE.get(name)
            return handler(interpreter, owner, request) if handler else _other(interpreter, owner, name, request)
        case Parameter():
            return training.of_parameter(interpreter, owner, name, request)
        case Optimizer():
            return training.of_optimizer(interpreter, owner, name, request)
        case Tensor():
            from headlint.static.tensors import method

            return method(interpreter, owner, name, request)
        case outputs.Output():
            return outputs.method(interpreter, owner, name, request)
        case targets.Labels():
            return targets.method(interpreter, owner, name, request)
        case CommandLine():
            return commandline.method(owner, name, request)
        case Table() if name == "get" and request.positional and isinstance(request.positional[0], Opaque):
            return subscript(interpreter, owner, request.positional[0])
        case Items() | Table() | Known() | Generator() | Pattern():
            return containers.method(owner, name, request.positional, request.named)
        case Class():
            return interpreter.opaque(f"headlint doesn't follow `{owner.name}.{name}`")
        case States() | Average() | FeatureInfo() | Images():
            return owner.call(interpreter, name, request)
    return hand_over(interpreter, request, request.text)


def _other(interpreter: Interpreter, module: Module, name: str, request: Call) -> Value:
    if name == "_modules":
        return Opaque("headlint doesn't follow calls on `_modules`")
    return hand_over(interpreter, request, f"{module.kind}.{name}")


# ---- modules


def _parameters(interpreter: Interpreter, module: Module, request: Call) -> Value:
    found = [parameter for _, parameter in module.named_parameters()]
    return Generator(Items(found, why=_why_more(module, found), text=request.text))


def _why_more(module: Module, found: Sequence[object]) -> str:
    """Why a module may have other parameters than those: it holds something unknown, or none that headlint knows."""
    return module.why_blurred or ("" if found else f"headlint knows no parameter of this {module.kind}")


def _named_parameters(interpreter: Interpreter, module: Module, request: Call) -> Value:
    pairs = [Items([Known(path), parameter], fixed=True) for path, parameter in module.named_parameters()]
    return Generator(Items(pairs, why=_why_more(module, pairs), text=request.text))


def _children(interpreter: Interpreter, module: Module, request: Call) -> Value:
    return Generator(Items(_each_once(module), why=_why_others(module), text=request.text))


def _each_once(module: Module) -> list[Module]:
    return list({child.number: child for child in module.children.values()}.values())


def _named_children(interpreter: Interpreter, module: Module, request: Call) -> Value:
    pairs = [Items([Known(name), child], fixed=True) for name, child in module.children.items()]
    return Generator(Items(pairs, why=_why_others(module), text=request.text))


def _why_others(module: Module) -> str:
    """Why a module may have other children than those, or in another order."""
    if module.blur or module.library_name != LIBRARY:
        return module.blur
    assert module.origin is not None
    return f"headlint knows the parameters of {module.origin.model.name}, and not how its children are ordered"


def _modules(interpreter: Interpreter, module: Module, request: Call) -> Value:
    found = [inner for _, inner in module.walk()]
    return Generator(Items(found, why=module.why_blurred or _why_others(module), text=request.text))


def _named_modules(interpreter: Interpreter, module: Module, request: Call) -> Value:
    pairs = [Items([Known(path), inner], fixed=True) for path, inner in module.walk()]
    return Generator(Items(pairs, why=module.why_blurred, text=request.text))


def _items(interpreter: Interpreter, module: Module, request: Call) -> Value:
    return _named_children(interpreter, module, request)


def _requires_grad(interpreter: Interpreter, module: Module, request: Call) -> Value:
    wanted = request.get(0, "requires_grad")
    parameters = [parameter for _, parameter in module.named_parameters()]
    to = truth(wanted) if wanted is not None else True
    set_gradient(interpreter, parameters, to, request.text.removesuffix(".requires_grad_"))
    return module


def _eval(interpreter: Interpreter, module: Module, request: Call) -> Value:
    if module.origin is not None:
        module.origin.stages.add("eval")
    set_mode(interpreter, module, False)
    return module


def _train(interpreter: Interpreter, module: Module, request: Call) -> Value:
    if module.origin is not None:
        module.origin.stages.add("train")
    mode = request.get(0, "mode")
    set_mode(interpreter, module, truth(mode) if mode is not None else True)
    return module


def _add_module(interpreter: Interpreter, module: Module, request: Call) -> Value:
    name, child = request.get(0, "name"), request.get(1, "module")
    if not isinstance(name, Known) or not isinstance(name.value, str):
        module.blur = module.blur or "a module is added under a name that is not known"
        return NONE
    if child == NONE:
        return NONE
    target = request.text.rpartition(".")[0]
    install(interpreter, module, name.value, lists.as_module(child), f"{target}.{name.value}")
    return NONE


def _apply(interpreter: Interpreter, module: Module, request: Call) -> Value:
    from headlint.static.calls import Call, call

    function = request.get(0, "fn")
    if function is None:
        return module
    for _, inner in list(module.walk()):
        call(interpreter, Call(function, [inner], {}, None, lambda: "a function"))
    return module


def _get_submodule(interpreter: Interpreter, module: Module, request: Call) -> Value:
    path = request.get(0, "target")
    if isinstance(path, Known) and isinstance(path.value, str):
        found = module.at(path.value)
        return found if found is not None else interpreter.opaque(f"{module.kind} has no module `{path.value}`")
    return interpreter.opaque("which module is looked up is not known")


def _compile(interpreter: Interpreter, module: Module, request: Call) -> Value:
    interpreter.journal.compiled(module, interpreter.place)
    return NONE


def _nothing(interpreter: Interpreter, module: Module, request: Call) -> Value:
    return NONE


_MODULE: dict[str, Callable[[Interpreter, Module, Call], Value]] = {
    "parameters": _parameters,
    "named_parameters": _named_parameters,
    "children": _children,
    "values": _children,
    "named_children": _named_children,
    "items": _items,
    "modules": _modules,
    "named_modules": _named_modules,
    "requires_grad_": _requires_grad,
    "eval": _eval,
    "train": _train,
    "add_module": _add_module,
    "register_module": _add_module,
    **lists.METHODS,
    "load_state_dict": states.load,
    "apply": _apply,
    "_get_name": hooks.get_name,
    "get_submodule": _get_submodule,
    "register_forward_hook": hooks.register,
    "register_forward_pre_hook": hooks.register,
    "forward": losses.called,
    "forward_features": forward.through_trunk,
    "__call__": losses.called,
    "get_classifier": classifiers.get,
    "compile": _compile,
    "reset_classifier": classifiers.reset,
    "state_dict": states.of_module,
    "zero_grad": _nothing,
    "save_hyperparameters": frameworks.save_hyperparameters,
    "freeze": frameworks.freeze,
    "unfreeze": frameworks.unfreeze,
    **dict.fromkeys(
        ("to", "cuda", "cpu", "half", "float", "double", "bfloat16", "xpu", "type", "share_memory"), devices.move
    ),
    **dict.fromkeys(
        (
            "register_full_backward_hook",
            "register_buffer",
            "log",
            "log_dict",
            "print",
            "extra_repr",
        ),
        _nothing,
    ),
}
