"""The wiring of the finished models: what arrives where, and what takes part."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from headlint.history import (
    Returned,
    Role,
    Shape,
    TookPart,
    Unknown,
)
from headlint.static.forward import note_arrival, outermost, pass_through, through_slot
from headlint.static.interpreter import FORWARD
from headlint.static.outputs import Output, fed
from headlint.static.rebuilding import rebuild_of
from headlint.static.values import Function, Opaque, Tensor, why_unknown

if TYPE_CHECKING:
    from headlint.history import Slot, Truth
    from headlint.static.heap import Module
    from headlint.static.interpreter import Interpreter
    from headlint.static.values import Value
    from headlint.zoo import Row


CALLED_IN_ORDER = frozenset({"NormMlpClassifierHead"})
"""Heads of timm that call their layers in the order in which they are registered; a test asks a live one."""


def wire(interpreter: Interpreter, module: Module) -> None:
    """Tell what arrives where, and what takes part, for all that was put into a model and not told yet."""
    origin = module.origin
    assert origin is not None
    if origin.row is not None:
        _wire_zoo_model(interpreter, module)
    elif module.cls is not None or module.kind == "Sequential":
        _wire_own_model(interpreter, module)
    _tell_parts(interpreter, module)


def _wire_zoo_model(interpreter: Interpreter, module: Module) -> None:
    origin = module.origin
    assert origin is not None
    by_hand = f"{origin.model.name}'s parts are called one by one" if _has_own_way(module) else ""
    for role in (Role.HEAD, Role.AUXILIARY):
        for slot in outermost(tuple(slot for slot in origin.model.slots if slot.role is role)):
            if any(path == slot.path or path.startswith(f"{slot.path}.") for path in origin.edits):
                if by_hand:
                    _tell_unreached(interpreter, module, slot.path, by_hand)
                    continue
                given = through_slot(interpreter, module, slot)
                _wire_inside(interpreter, module, slot)
                if isinstance(given, Opaque):
                    _tell_unreached(interpreter, module, slot.path, given.why)


def _has_own_way(module: Module) -> bool:
    """Whether the user's class around a published model calls that model's parts, and never the model itself."""
    inner = module
    while inner.home is not None and inner.home[0].cls is None:
        inner = inner.home[0]
    if inner.home is None or module.origin is None or module.origin.row is None:
        return False
    holder, name = inner.home
    assert holder.cls is not None
    text = holder.cls.places.lines_of(holder.cls.statement.tree)
    parts = "|".join(re.escape(part) for part, _ in module.origin.row.tree.children)
    is_whole = re.search(rf"\b{re.escape(name)}(?:\.forward)?\s*\(", text)
    return not is_whole and re.search(rf"\.(?:{parts})\s*\(", text) is not None


def _tell_unreached(interpreter: Interpreter, module: Module, outer: str, why: str) -> None:
    """The new layers of a head of which it isn't known what arrives there."""
    origin = module.origin
    assert origin is not None
    for path, new in origin.edits.items():
        if new is None or not (path == outer or path.startswith(f"{outer}.")) or module.at(path) is not new:
            continue
        for _, inner in new.walk():
            note_arrival(interpreter, inner, Unknown(why), origin.model.name)


def _wire_inside(interpreter: Interpreter, module: Module, outer: Slot) -> None:
    """Edits inside a head that isn't called as a plain Sequential: each sees what the zoo recorded, if it is alone."""
    origin = module.origin
    assert origin is not None
    current = module.at(outer.path)
    is_followed = current is not None and current.kind == "Sequential" and isinstance(outer.arrives, Shape)
    if current is None or is_followed or origin.edits.get(outer.path) is not None:
        return
    edits = [path for path in origin.edits if path.startswith(f"{outer.path}.")]
    for path in edits:
        slot, new = origin.model.slot(path), module.at(path)
        alone = all(other == path or other.startswith(f"{path}.") or path.startswith(f"{other}.") for other in edits)
        if slot is not None and new is not None and alone and isinstance(slot.arrives, Shape) and not origin.escaped:
            given = pass_through(interpreter, new, Tensor(slot.arrives, origin.model.name, source=module))
            _pass_onward(interpreter, module, path, given)


def _pass_onward(interpreter: Interpreter, module: Module, path: str, given: Value) -> None:
    """What a new layer gives goes through the layers behind it, in a head that is known to call them in order."""
    around, _, name = path.rpartition(".")
    head = module.at(around)
    if head is None or head.kind not in CALLED_IN_ORDER:
        return
    names = list(head.children)
    for child in names[names.index(name) + 1 :]:
        if not isinstance(given, Tensor):
            return
        given = pass_through(interpreter, head.children[child], given)


def _wire_own_model(interpreter: Interpreter, module: Module) -> None:
    """Follow the forward pass of the user's own model, with the input that the published model in it takes."""
    origin = module.origin
    assert origin is not None
    if "followed" in origin.stages or module.home is not None:
        return
    rows = [row for _, inner in module.walk() if (row := _row_behind(inner)) is not None]
    forward = module.cls.find("forward") if module.cls else None
    if not rows or (module.cls is not None and not isinstance(forward, Function)):
        return
    origin.stages.add("followed")
    before, interpreter.uncertain = interpreter.uncertain, FORWARD
    try:
        given = interpreter.forward_pass(module, lambda: _fed(interpreter, module, rows[0]))
    finally:
        interpreter.uncertain = before
    if not isinstance(given, Output):  # that is what a layer gave, reshaped at most: of a size that isn't known
        shape = given.shape if isinstance(given, Tensor) else Unknown(why_unknown(given) or "it gives no single tensor")
        interpreter.journal.events.append(Returned(origin.place, origin.model, shape))


def _fed(interpreter: Interpreter, module: Module, row: Row) -> Value:
    """What the user's own model gives for images; of what else its forward pass asks for, nothing is known."""
    forward = module.cls.find("forward") if module.cls else None
    parameters = (
        [*forward.parameters.posonly_params, *forward.parameters.params] if isinstance(forward, Function) else []
    )
    others = [one.name.value for one in parameters[2:] if one.default is None]
    if not isinstance(forward, Function) or not others:
        return pass_through(interpreter, module, fed(row))
    interpreter.journal.passed.add(module.number)
    unknown = [Opaque(f"what `{name}` is depends on the data") for name in others]
    return interpreter.call_function(forward, [fed(row), *unknown], {}, module)


def _row_behind(module: Module) -> Row | None:
    """The row of the published model that a module is, is rebuilt from, or is a step of."""
    if module.origin is not None and module.origin.row is not None:
        return module.origin.row
    rebuild = rebuild_of(module)
    if rebuild is not None:
        return rebuild.row
    home, path = module.model_home()
    if home.origin is None or home.origin.row is None or home.origin.escaped or home is module:
        return None
    return home.origin.row if home.origin.row.step(path) is not None else None


def _tell_parts(interpreter: Interpreter, module: Module) -> None:
    origin = module.origin
    assert origin is not None
    for path, child in list(origin.edits.items()):
        installation = child.installation if child is not None else None
        if child is None or installation is None or installation.told or module.at(path) is not child:
            continue
        if installation.model is not module or installation.path != path:
            continue
        installation.told = True
        answer = _takes_part(interpreter, module, path, child)
        interpreter.journal.events.append(TookPart(installation.place, origin.model, path, child.layer(), answer))


def _is_called_in_parts(interpreter: Interpreter, row: Row) -> bool:
    """Whether the script calls the trunk's modules itself, so that the model's own forward pass may be unused."""
    names = "|".join(re.escape(name) for name, child in row.tree.children if child.children)
    return bool(names) and re.search(rf"\.(?:{names})\s*\(", interpreter.sources) is not None


def _takes_part(interpreter: Interpreter, module: Module, path: str, child: Module) -> Truth:
    origin = module.origin
    assert origin is not None
    if origin.row is None:
        if child.number in interpreter.journal.passed:
            return True
        return Unknown(f"headlint doesn't follow the whole forward pass of {module.kind}")
    if origin.escaped:
        return Unknown(origin.escaped)
    if origin.row.tree.at(path) is not None:
        return True
    parent, _, name = path.rpartition(".")
    owner = origin.row.tree.at(parent)
    if owner is None or owner.kind == "Sequential":
        return True if owner is not None else Unknown("it was put into a part that was replaced before")
    if origin.row is not None and _is_called_in_parts(interpreter, origin.row):
        return Unknown(f"the script calls parts of {origin.model.name} itself")
    if "forward" in module.attributes:
        return Unknown("the script changes what the forward pass does")
    text = interpreter.sources
    is_called = re.search(rf"\.{re.escape(name)}\s*\(", interpreter.script.whole)
    is_called = is_called or re.search(rf"(?<!\bself)\.{re.escape(name)}\s*\(", text)
    if is_called or re.search(rf"getattr\([^()]*['\"]{re.escape(name)}['\"]", text):
        return Unknown(f"the script itself calls `.{name}(…)`")
    return False
