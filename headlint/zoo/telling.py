"""Tells an answer of the zoo's: to a person, or in JSON."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from headlint.history import Free, Known, Role, Unknown
from headlint.zoo.answer import Answer, CheckpointAnswer, HubAnswer, NotFound
from headlint.zoo.lines import by_hand, expression, full_name, own_way
from headlint.zoo.options import class_layers
from headlint.zoo.preparing import weights_data, weights_lines
from headlint.zoo.weights import weights_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from headlint.history import Layer, Slot, Width
    from headlint.zoo.checkpoints import HeadClass
    from headlint.zoo.row import Row


def _number(width: Width) -> int | None:
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
        "parameters": row.tree.count(),
        "batch_norm": row.has_batch_norm,
        "weights": [weights_data(each) for each in weights_of(row.library, full_name(row))],
        "slots": [_slot_data(slot) for slot in row.slots],
        "trainable_with_only_the_head": head_size(row),
        "by_hand": list(by_hand(row, model)),
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
        "takes": _number(slot.layer.takes),
        "gives": _number(slot.layer.gives),
        "arrives": _dims(slot.arrives),
        "leaves": _dims(slot.leaves),
    }


def head_size(row: Row) -> int:
    """How many numbers stay trainable if all but the class layers is frozen."""
    nodes = [row.tree.at(path) for path in class_layers(row)]
    return sum(node.count() for node in nodes if node is not None)


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


def as_text(found: Answer | CheckpointAnswer | HubAnswer | NotFound) -> str:
    """An answer for a person."""
    match found:
        case NotFound():
            lines = _not_found(found)
        case CheckpointAnswer():
            lines = _checkpoint_told(found)
        case HubAnswer():
            lines = _hub_told(found)
        case Answer():
            lines = answer_lines(found)
    return "\n".join(lines)


def _checkpoint_told(found: CheckpointAnswer) -> Iterator[str]:
    known = found.checkpoint
    layers = f", {known.layers} layers" if known.layers else ""
    yield f"{known.name}: a checkpoint of transformers, family {known.model_type}, {known.width} features{layers}"
    yield f"  source: {known.source}"
    yield ""
    table = [(head.name, expression(head.path), _takes(head)) for head in found.heads]
    yield from _aligned(table)
    autos = [auto for head in found.heads for auto in head.auto]
    if autos:
        auto = next((auto for auto in COMMON if auto in autos), autos[0])
        yield "\ntransformers' own way:"
        yield f'    model = {auto}.from_pretrained("{known.name}", num_labels=num_classes)'
        yield "    # over a fine-tuned checkpoint with another number of labels: ignore_mismatched_sizes=True"


def _hub_told(found: HubAnswer) -> Iterator[str]:
    model = found.model
    repository, _, entry = model.name.partition(":")
    yield f"{model.name}: a model of torch.hub, {model.width} features"
    yield f'  built by  torch.hub.load("{repository}", "{entry}")'
    yield f"  source: {model.source}"
    yield ""
    places = [expression(path) for path in model.heads]
    yield from _aligned([("head", at, model.kind, f"gets {model.width} features") for at in places])
    takes = [str(model.width) if model.kind == "Identity" else f"{at}.in_features" for at in places]
    lines = [f"{at} = nn.Linear({width}, num_classes)" for at, width in zip(places, takes, strict=True)]
    yield from _written("by hand", tuple(lines))


COMMON = ("AutoModelForImageClassification", "AutoModelForSequenceClassification", "AutoModelForAudioClassification")


def _takes(head: HeadClass) -> str:
    return f"takes ? ({head.takes.why})" if isinstance(head.takes, Unknown) else f"takes {head.takes}"


def _aligned(table: Sequence[tuple[str, ...]]) -> Iterator[str]:
    sizes = [max(len(line[column]) for line in table) for column in range(len(table[0]) - 1)] if table else []
    for *line, last in table:
        yield "  ".join(["", *(text.ljust(size) for text, size in zip(line, sizes, strict=True)), last])


def _not_found(found: NotFound) -> Iterator[str]:
    yield f"{found.query}: {found.why}"
    if found.close:
        yield f"did you mean {' or '.join(found.close)}?"


def answer_lines(found: Answer, model: str = "model") -> Iterator[str]:
    """An answer for a person, whose script calls the model so."""
    row = found.row
    classes = f", {row.classes} classes" if row.classes else ", no classifier" if row.classes == 0 else ""
    yield f"{full_name(row)} ({row.library} {row.version}){classes}, {row.tree.count():,} parameters"
    yield f"  built by  {_call(row)}"
    yield f"  input     {row.input}"
    yield f"  output    {_output(row)}"
    yield from weights_lines(row)
    if "note" in row.record:
        yield f"  note      {row.record['note']}"
    yield ""
    yield from _aligned([_columns(slot, model) for slot in row.slots])
    yield from _frozen(row)
    yield from _rebuilt(row, model)
    yield from _written("by hand", by_hand(row, model))
    yield from _written(f"{row.library}'{'' if row.library.endswith('s') else 's'} own way", own_way(row, model))
    if found.others:
        yield f"\nalso: {', '.join(found.others)}"


def _call(row: Row) -> str:
    if row.library == "timm":
        return f'timm.create_model("{full_name(row)}")'
    argument = {"transformers": "config", "efficientnet_pytorch": f'"{row.name}"'}.get(row.library, "")
    return f"{row.builder}({argument})"


def _output(row: Row) -> str:
    entries = ", ".join(f"{name} {_shown(shape)}" for name, shape in row.outputs.items())
    return f"a dictionary: {entries}" if entries else _shown(row.output)


def _shown(shape: Any) -> str:
    return f"? ({shape.why})" if isinstance(shape, Unknown) else str(shape)


def _columns(slot: Slot, model: str) -> tuple[str, ...]:
    gets = f"gets {_shown(slot.arrives)}"
    return str(slot.role), expression(slot.path, model), slot.layer.kind, widths(slot.layer), gets


def widths(layer: Layer) -> str:
    """What a layer takes and gives: `2048 -> 1000`."""
    takes, gives = _number(layer.takes), _number(layer.gives)
    if isinstance(layer.takes, Free) and isinstance(layer.gives, Free):
        return "any width"
    if takes is None and gives is None:
        return ""
    return f"{'?' if takes is None else takes} -> {'?' if gives is None else gives}"


def _frozen(row: Row) -> Iterator[str]:
    total, head = row.tree.count(), head_size(row)
    if head:
        share = 100 * head / total
        yield f"\nwith all but the class layers frozen, {head:,} of {total:,} parameters train ({share:.2g} %)"
    if row.has_batch_norm:
        norms = sum(1 for _, node in row.tree.modules() if "BatchNorm" in node.kind and "running_mean" in node.buffers)
        yield f"its {norms} BatchNorm layers keep moving their statistics in training mode, frozen or not"
    auxiliary = [slot.path for slot in row.slots if slot.role is Role.AUXILIARY]
    if auxiliary:
        yield "it has auxiliary heads, which need the same number of classes"


REBUILT = {
    "identical": "gives what its head gets",
    "flatten": "gives what its head gets once nn.Flatten(1) is appended",
    "different": "runs, but gives something else than what its head gets",
    "crashes": "fails when it is called",
}


def _rebuilt(row: Row, model: str) -> Iterator[str]:
    told = row.rebuilt(1)
    if told is not None and told[0] in REBUILT:
        shape = "" if isinstance(told[1], Unknown) else f": {told[1]}"
        yield f"nn.Sequential(*list({model}.children())[:-1]) {REBUILT[told[0]]}{shape}"


def _written(title: str, lines: tuple[str, ...]) -> Iterator[str]:
    if lines:
        yield f"\n{title}:"
        yield from (f"    {line}" for line in lines)
