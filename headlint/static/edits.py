"""Writes to modules and parameters: the surgery itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from headlint.history import Absent, Known, Layer, Unknown
from headlint.static.configurations import Configuration, write_entry
from headlint.static.heap import Module, Parameter
from headlint.static.keeping import note_box, tell_shared
from headlint.static.layers import measure, unknown_module
from headlint.static.scripting import Scripted, refuse
from headlint.static.states import States
from headlint.static.values import (
    Bound,
    Class,
    Function,
    Generator,
    Instance,
    Items,
    Opaque,
    Table,
    Value,
    fact,
    truth,
    why_unknown,
)
from headlint.zoo import attributes

if TYPE_CHECKING:
    from collections.abc import Sequence

    import libcst as cst

    from headlint.history import Truth
    from headlint.static.interpreter import Interpreter

_NAMES_OF_DATA = frozenset(
    "cat_to_name class_names class_to_idx class_to_index classes epoch epochs idx_to_class label_map labels".split()
)
"""What scripts keep beside a model, and what no layer is called."""
_OWN_OF_TENSORS = frozenset({"grad", "requires_grad", "_grad", "names"})


def write(interpreter: Interpreter, owner: Value, name: str, value: Value, target: cst.BaseExpression) -> None:
    """`owner.name = value`."""
    match owner:
        case Module():
            _write_module(interpreter, owner, name, value, interpreter.text(target))
        case Parameter():
            _write_parameter(interpreter, owner, name, value, target)
        case Configuration():
            write_entry(interpreter, owner, name, value)
        case Instance() | Opaque():
            if isinstance(owner, Opaque):
                become_part(interpreter, owner, value)
            owner.attributes[name] = value
        case Class():
            owner.scope.names[name] = value


def become_part(interpreter: Interpreter, owner: Opaque, value: Value) -> None:
    """A value is put into something that is not known: a module is no whole from there on."""
    if isinstance(value, Module):
        interpreter.opaque(owner.why)
        interpreter.journal.parts.add(value.number)


def _write_module(interpreter: Interpreter, owner: Module, name: str, value: Value, target: str) -> None:
    described = owner.cls.find(name) if owner.cls else None
    if isinstance(described, Function) and described.setter is not None:
        interpreter.call_function(described.setter, [value], {}, owner)
    elif isinstance(owner, Scripted) and (isinstance(value, Module) or name in owner.children):
        refuse(interpreter, owner, target)
    elif isinstance(value, Module):
        install(interpreter, owner, name, value, target)
    elif isinstance(value, Parameter):
        if owner.library and name in owner.parameters:
            value.fresh = Unknown("what values it is made of is not known")
        owner.own(name, value)
        _wrote(interpreter, owner, name, Opaque("it is a parameter"), target)
    elif name in owner.children:
        if value == Known(None):
            delete(interpreter, owner, name)
        else:
            why = why_unknown(value) or "headlint doesn't know what is put there"
            install(interpreter, owner, name, unknown_module(why), target)
    else:
        _write_attribute(interpreter, owner, name, value, target)


def _write_attribute(interpreter: Interpreter, owner: Module, name: str, value: Value, target: str) -> None:
    """Something that is neither a module nor a parameter is put on a module."""
    if interpreter.is_self(owner):
        note_box(interpreter, owner, name, value)
    elif isinstance(value, Opaque) and value.made and owner.library and name not in _NAMES_OF_DATA:
        install(interpreter, owner, name, unknown_module(value.why), target)
        return
    elif isinstance(value, (Bound, Function)) and owner.library and _is_of_forward(owner, name):
        home = owner.model_home()[0]
        if home.origin is not None:
            home.origin.rewire(f"`{target}` on line {interpreter.place.line} changes what its forward pass does")
    else:
        _wrote(interpreter, owner, name, value, target)
    owner.attributes[name] = value


def _is_of_forward(owner: Module, name: str) -> bool:
    """Whether an attribute may be a method that the forward pass of a library's module is, or calls."""
    known = attributes.of(owner.model_home()[0].library_name, owner.kind)
    return name.lstrip("_").startswith("forward") or known is None or name in known


def _wrote(interpreter: Interpreter, owner: Module, name: str, value: Value, target: str) -> None:
    if interpreter.uncertain:
        return
    held = {"in_features": owner.takes, "in_channels": owner.takes, "num_features": owner.takes}
    held |= {"out_features": owner.gives, "out_channels": owner.gives}
    before = owner.attributes.get(name)
    was = fact(before) if before is not None else held.get(name, Absent())
    known = Unknown("it has no width of its own") if not isinstance(was, (Known, Absent, Unknown)) else was
    owner_text = target.removesuffix(f".{name}")
    interpreter.journal.wrote(owner, owner_text, name, (known, fact(value)), interpreter.whole())


def _write_parameter(
    interpreter: Interpreter, parameter: Parameter, name: str, value: Value, target: cst.BaseExpression
) -> None:
    if name == "requires_grad":
        set_gradient(interpreter, [parameter], truth(value), interpreter.text(target).removesuffix(".requires_grad"))
        return
    if name == "data":
        parameter.fresh = False
    else:
        parameter.attributes[name] = value
    if name not in _OWN_OF_TENSORS and not interpreter.uncertain:
        text = interpreter.text(target).removesuffix(f".{name}")
        interpreter.journal.wrote(parameter, text, name, (Absent(), fact(value)), interpreter.whole())


def _old(owner: Module, name: str) -> Layer | Absent | Unknown:
    if name in owner.children:
        return owner.children[name].layer()
    blurred = "" if owner.origin and owner.origin.row else owner.blur
    return Unknown(blurred) if blurred else Absent()


def install(interpreter: Interpreter, owner: Module, name: str, new: Module, target: str) -> None:
    """Put a module at a place in another one."""
    old = _old(owner, name)
    if interpreter.uncertain:
        interpreter.journal.parts.add(new.number)
        new = unknown_module(f"it depends on a condition: {interpreter.uncertain}")
    owner.put(name, new)
    if interpreter.uncertain:
        home, path = owner.model_home()
        if home.origin is not None:
            home.origin.edits[f"{path}.{name}" if path else name] = new
    else:
        before = new.installation
        interpreter.journal.replaced(owner, name, old, new, interpreter.place, target)
        tell_shared(interpreter, before, new)
    if owner.origin is None or owner.origin.row is None:
        measure(owner)


def delete(interpreter: Interpreter, owner: Value, key: object) -> None:
    """`del owner.key`, or `owner.key = None`, or `del owner[key]`."""
    from headlint.static.attributes import child_name
    from headlint.static.lists import NOT_KNOWN, delete_items, is_list

    match owner:
        case Module() if is_list(owner) and not isinstance(key, str):
            delete_items(owner, key)
        case Module():
            name = key if isinstance(key, str) and key in owner.children else child_name(owner, key)
            if name is not None:
                home, path = owner.model_home()
                owner.remove(name)
                if home.origin is not None:
                    home.origin.edits[f"{path}.{name}" if path else name] = None
            elif not isinstance(key, str):
                owner.blur = owner.blur or NOT_KNOWN
        case States():
            owner.changed = True
        case Instance() | Opaque() if isinstance(key, str):
            owner.attributes.pop(key, None)
        case Table():
            owner.entries.pop(key, None)
        case Items():
            owner.why = owner.why or "an item is deleted"


def parameters_in(value: Value) -> tuple[list[Parameter], str]:
    """The parameters in a value (a parameter, a list, `named_parameters()` pairs), and why there may be more.

    An iterator is read to its end by that.
    """
    match value:
        case Parameter():
            return [value], ""
        case Generator():
            return parameters_in(value.use_up())
        case Items():
            found, why = [], value.why
            for item in value.items:
                inner, more = parameters_in(item)
                found += inner
                why = why or more
            return found, why
        case Known():
            return [], ""
    return [], why_unknown(value) or "headlint doesn't know which parameters these are"


def set_gradient(interpreter: Interpreter, parameters: Sequence[Parameter], to: Truth, text: str) -> None:
    """`requires_grad` is set on parameters."""
    if interpreter.uncertain:
        to = Unknown(f"it depends on a condition: {interpreter.uncertain}")
    place = interpreter.place
    told: dict[int, tuple[Module, list[str]]] = {}
    for parameter in parameters:
        parameter.trainable = to
        parameter.set_at = place
        for became in interpreter.choosing:
            became[id(parameter)] = to
        holder = parameter.holder
        if holder is None:
            continue
        home, path = holder[0].model_home()
        if home.origin is None:
            interpreter.journal.model_of(home, place)
        told.setdefault(home.number, (home, []))[1].append(f"{path}.{holder[1]}" if path else holder[1])
    spoken = interpreter.loops[-1] if interpreter.loops else text
    for home, paths in told.values():
        interpreter.journal.gradient(home, paths, to, place, spoken)
