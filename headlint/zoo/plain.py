"""An answer of the zoo's as plain data, for `--json`."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from headlint.history import Known, Unknown
from headlint.zoo.answer import Answer, CheckpointAnswer, HubAnswer, NotFound, operated
from headlint.zoo.consequences import head_size
from headlint.zoo.lines import build, by_hand, full_name, own_way
from headlint.zoo.preparing import weights_data
from headlint.zoo.weights import weights_of

if TYPE_CHECKING:
    from headlint.history import Slot, Width


def number(width: Width) -> int | None:
    """A width as a plain number, None if it isn't known or none."""
    return width.value if isinstance(width, Known) and isinstance(width.value, int) else None


def as_data(found: Answer, model: str = "model") -> dict[str, Any]:
    """An answer as plain data, for `--json`."""
    row = found.row
    return {
        "name": full_name(row),
        "library": row.library,
        "version": row.version,
        "builder": row.builder,
        "classes": row.classes,
        "input": list(row.input.dims),
        "output": _dims(row.output),
        "parameters": row.parameters,
        "batch_norm": row.has_batch_norm,
        "frozen_by_the_builder": list(row.frozen),
        "maps": [_dims(shape) for shape in row.maps],
        "stages": [{"channels": channels, "reduction": reduction} for channels, reduction in row.stages],
        "weights": [weights_data(each) for each in weights_of(row.library, full_name(row))],
        "slots": [_slot_data(slot) for slot in row.slots],
        "trainable_with_only_the_head": head_size(row),
        "build": list(() if found.is_built else build(row, model)),
        "by_hand": list(by_hand(operated(found), model)),
        "own_way": list(own_way(row, model)),
        "others": list(found.others),
    }


def _dims(shape: Any) -> list[int | str] | None:
    return None if isinstance(shape, Unknown) else list(shape.dims)


def _slot_data(slot: Slot) -> dict[str, Any]:
    return {
        "path": slot.path,
        "role": str(slot.role),
        "kind": slot.layer.kind,
        "takes": number(slot.layer.takes),
        "gives": number(slot.layer.gives),
        "arrives": _dims(slot.arrives),
        "leaves": _dims(slot.leaves),
    }


def _checkpoint_data(found: CheckpointAnswer) -> dict[str, Any]:
    known = found.checkpoint
    return {
        "name": known.name,
        "library": "transformers",
        "model_type": known.model_type,
        "width": known.width,
        "layers": known.layers,
        "source": known.source,
        "heads": [
            {
                "class": head.name,
                "auto": list(head.auto),
                "path": head.path,
                "takes": None if isinstance(head.takes, Unknown) else head.takes,
            }
            for head in found.heads
        ],
    }


def _hub_data(found: HubAnswer) -> dict[str, Any]:
    model = found.model
    return {
        "name": model.name,
        "library": "torch.hub",
        "heads": list(model.heads),
        "kind": model.kind,
        "width": model.width,
        "source": model.source,
    }


def as_json(found: Answer | CheckpointAnswer | HubAnswer | NotFound) -> str:
    """An answer in JSON, indented."""
    match found:
        case NotFound():
            data: dict[str, Any] = {"query": found.query, "why": found.why, "close": list(found.close)}
        case CheckpointAnswer():
            data = _checkpoint_data(found)
        case HubAnswer():
            data = _hub_data(found)
        case Answer():
            data = as_data(found)
    return json.dumps(data, indent=2)
