"""Tells of models that were put together anew from another model's children."""

from __future__ import annotations

from typing import TYPE_CHECKING

from torch import nn

from headlint.history import Outcome, Rebuilt, Unknown

if TYPE_CHECKING:
    from headlint.history import Truth
    from headlint.runtime.worker.running.passes import Seen
    from headlint.runtime.worker.watching.models import Origin
    from headlint.runtime.worker.watching.watch import Watch


def rebuilt(watch: Watch, origin: Origin, seen: Seen) -> Rebuilt | None:
    """What a Sequential of the user's was rebuilt from, None if it is no such thing."""
    children = list(origin.module.children()) if isinstance(origin.module, nn.Sequential) else []
    for source in watch.registry.origins if children else ():
        own = list(source.module.children())
        kept = next((n for n, pair in enumerate(zip(children, own, strict=False)) if pair[0] is not pair[1]), -1)
        kept = min(len(children), len(own)) if kept < 0 else kept
        told = source.row.rebuilt(len(own) - kept) if kept and source.row is not None else None
        if told is not None and source is not origin and not _is_edited(watch, source, kept):
            outcome = Outcome(told[0])
            called = _is_called(watch, origin, (seen, outcome), children[0])
            return Rebuilt(origin.place, origin.model, source.model, len(own) - kept, outcome, told[1], called)
    return None


def _is_edited(watch: Watch, source: Origin, kept: int) -> bool:
    names = [name for name, _ in source.module.named_children()][:kept]
    standing = (one for one in watch.registry.installed if one.origin is source)
    return any(one.path.partition(".")[0] in names for one in standing)


def _is_called(watch: Watch, origin: Origin, what: tuple[Seen, Outcome], first: nn.Module) -> Truth:
    """Whether the script calls it as a whole; the run itself calls whatever lies in no other model."""
    seen, outcome = what
    if seen.evaluated.root is origin.module:
        if watch.source.calls_what_is_made_at(origin.place):
            return True
        return Unknown("the run doesn't see what the script calls it with")
    stops = outcome is Outcome.CRASHES and bool(seen.failure)
    if stops or any(id(module) in seen.evaluated.called for module in first.modules()):
        return True
    return Unknown(seen.failure or "its forward pass doesn't get there")
