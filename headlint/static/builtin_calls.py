"""Python's own functions and a few of the libraries', by full name."""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst

from headlint.history import Known
from headlint.static import (
    averages,
    builtin_data,
    builtin_numbers,
    datasets,
    devices,
    layouts,
    library_heads,
    losses,
    models,
    optimizing,
    reflection,
    scripting,
    states,
    targets,
    tensor_calls,
    transforms,
)
from headlint.static.attributes import attribute
from headlint.static.commandline import CommandLine
from headlint.static.edits import delete, write
from headlint.static.heap import Module, Parameter
from headlint.static.kinds import is_kind, type_of
from headlint.static.lacking import known
from headlint.static.values import (
    NONE,
    Class,
    Items,
    Opaque,
    Partial,
    Super,
    Symbol,
    Table,
    Value,
    truth,
    why_unknown,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from headlint.static.calls import Call
    from headlint.static.interpreter import Interpreter


def _super(interpreter: Interpreter, request: Call) -> Value:
    function = next((frame for frame in reversed(interpreter.stack) if frame.cls is not None), None)
    if function is None or function.cls is None:
        return Opaque("`super()` stands outside a class")
    owner = interpreter.owners[-1]
    return Super(function.cls, owner) if owner is not None else Opaque("`super()` stands outside a method")


def _getattr(interpreter: Interpreter, request: Call) -> Value:
    from headlint.static.calls import argument_node
    from headlint.static.naming import settle_name

    owner, node = request.get(0, ""), argument_node(request, 1, "")
    library = owner.name.partition(".")[0] if isinstance(owner, Symbol) else ""
    name = settle_name(interpreter, request.get(1, "") or NONE, node.value if node else None, library)
    if owner is None or not isinstance(name, Known) or not isinstance(name.value, str):
        return interpreter.opaque(why_unknown(name or NONE) or "which attribute is read is not known")
    value: Value = owner
    for part in name.value.split(".") if isinstance(owner, Module) and name.value else [name.value]:
        otherwise = request.get(2, "")
        if otherwise is not None and isinstance(value, Module) and _has(value, part) == Known(False):
            return otherwise
        value = attribute(interpreter, value, part)
    return value


def _setattr(interpreter: Interpreter, request: Call) -> Value:
    owner, name, value = (request.get(index, "") for index in range(3))
    if owner is None or value is None or request.node is None or len(request.node.args) < 3:
        return NONE
    if isinstance(name, Known) and isinstance(name.value, str) and name.value.isidentifier():
        target = cst.Attribute(request.node.args[0].value, cst.Name(name.value))
        write(interpreter, owner, name.value, value, target)
    elif isinstance(owner, Module) and isinstance(name, Known) and str(name.value).isdecimal():
        item = cst.SubscriptElement(cst.Index(cst.Integer(str(name.value))))
        write(interpreter, owner, str(name.value), value, cst.Subscript(request.node.args[0].value, [item]))
    elif isinstance(owner, Module):
        owner.blur = owner.blur or "`setattr` writes an attribute whose name is not known"
    return NONE


def _delattr(interpreter: Interpreter, request: Call) -> Value:
    owner, name = request.get(0, ""), request.get(1, "")
    if owner is not None and isinstance(name, Known):
        delete(interpreter, owner, name.value)
    return NONE


def _hasattr(interpreter: Interpreter, request: Call) -> Value:
    owner, name = request.get(0, ""), request.get(1, "")
    if isinstance(owner, Module) and isinstance(name, Known) and isinstance(name.value, str):
        return _has(owner, name.value)
    return Opaque(f"whether it has the attribute is not known{_because(owner)}")


def _has(module: Module, name: str) -> Value:
    """Whether a module has an attribute."""
    if name in module.children or name in module.parameters or name in module.attributes:
        return Known(True)
    if module.cls is not None and module.cls.find(name) is not None:
        return Known(True)
    found = known(module)
    if found is None:
        return Opaque(f"whether it has the attribute is not known{_because(module)}")
    return Known(name in found)


def _because(value: Value | None) -> str:
    why = why_unknown(value) if value is not None else ""
    return f": {why}" if why else ""


def _isinstance(interpreter: Interpreter, request: Call) -> Value:
    value, kinds = request.get(0, ""), request.get(1, "")
    if value is None or kinds is None:
        return Opaque("`isinstance` is called oddly")
    answers = [_is_a(value, kind) for kind in (kinds.items if isinstance(kinds, Items) else [kinds])]
    if True in answers:
        return Known(True)
    return Opaque(f"what kind of object this is is not known{_because(value)}") if None in answers else Known(False)


def _is_a(value: Value, kind: Value) -> bool | None:
    if isinstance(value, Module) and isinstance(kind, Symbol):
        last = kind.name.rpartition(".")[2]
        return last == "Module" or is_kind(value, last)
    if isinstance(value, Module) and isinstance(kind, Class):
        return value.cls is kind or None if value.cls else False
    if isinstance(value, Known) and isinstance(kind, Symbol):
        types = {"builtins.int": int, "builtins.str": str, "builtins.float": float, "builtins.bool": bool}
        return isinstance(value.value, types[kind.name]) if kind.name in types else None
    if isinstance(value, (Items, Table)) and isinstance(kind, Symbol):
        sort = "dict" if isinstance(value, Table) else "tuple" if value.fixed else "list"
        return kind.name == f"builtins.{sort}"
    return None


def _partial(interpreter: Interpreter, request: Call) -> Value:
    if not request.positional:
        return Opaque("`partial` is called oddly")
    return Partial(request.positional[0], request.positional[1:], request.named)


def _type(_: Interpreter, request: Call) -> Value:
    return type_of(request.get(0, "") or NONE)


def _id(interpreter: Interpreter, request: Call) -> Value:
    """The identity of a parameter or a module, which lists of them are asked for: a plain number, of this run alone."""
    value = request.get(0, "")
    if not isinstance(value, (Parameter, Module)):
        return Opaque("the identity of a value is not known")
    interpreter.keep([value])
    return Known(id(value))


def _leaves(interpreter: Interpreter, request: Call) -> Value:
    from headlint.static.endings import WayEnds

    raise WayEnds


def _command_line(interpreter: Interpreter, request: Call) -> Value:
    return CommandLine()


def _parameter(interpreter: Interpreter, request: Call) -> Value:
    parameter = Parameter(fresh=True)
    wanted = request.get(1, "requires_grad")
    if wanted is not None:
        parameter.trainable = truth(wanted)
    return parameter


HANDLERS: dict[str, Callable[[Interpreter, Call], Value]] = {
    "builtins.super": _super,
    "builtins.getattr": _getattr,
    "builtins.setattr": _setattr,
    "builtins.delattr": _delattr,
    "builtins.hasattr": _hasattr,
    "builtins.isinstance": _isinstance,
    "builtins.id": _id,
    "builtins.type": _type,
    "functools.partial": _partial,
    "sys.exit": _leaves,
    "builtins.exit": _leaves,
    "builtins.quit": _leaves,
    "argparse.ArgumentParser": _command_line,
    "torch.nn.Parameter": _parameter,
    "torch.nn.parameter.Parameter": _parameter,
    **builtin_data.HANDLERS,
    **builtin_numbers.HANDLERS,
    **models.HANDLERS,
    **optimizing.HANDLERS,
    **datasets.HANDLERS,
    **losses.HANDLERS,
    **targets.HANDLERS,
    **tensor_calls.HANDLERS,
    **library_heads.HANDLERS,
    **averages.HANDLERS,
    **layouts.HANDLERS,
    **devices.HANDLERS,
    **scripting.HANDLERS,
    **reflection.HANDLERS,
    **states.HANDLERS,
    **transforms.HANDLERS,
}
