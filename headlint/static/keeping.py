"""Where modules are kept: in lists that PyTorch doesn't look into, several times in one container, or nowhere."""

from __future__ import annotations

from typing import TYPE_CHECKING

from headlint.history import Hidden, MadeInForward, Repeated, Unknown
from headlint.static.heap import Module
from headlint.static.values import Items, Table
from headlint.telling import shares_on_purpose, speaks_of_sharing

if TYPE_CHECKING:
    from collections.abc import Sequence

    from headlint.history import Truth, Written
    from headlint.static.interpreter import Interpreter
    from headlint.static.origins import Installation
    from headlint.static.values import Value


def note_box(interpreter: Interpreter, owner: Module, name: str, value: Value) -> None:
    """A list or a dictionary was assigned to an attribute of a module."""
    if isinstance(value, (Items, Table)) and not interpreter.is_fed and name[:1] != "_":
        interpreter.journal.boxes.append((owner, name, value, interpreter.whole()))


def tell_hidden(interpreter: Interpreter) -> None:
    """Tell of the modules that stand in such lists and nowhere else."""
    for owner, name, box, written in interpreter.journal.boxes:
        held = box.items if isinstance(box, Items) else list(box.entries.values())
        modules = [value for value in held if isinstance(value, Module)]
        is_guest = len(modules) == 1 and modules[0].origin is not None
        if owner.attributes.get(name) is box and not is_guest and not interpreter.tangled:
            _tell_hidden(
                interpreter, owner, (name, "list" if isinstance(box, Items) else "dictionary"), modules, written
            )


def _tell_hidden(
    interpreter: Interpreter, owner: Module, what: tuple[str, str], modules: Sequence[Module], written: Written
) -> None:
    kept = interpreter.journal.parts
    lost = {module.number: module for module in modules if module.home is None and module.number not in kept}
    inside = [parameter for module in lost.values() for _, parameter in module.named_parameters()]
    if not any(parameter.trainable is not False for parameter in inside):
        return
    _, path, model = interpreter.journal.model_of(owner, written.place)
    blurred = interpreter.journal.optimizers_blurred
    optimized: Truth = any(parameter.optimized is True for parameter in inside)
    if not optimized and blurred:
        optimized = Unknown(blurred)
    name, container = what
    full = f"{path}.{name}" if path else name
    event = Hidden(written.place, model, full, container, len(lost), len(inside), optimized, written)
    interpreter.journal.events.append(event)


def note_call(interpreter: Interpreter, module: Module) -> None:
    """A module is called: tell it if it was built in the same forward pass and is kept nowhere."""
    place = interpreter.journal.fresh.get(module.number)
    count = len(module.parameters) if place is not None else 0
    if place is not None and count and module.home is None:
        event = MadeInForward(place, module.kind, count)
        if event not in interpreter.journal.events:
            interpreter.journal.events.append(event)


def tell_shared(interpreter: Interpreter, before: Installation | None, module: Module) -> None:
    """Tell of a layer that one statement put into a model, and another one into another place of the same model."""
    now = module.installation
    if before is None or now is None or before is now or interpreter.is_fed:
        return
    stands = before.model is now.model and before.path != now.path and before.model.at(before.path) is module
    is_own = module.origin is None and module.number not in interpreter.journal.blended
    has_parameters = any(True for _ in module.named_parameters())
    if not stands or not is_own or not has_parameters or before.place.key == now.place.key:
        return
    if now.model.origin is not None and not shares_on_purpose(interpreter.whole().text):
        name, paths = now.model.origin.model.name, (before.path, now.path)
        interpreter.journal.events.append(Repeated(now.place, name, module.layer(), 2, paths))


def tell_repeated(interpreter: Interpreter, kind: str, values: Sequence[Value]) -> None:
    """Tell of a layer that a container gets several times, unless it is branches that put it in, one each."""
    blended = interpreter.journal.blended
    known = [value for value in values if isinstance(value, Module) and value.number not in blended]
    modules = [module for module in known if any(True for _ in module.named_parameters())]
    numbers = [module.number for module in modules]
    twice = next((module for module in modules if numbers.count(module.number) > 1), None)
    if twice is None or speaks_of_sharing(interpreter.whole().text):
        return
    if not interpreter.is_fed and not interpreter.uncertain:
        event = Repeated(interpreter.place, kind, twice.layer(), numbers.count(twice.number))
        interpreter.journal.events.append(event)
