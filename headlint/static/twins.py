"""Copies of models: `copy.deepcopy(model)` is a model of its own, in the state that the original is in."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from headlint.history import Built
from headlint.static.heap import Module, Parameter
from headlint.static.origins import Installation, Origin

if TYPE_CHECKING:
    from headlint.static.interpreter import Interpreter
    from headlint.static.values import Value


def twin(interpreter: Interpreter, module: Module, callee: str) -> Module:
    """A copy of a module with all that is in it."""
    modules: dict[int, Module] = {}
    parameters: dict[int, Parameter] = {}
    made = _copied(module, modules, parameters)
    originals = {one.number: one for _, one in module.walk_known()}
    for number, original in originals.items():
        if original.origin is not None:
            _found(interpreter, original.origin, modules[number], callee)
    for number, original in originals.items():
        _settle(original, modules[number], modules)
    return made


def _copied(module: Module, modules: dict[int, Module], parameters: dict[int, Parameter]) -> Module:
    if module.number in modules:
        return modules[module.number]
    made = modules[module.number] = module.bare_copy()
    for name, parameter in module.known_parameters().items():
        made.own(name, parameters.setdefault(id(parameter), _parameter(parameter)))
    for name, child in module.known_children().items():
        made.put(name, _copied(child, modules, parameters))
    return made


def _parameter(original: Parameter) -> Parameter:
    made = Parameter(fresh=original.fresh)
    made.trainable, made.set_at, made.lot = original.trainable, original.set_at, original.lot
    return made


def _found(interpreter: Interpreter, known: Origin, made: Module, callee: str) -> None:
    """Make the copy of a model a model of the history."""
    journal = interpreter.journal
    model = replace(known.model, number=len(journal.models) + 1)
    made.origin = Origin(model, interpreter.place, known.row)
    made.origin.escaped, made.origin.rewired, made.origin.loaded = known.escaped, known.rewired, known.loaded
    journal.models.append(made)
    journal.events.append(Built(interpreter.place, model, callee))


def _settle(original: Module, made: Module, modules: dict[int, Module]) -> None:
    """What a copy remembers of edits and of attributes speaks of the copy's own modules."""
    made.attributes = {name: _own(value, modules) for name, value in original.attributes.items()}
    if original.origin is not None and made.origin is not None:
        made.origin.edits = {
            path: modules.get(edit.number, edit) if edit is not None else None
            for path, edit in original.origin.edits.items()
        }
    known = original.installation
    if known is not None and known.model.number in modules:
        made.installation = Installation(modules[known.model.number], known.path, known.place)


def _own(value: Value, modules: dict[int, Module]) -> Value:
    return modules.get(value.number, value) if isinstance(value, Module) else value
