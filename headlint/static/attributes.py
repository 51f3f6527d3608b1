"""Reading attributes and items, and writing them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from headlint.history import Known
from headlint.static.commandline import CommandLine
from headlint.static.feature_maps import feature_info
from headlint.static.heap import Module, Parameter, opaque_of
from headlint.static.kinds import type_of
from headlint.static.lacking import is_layer, known, lacks, lacks_item, lacks_items, read
from headlint.static.naming import settle_name
from headlint.static.numbers import WIDTHS, parameter_shape, told_number, width_value
from headlint.static.unheard import look_up
from headlint.static.values import (
    NONE,
    Bound,
    Class,
    File,
    Function,
    Generator,
    Instance,
    Items,
    Opaque,
    Optimizer,
    Partial,
    Pattern,
    Super,
    Symbol,
    Table,
    Tensor,
    Value,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    import libcst as cst

    from headlint.static.interpreter import Interpreter

_MODULE_METHODS = frozenset(
    """parameters named_parameters children named_children modules named_modules requires_grad_ train eval
    to cuda cpu half float double bfloat16 xpu add_module register_module register_parameter append
    extend insert load_state_dict state_dict apply zero_grad forward get_submodule get_parameter
    reset_classifier get_classifier buffers named_buffers type register_forward_hook
    register_forward_pre_hook register_full_backward_hook register_buffer share_memory to_empty items
    keys values pop freeze unfreeze log log_dict save_hyperparameters set_input_size extra_repr compile
    update load_from_checkpoint print manual_backward optimizers __call__ __delitem__ _get_name""".split()
)


def attribute(interpreter: Interpreter, owner: Value, name: str, spell: Callable[[], str] | None = None) -> Value:
    """The value of `owner.name`; `spell` gives the text of the owner."""
    match owner:
        case Symbol():
            return _of_symbol(interpreter, owner, name)
        case Opaque() | Tensor():
            return _of_returned(interpreter, owner, name)
        case Module():
            return _of_module(interpreter, owner, name, spell)
        case Parameter():
            return _of_parameter(owner, name)
        case Instance():
            return _of_instance(interpreter, owner, name)
        case Class():
            return _of_class(interpreter, owner, name)
        case Super():
            return _of_super(owner, name)
        case File():
            from headlint.static.imports import member

            found = member(interpreter, owner, name)
            return found if found is not None else interpreter.opaque(f"the imported file defines no `{name}`")
        case Function() if name == "__name__":
            return Known(owner.name)
        case Items() | Table() | Optimizer() | Known() | Generator() | Partial() | Pattern() | CommandLine():
            return Bound(owner, name)
    return interpreter.opaque(f"headlint doesn't know what `.{name}` is here")


def _of_returned(interpreter: Interpreter, owner: Opaque | Tensor, name: str) -> Value:
    from headlint.static.returned import check

    check(interpreter, owner, name)
    return _of_tensor(owner, name) if isinstance(owner, Tensor) else owner.attribute(name)


def _of_symbol(interpreter: Interpreter, owner: Symbol, name: str) -> Value:
    if owner.name.startswith("torchvision.models"):
        look_up(interpreter, owner, name)
    last = owner.name.rpartition(".")[2]
    return Known(last) if name == "__name__" and last[:1].isupper() else Symbol(f"{owner.name}.{name}")


def _of_tensor(tensor: Tensor, name: str) -> Value:
    """A tensor's shape or method; where a model returns several tensors by name, the logits stand for all of them."""
    if name == "logits":
        return tensor
    if name != "shape":
        return Bound(tensor, name)
    dims = [Known(dim) if isinstance(dim, int) else Opaque(f"the {dim} is not known") for dim in tensor.shape.dims]
    return Items(dims, fixed=True)


def _of_module(interpreter: Interpreter, module: Module, name: str, spell: Callable[[], str] | None) -> Value:
    if name == "training" and interpreter.is_fed:
        return Known(True)
    if name in module.attributes:
        return module.attributes[name]
    if name in module.children:
        return module.children[name]
    if name in module.parameters:
        return module.parameters[name]
    found = _from_class(interpreter, module, name)
    if found is not None:
        return found
    if name in WIDTHS and module.library and not module.origin and name in (known(module) or WIDTHS):
        found_width = width_value(getattr(module, WIDTHS[name]), module)
        return told_number(module, name) or found_width if isinstance(found_width, Opaque) else found_width
    if name in _MODULE_METHODS or (name == "forward_features" and module.library_name == "timm"):
        return Bound(module, name)
    if name == "_orig_mod":  # what `torch.compile` gives holds the model by this name, and is taken for the model here
        return module
    if name == "__class__":
        return type_of(module)
    if name in {"bias", "weight"} and is_layer(module):
        return NONE
    if lacks(interpreter, module, name):
        return read(interpreter, module, name, spell() if spell is not None else "")
    return _of_zoo_model(interpreter, module, name)


def _of_zoo_model(interpreter: Interpreter, module: Module, name: str) -> Value:
    told = feature_info(module) if name == "feature_info" else told_number(module, name)
    if told is not None:
        return told
    if name == "_modules":
        return Bound(module, "_modules")
    if module.why_blurred and not (module.origin and module.origin.row):
        value = module.attributes[name] = Opaque(module.why_blurred)
        return value
    value = module.attributes[name] = interpreter.opaque(
        f"headlint doesn't know the attribute `{name}` of {module.kind}"
    )
    return value


def _from_class(interpreter: Interpreter, module: Module, name: str) -> Value | None:
    found = module.cls.find(name) if module.cls else None
    if isinstance(found, Function):
        return _method(interpreter, found, module)
    return found


def _method(interpreter: Interpreter, function: Function, owner: Value) -> Value:
    if "property" in function.decorators:
        return interpreter.call_function(function, [], {}, owner)
    if "staticmethod" in function.decorators:
        return function
    return Bound(owner, function)


def _of_parameter(parameter: Parameter, name: str) -> Value:
    if name == "requires_grad":
        return opaque_of(parameter.trainable)
    if name in parameter.attributes:
        return parameter.attributes[name]
    if name == "data":
        return parameter
    if name == "shape":
        return parameter_shape(parameter)
    return Bound(parameter, name)


def _of_instance(interpreter: Interpreter, instance: Instance, name: str) -> Value:
    if name in instance.attributes:
        return instance.attributes[name]
    found = instance.cls.find(name)
    if isinstance(found, Function):
        return _method(interpreter, found, instance)
    if found is not None:
        return found
    value = instance.attributes[name] = interpreter.opaque(
        f"headlint doesn't know the attribute `{name}` of {instance.cls.name}"
    )
    return value


def _of_class(interpreter: Interpreter, cls: Class, name: str) -> Value:
    found = cls.find(name)
    if isinstance(found, Function) and "classmethod" in found.decorators:
        return Bound(cls, found)
    if found is not None:
        return found
    if name == "__name__":
        return Known(cls.name)
    bases = cls.library_bases()
    return (
        Bound(cls, name) if bases else interpreter.opaque(f"headlint doesn't know the attribute `{name}` of {cls.name}")
    )


def _of_super(value: Super, name: str) -> Value:
    for base in value.cls.bases:
        found = base.find(name) if isinstance(base, Class) else None
        if isinstance(found, Function):
            return Bound(value.owner, found)
        if found is not None:
            return found
    if name == "__init__" or not isinstance(value.owner, Module):
        return Bound(value, name)
    return Bound(value.owner, name)


_MOST_ENTRIES = 32


def _one_of(interpreter: Interpreter, table: Table, index: Opaque) -> Value:
    """An entry of a dictionary under an unknown key: each in turn, if it is one of models or of what builds them."""
    builds = (Function, Class, Symbol, Module, Partial)
    keys = [
        key
        for key, value in table.entries.items()
        if isinstance(value, builds)
        or (isinstance(value, Items) and any(isinstance(item, builds) for item in value.items))
        or (isinstance(value, Table) and any(isinstance(item, builds) for item in value.entries.values()))
    ]
    options = [Known(key) for key in keys if isinstance(key, (str, int, float)) or key is None]
    if not keys or len(keys) > _MOST_ENTRIES or table.why or len(options) < len(keys):
        return Opaque(index.why)
    from headlint.static.questions import choose_option

    return table.entries[choose_option(interpreter, index, options).value]


def subscript(
    interpreter: Interpreter,
    owner: Value,
    index: Value,
    node: cst.BaseExpression | None = None,
    spell: Callable[[], str] | None = None,
) -> Value:
    """The value of `owner[index]`; `node` is how the index is written, `spell` gives the text of the owner."""
    library = owner.name.partition(".")[0] if isinstance(owner, Symbol) else ""
    index = settle_name(interpreter, index, node, library) if library else interpreter.settle(index)
    match owner, index:
        case Opaque(), Known(key):
            return owner.item(key)
        case Items(), Known(int() as position):
            return _item(owner, position)
        case Table(), Known(key):
            if key in owner.entries:
                return owner.entries[key]
            return Opaque(owner.why or f"the dictionary has no {key!r}")
        case Module(), Known(key):
            return _child(interpreter, owner, key, spell() if spell is not None else "")
        case Bound(owner=Module() as module, method="_modules"), Known(str() as name):
            return module.children.get(name) or Opaque(f"{module.kind} has no module `{name}`")
        case Symbol(name=dotted), Known(str() as name) if dotted.endswith(".__dict__"):
            return Symbol(f"{dotted.removesuffix('.__dict__')}.{name}")
        case Symbol(name="torchvision.models.vgg.cfgs" as dotted), Known(str() as name):
            return Symbol(f"{dotted}.{name}")
        case Table(), Opaque():
            return _one_of(interpreter, owner, index)
    why = getattr(index, "why", "") or getattr(owner, "why", "")
    held = f"what `{owner.name}` holds is only known when the script runs" if isinstance(owner, Symbol) else ""
    return Opaque(why or held or "headlint doesn't follow this index")


def _item(items: Items, position: int) -> Value:
    if items.why and position != 0:
        return Opaque(items.why)
    try:
        return items.items[position]
    except IndexError:
        return Opaque(items.why or "the index is out of range")


def child_name(module: Module, key: object) -> str | None:
    """The name of the child that `module[key]` means."""
    if isinstance(key, str):
        return key if key in module.children else None
    if not isinstance(key, int) or isinstance(key, bool):
        return None
    names = list(module.children)
    return names[key] if -len(names) <= key < len(names) else None


def _child(interpreter: Interpreter, module: Module, key: object, target: str) -> Value:
    name = child_name(module, key)
    if name is not None and not (module.blur and isinstance(key, int) and key < 0) and not lacks_items(module):
        return module.children[name]
    if lacks_items(module) or lacks_item(module, key):
        return read(interpreter, module, f"[{key!r}]", target)
    return interpreter.opaque(module.why_blurred or f"the {module.kind} has no item {key!r}")
