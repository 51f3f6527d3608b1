"""Attributes that a library's module surely doesn't have: what reading one comes to."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from headlint.static.endings import WayEnds
from headlint.static.tables import CONTAINERS, WRAPPERS
from headlint.static.values import Opaque, Value
from headlint.zoo import attributes

if TYPE_CHECKING:
    from headlint.static.heap import Module
    from headlint.static.interpreter import Interpreter

_ITEMS = "__getitem__"
_SETTERS = r"(?:setattr|add_module|register_\w+)"
_COUNTED = re.compile(r"\b(?:children|modules)\(\)")
_SOME_NAME = re.compile(rf"{_SETTERS}\((?!.*['\"])|__dict__|__getattr__")


def known(module: Module) -> frozenset[str] | None:
    """The attributes of a library's module besides its children and parameters, None if they are not known."""
    is_told = module.library and not module.blur and not module.has_more
    return attributes.of(library_of(module), module.kind) if is_told else None


def library_of(module: Module) -> str:
    """The library that published the model which a module is part of, '' if it is part of none."""
    return module.model_home()[0].library_name


def lacks(interpreter: Interpreter, module: Module, name: str) -> bool:
    """Whether reading an attribute raises on every version of the library that scripts may be written for."""
    found = known(module)
    if found is None or name in found or name.startswith("__") or _may_be_set(interpreter, module, name):
        return False
    if _is_plain(module) or library_of(module) == "torchvision":
        return True
    return not _inside(module) and name in attributes.heads()


def _is_plain(module: Module) -> bool:
    """Whether a module is of a kind of `torch.nn`'s, all of which were surveyed."""
    return attributes.own("", module.kind) is not None


def _inside(module: Module) -> bool:
    return bool(module.model_home()[1])


def _may_be_set(interpreter: Interpreter, module: Module, name: str) -> bool:
    """Whether code that isn't followed may have given the module the attribute."""
    home, _ = module.model_home()
    if home.origin is not None and home.origin.escaped:
        return True
    text, plain = interpreter.sources, re.escape(name)
    if re.search(rf"\b[A-Z]\w*\.{plain}\s*=(?!=)", text) or re.search(rf"{_SETTERS}\([^)]*['\"]{plain}['\"]", text):
        return True
    is_of_a_head = name in attributes.heads() and (bool(library_of(module)) or module.kind in WRAPPERS)
    return not is_of_a_head and bool(re.search(rf"\.{plain}\s*=(?!=)", text) or _SOME_NAME.search(text))


def read(interpreter: Interpreter, module: Module, name: str, target: str) -> Value:
    """What reading an attribute that a module lacks comes to: the way ends there, unless somebody is ready for it."""
    why = f"{module.kind} has no {'item' if name.startswith('[') else 'attribute'} `{name}`"
    if interpreter.guarded:
        return Opaque(why)
    interpreter.opaque(why)
    if target and not interpreter.tried and not interpreter.uncertain and _is_open(interpreter, module):
        _tell(interpreter, module, name, target)
    raise WayEnds


def _is_open(interpreter: Interpreter, module: Module) -> bool:
    """Whether no condition that may have to do with the model stands between its birth and this place."""
    home, _ = module.model_home()
    born = home.origin.guards if home.origin is not None else ()
    certain = not interpreter.tangled and not interpreter.has_guessed
    return certain and not _is_found_by_position(interpreter, module) and all(one in born for one in interpreter.guards)


def _is_found_by_position(interpreter: Interpreter, module: Module) -> bool:
    """Whether a statement counts timm's modules, whose order its versions don't share: activations came and went."""
    return library_of(module) == "timm" and _COUNTED.search(interpreter.whole().text) is not None


def _tell(interpreter: Interpreter, module: Module, name: str, target: str) -> None:
    names = [*module.children, *sorted(attributes.own(library_of(module), module.kind) or ())]
    interpreter.journal.lacked(module, name, names, interpreter.whole(), target)


def lacks_items(module: Module) -> bool:
    """Whether `module[key]` raises for every key."""
    found = known(module)
    home, _ = module.model_home()
    is_open = home.origin is None or not home.origin.escaped
    return found is not None and _ITEMS not in found and is_open and _is_plain(module)


def lacks_item(module: Module, key: object) -> bool:
    """Whether `module[key]` raises for this key, which names no child of it; how loops fill a list is not certain."""
    home, _ = module.model_home()
    is_open = home.origin is not None and home.origin.row is not None and not home.origin.escaped
    return is_open and module.library and module.kind == "Sequential" and not module.blur and isinstance(key, int)


def is_layer(module: Module) -> bool:
    """Whether a module is one of `torch.nn`'s own layers, of which is known what they don't have; lists are none."""
    return module.library and not module.blur and module.kind not in CONTAINERS and _is_plain(module)
