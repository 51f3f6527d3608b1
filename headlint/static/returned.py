"""What a published model returns, and what is read of it in vain: `outputs.pooler_output` of a DistilBERT."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from headlint.history import OutputLacked, OutputUnpacked
from headlint.static.endings import WayEnds
from headlint.static.interpreter import FORWARD
from headlint.static.outputs import Output
from headlint.static.pins import earlier
from headlint.static.values import Opaque, Tensor, Value
from headlint.zoo import attributes

if TYPE_CHECKING:
    from headlint.history import Model
    from headlint.static.heap import Module
    from headlint.static.interpreter import Interpreter

_LIBRARY = "transformers"
_TENSOR = "Tensor"
_READY = r"hasattr\(|getattr\(|except \(?(?:\w+, )*AttributeError|except:|except Exception"


class BaseOutputs(Opaque):
    """What a model without a head returns: its tensors by name, and in order."""

    __slots__ = ("source",)

    def __init__(self, tensors: dict[str, Tensor], source: Module) -> None:
        super().__init__("what else a backbone returns depends on its configuration")
        self.source = source
        for number, (name, tensor) in enumerate(tensors.items()):
            self.attributes.update(dict.fromkeys((name, f"['{name}']", f"[{number}]"), tensor))


def check(interpreter: Interpreter, owner: Value, name: str) -> None:
    """Tell of an attribute that what a model returned surely lacks; the script ends there, if it is what reads it."""
    told = _returned(owner)
    if told is None or name in told.names or name not in attributes.output_fields() or not _is_certain(interpreter):
        return
    if told.kind == _TENSOR or not earlier(interpreter, _LIBRARY):
        _tell(interpreter, OutputLacked(interpreter.place, told.model, told.kind, name, told.names))


def check_unpacked(interpreter: Interpreter, value: Value) -> None:
    """Tell that `_, pooled = bert(ids)` takes names of fields for tensors; the script ends there, if surely."""
    told = _returned(value)
    if told is None or told.kind == _TENSOR or earlier(interpreter, _LIBRARY) or not _is_certain(interpreter):
        return
    if "return_dict" not in interpreter.sources and "torchscript" not in interpreter.sources:
        _tell(interpreter, OutputUnpacked(interpreter.place, told.model, told.kind, told.names))


class _Returned(NamedTuple):
    """The published model that returned a value, the value's class, and the fields of that."""

    model: Model
    kind: str
    names: tuple[str, ...]


def _returned(value: Value) -> _Returned | None:
    """What a value is that a whole published model returned, None where that isn't certain."""
    source = value.source if isinstance(value, (BaseOutputs, Tensor)) else None
    source = value.model if isinstance(value, Output) else source
    home, path = source.model_home() if source is not None else (None, "")
    origin = home.origin if home is not None else None
    row = origin.row if origin is not None else None
    if origin is None or row is None or path or origin.escaped:
        return None
    if row.library == _LIBRARY:
        found = None if isinstance(value, Tensor) else attributes.output_of(row.name)
        return _Returned(origin.model, *found) if found is not None else None
    is_plain = isinstance(value, Tensor) and not row.outputs and not row.training_outputs
    return _Returned(origin.model, _TENSOR, ()) if is_plain else None


def _tell(interpreter: Interpreter, event: OutputLacked | OutputUnpacked) -> None:
    if event not in interpreter.journal.events:
        interpreter.journal.events.append(event)
    if not interpreter.uncertain:
        raise WayEnds


def _is_certain(interpreter: Interpreter) -> bool:
    """Whether the reading surely happens, and nobody is ready for its failure."""
    is_open = (
        interpreter.tried or interpreter.guarded or interpreter.undecided or interpreter.uncertain not in {"", FORWARD}
    )
    return not is_open and re.search(_READY, interpreter.sources) is None
