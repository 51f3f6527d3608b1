"""What a forward pass reads in vain of what a published model returned: the error says of which object."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any, NamedTuple

from torch import Tensor, nn

from headlint.history import OutputLacked

if TYPE_CHECKING:
    from collections.abc import Mapping
    from types import TracebackType

    from headlint.runtime.worker.watching.watch import Watch


class Vain(NamedTuple):
    """An attribute that was asked of what a module returned, and where that stands."""

    giver: int
    kind: str
    name: str
    names: tuple[str, ...]
    trace: TracebackType


def in_vain(error: Exception, returned: Mapping[int, Any]) -> Vain | None:
    """What an error says that was lacking of one of these outputs, by the modules that gave them."""
    if not isinstance(error, AttributeError) or error.__traceback__ is None:
        return None
    giver = next((number for number, output in returned.items() if output is error.obj), None)
    if giver is None or not error.name:
        return None
    fields = dataclasses.fields(error.obj) if dataclasses.is_dataclass(error.obj) else ()
    kind = "Tensor" if isinstance(error.obj, Tensor) else type(error.obj).__name__
    return Vain(giver, kind, error.name, tuple(field.name for field in fields), error.__traceback__)


def tell(watch: Watch, root: nn.Module, vain: Vain) -> OutputLacked | None:
    """The event for it, None where no published model gave what was asked, or the user's code did not ask."""
    giver = next((module for module in root.modules() if id(module) == vain.giver), None)
    origin = watch.registry.origin_of(giver) if giver is not None else None
    trace: TracebackType | None = vain.trace
    asked = None
    while trace is not None:
        asked = trace if watch.source.is_user(trace.tb_frame) else asked
        trace = trace.tb_next
    if origin is None or not origin.model.library or asked is None:
        return None
    if origin.row is not None and origin.row.training_outputs:
        return None  # it returns something else in train mode
    return OutputLacked(watch.source.place_at(asked), origin.model, vain.kind, vain.name, vain.names)
