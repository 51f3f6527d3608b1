"""What a published model returns, and what is read of it in vain: `outputs.pooler_output` of a DistilBERT."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from headlint.history import OutputLacked, OutputUnpacked
from headlint.static.endings import WayEnds
from headlint.static.interpreter import FORWARD
from headlint.static.outputs import Output
from headlint.static.pins import earlier
from headlint.static.values import Opaque, Tensor, Value
from headlint.zoo import attributes

if TYPE_CHECKING:
    from headlint.static.heap import Module
    from headlint.static.interpreter import Interpreter

_LIBRARY = "transformers"
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
    told = _lacked(owner, name) if isinstance(owner, (BaseOutputs, Output, Tensor)) else None
    if told is None or name not in attributes.output_fields() or not _is_certain(interpreter):
        return
    source, kind, fields = told
    assert source.origin is not None
    if source.origin.escaped or (kind != "Tensor" and earlier(interpreter, _LIBRARY)):
        return
    event = OutputLacked(interpreter.place, source.origin.model, kind, name, fields)
    if event not in interpreter.journal.events:
        interpreter.journal.events.append(event)
    if not interpreter.uncertain:
        raise WayEnds


def check_unpacked(interpreter: Interpreter, value: Value) -> None:
    """Tell that `_, pooled = bert(ids)` takes names of fields for tensors; the script ends there, if surely."""
    source = value.source if isinstance(value, BaseOutputs) else value.model if isinstance(value, Output) else None
    row = source.origin.row if source is not None and source.origin is not None else None
    if source is None or source.origin is None or row is None or row.library != _LIBRARY or source.origin.escaped:
        return
    told = attributes.output_of(row.name)
    is_told_otherwise = "return_dict" in interpreter.sources or "torchscript" in interpreter.sources
    if told is None or is_told_otherwise or earlier(interpreter, _LIBRARY) or not _is_certain(interpreter):
        return
    event = OutputUnpacked(interpreter.place, source.origin.model, *told)
    if event not in interpreter.journal.events:
        interpreter.journal.events.append(event)
    if not interpreter.uncertain:
        raise WayEnds


def _lacked(owner: Value, name: str) -> tuple[Module, str, tuple[str, ...]] | None:
    """The model that returned a value without this field, the class of the value and its fields."""
    source = owner.source if isinstance(owner, (BaseOutputs, Tensor)) else None
    source = owner.model if isinstance(owner, Output) else source
    source = source.model_home()[0] if source is not None else None
    row = source.origin.row if source is not None and source.origin is not None else None
    if source is None or row is None:
        return None
    if row.library == _LIBRARY and not isinstance(owner, Tensor):
        found = attributes.output_of(row.name)
        return None if found is None or name in found[1] else (source, *found)
    is_plain = isinstance(owner, Tensor) and row.library != _LIBRARY and not row.outputs and not row.training_outputs
    return (source, "Tensor", ()) if is_plain else None


def _is_certain(interpreter: Interpreter) -> bool:
    """Whether the reading surely happens, and nobody is ready for its failure."""
    is_open = (
        interpreter.tried or interpreter.guarded or interpreter.undecided or interpreter.uncertain not in {"", FORWARD}
    )
    return not is_open and re.search(_READY, interpreter.sources) is None
