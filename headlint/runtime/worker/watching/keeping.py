"""Where modules are kept: in lists that PyTorch doesn't look into, several times in one container, or nowhere."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any

from torch import nn

from headlint.history import Hidden, MadeInForward, Repeated, Unknown
from headlint.runtime.worker.watching.layers import HOLE, layer_of
from headlint.telling import shares_on_purpose, speaks_of_sharing

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from types import FrameType

    from headlint.finding import Place
    from headlint.history import Truth
    from headlint.runtime.worker.watching.models import Origin
    from headlint.runtime.worker.watching.watch import Watch


def note_box(watch: Watch, owner: nn.Module, name: str, value: Any, frame: FrameType) -> None:
    """A list or a dictionary was assigned to an attribute of a module."""
    if type(value) in (list, tuple, dict) and name[:1] != "_":
        watch.boxes.append((owner, name, value, watch.place(frame)))


def hidden(watch: Watch) -> Iterator[Hidden]:
    """The modules that stand in such lists and nowhere else."""
    registered = {id(one) for origin in watch.registry.origins for one in origin.module.modules()}
    for owner, name, box, place in watch.boxes:
        held = list(box.values()) if isinstance(box, dict) else list(box)
        modules = [one for one in held if isinstance(one, nn.Module)]
        is_guest = len(modules) == 1 and watch.registry.origin_of(modules[0]) is not None
        lost = [] if is_guest or vars(owner).get(name) is not box else _lost(watch, modules, registered)
        if any(parameter.requires_grad for one in lost for parameter in one.parameters()):
            yield _hidden(watch, owner, (name, "dictionary" if isinstance(box, dict) else "list"), lost, place)


def _lost(watch: Watch, modules: Sequence[nn.Module], registered: set[int]) -> list[nn.Module]:
    """The modules that are registered nowhere but, as far as they are models, with themselves."""
    own = {id(origin.module) for origin in watch.registry.origins}
    return [one for one in modules if id(one) not in registered or (id(one) in own and not _is_held(watch, one))]


def _is_held(watch: Watch, module: nn.Module) -> bool:
    origin = watch.registry.origin_of(module)
    return origin is not None and any(watch.registry.holders(origin))


def _hidden(watch: Watch, owner: nn.Module, what: tuple[str, str], lost: list[nn.Module], place: Place) -> Hidden:
    origin, path = watch.home(owner, place)
    inside = {id(parameter) for one in lost for parameter in one.parameters()}
    optimized: Truth = not inside.isdisjoint(watch.held_parameters())
    if not optimized and watch.blurred_optimizer:
        optimized = Unknown(f"an optimizer's parameters are not all known: {HOLE}")
    name, container = what
    full = f"{path}.{name}" if path else name
    return Hidden(place, origin.model, full, container, len(lost), len(inside), optimized, None)


def made_in_forward(watch: Watch, root: nn.Module) -> Iterator[MadeInForward]:
    """The layers that a forward pass built and that are kept nowhere."""
    kept = {id(module) for module in root.modules()}
    told: set[int] = set()
    for module, place in watch.passing:
        count = sum(1 for _ in module.parameters())
        if count and id(module) not in kept and place.statement not in told:
            told.add(place.statement)
            yield MadeInForward(place, type(module).__name__, count)
    watch.passing.clear()


def tell_shared(watch: Watch, origin: Origin, path: str, child: nn.Module, frame: FrameType) -> None:
    """Tell of a layer that one statement put into a model, and another one into another place of the same model."""
    place, statement = watch.place(frame), watch.source.statement(frame)
    known = watch.registry
    others = [one for one in known.standing() if one.child is child and one.origin is origin and one.path != path]
    before = next((one for one in others if one.place.key != place.key), None)
    is_own = known.origin_of(child) is None and not known.is_published(child)
    if before is None or not is_own or statement is None or not any(True for _ in child.parameters()):
        return
    if not shares_on_purpose(ast.unparse(statement)):
        watch.journal.add(Repeated(place, origin.model.name, layer_of(child), 2, (before.path, path)))


def tell_repeated(watch: Watch, container: nn.Module, frame: FrameType) -> None:
    """Tell of a layer that a container holds several times."""
    children, statement = list(container._modules.values()), watch.source.statement(frame)
    if statement is not None and speaks_of_sharing(ast.unparse(statement)):
        return
    for child in children:
        count = sum(one is child for one in children)
        if child is not None and count > 1 and any(True for _ in child.parameters()):
            watch.journal.add(Repeated(watch.place(frame), type(container).__name__, layer_of(child), count))
            return
