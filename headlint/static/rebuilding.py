"""Models put together anew from another model's children: `nn.Sequential(*list(model.children())[:-1])`."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from headlint.history import Outcome, Rebuilt, Shape, Unknown

if TYPE_CHECKING:
    from headlint.history import Truth
    from headlint.static.heap import Module
    from headlint.static.interpreter import Interpreter
    from headlint.zoo import Row


class Rebuild(NamedTuple):
    """A Sequential that begins with all children of a published model but the last `dropped`, in their order."""

    owner: Module
    row: Row
    kept: int
    dropped: int
    outcome: Outcome
    gives: Shape | Unknown


def rebuild_of(module: Module) -> Rebuild | None:
    """What a Sequential was rebuilt from, None if it is no such thing, or if it was not measured what comes of it."""
    children = list(module.children.values()) if module.kind == "Sequential" else []
    home = children[0].home if children else None
    owner = home[0] if home is not None else None
    if owner is None or owner is module or owner.origin is None or owner.origin.row is None:
        return None
    own = list(owner.children.values())
    kept = next((number for number, pair in enumerate(zip(children, own, strict=False)) if pair[0] is not pair[1]), -1)
    kept = min(len(children), len(own)) if kept < 0 else kept
    left_out = list(owner.children)[kept:]
    told = owner.origin.row.rebuilt(len(own) - kept)
    edited = any(path.partition(".")[0] not in left_out for path in owner.origin.edits)
    if not kept or told is None or edited or owner.origin.escaped:
        return None
    return Rebuild(owner, owner.origin.row, kept, len(own) - kept, Outcome(told[0]), told[1])


def tell_rebuilt(interpreter: Interpreter, module: Module) -> None:
    """Tell of a model that it was rebuilt."""
    found = rebuild_of(module)
    if found is None or module.origin is None or found.owner.origin is None or "rebuilt" in module.origin.stages:
        return
    module.origin.stages.add("rebuilt")
    event = Rebuilt(
        module.origin.place,
        module.origin.model,
        found.owner.origin.model,
        found.dropped,
        found.outcome,
        found.gives,
        _is_called(interpreter, module),
    )
    interpreter.journal.events.append(event)


def _is_called(interpreter: Interpreter, module: Module) -> Truth:
    journal = interpreter.journal
    if module.number in journal.called or (module.home is not None and module.number in journal.passed):
        return True
    return Unknown(f"headlint doesn't see what the {module.kind} is called with")
