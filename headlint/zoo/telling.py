"""Tells an answer of the zoo's to a person."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from headlint import zoo
from headlint.history import Free, Shape, Unknown
from headlint.zoo.answer import Answer, CheckpointAnswer, HubAnswer, NotFound, operated
from headlint.zoo.checkpoint_lines import checkpoint_by_hand, checkpoint_way
from headlint.zoo.consequences import consequences
from headlint.zoo.lines import build, by_hand, call, expression, full_name, own_way
from headlint.zoo.plain import number
from headlint.zoo.preparing import weights_lines

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from headlint.history import Layer, Slot
    from headlint.zoo.checkpoints import HeadClass
    from headlint.zoo.row import Row


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
    yield f"  source    {known.source}"
    if known.head:
        yield f"  own head  {known.head[0]}, {known.head[1]} classes"
    yield ""
    yield from _aligned([(head.name, expression(head.path), _takes(head), _around(head)) for head in found.heads])
    yield from _written("by hand", checkpoint_by_hand(found))
    yield from _written("transformers' own way", checkpoint_way(found))


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


def _takes(head: HeadClass) -> str:
    return f"takes ? ({head.takes.why})" if isinstance(head.takes, Unknown) else f"takes {head.takes}"


def _around(head: HeadClass) -> str:
    """What the head's outermost module gets, where that is more than the class layer gets."""
    row = zoo.find("transformers", head.name)
    inside = [slot for slot in row.heads if head.path.startswith(f"{slot.path}.")] if isinstance(row, zoo.Row) else []
    slot = min(inside, key=lambda slot: len(slot.path), default=None)
    if slot is None or not isinstance(slot.arrives, Shape) or len(slot.arrives.dims) < 3:
        return ""
    return f"in a {slot.layer.kind}, which gets {'all tokens' if len(slot.arrives.dims) == 3 else 'the feature map'}"


def _aligned(table: Sequence[tuple[str, ...]]) -> Iterator[str]:
    sizes = [max(len(line[column]) for line in table) for column in range(len(table[0]) - 1)] if table else []
    for *line, last in table:
        yield "  ".join(["", *(text.ljust(size) for text, size in zip(line, sizes, strict=True)), last]).rstrip()


def _not_found(found: NotFound) -> Iterator[str]:
    yield f"{found.query}: {found.why}"
    if found.close:
        yield f"did you mean {' or '.join(found.close)}?"


def answer_lines(found: Answer, model: str = "model") -> Iterator[str]:
    """An answer for a person, whose script calls the model so."""
    row = found.row
    classes = f", {row.classes} classes" if row.classes else ", no classifier" if row.classes == 0 else ""
    yield f"{full_name(row)} ({row.library} {row.version}){classes}, {row.parameters:,} parameters"
    yield f"  built by  {call(row)}"
    yield f"  input     {row.input}"
    yield f"  output    {_output(row)}"
    yield from weights_lines(row)
    if row.stages:
        told = ", ".join(f"{channels} at 1/{reduction}" for channels, reduction in dict.fromkeys(row.stages))
        yield f"  stages    channels {told}, with features_only=True"
    if "note" in row.record:
        yield f"  note      {row.record['note']}"
    yield ""
    yield from _aligned([_columns(slot, model) for slot in row.slots])
    yield from _apart(tuple(consequences(found, model)))
    yield from _written("by hand", _script(found, model))
    yield from _written(f"{row.library}'{'' if row.library.endswith('s') else 's'} own way", own_way(row, model))
    if found.others:
        yield f"\nalso: {', '.join(found.others)}"


def _script(found: Answer, model: str) -> tuple[str, ...]:
    """The lines that build the model, unless a script does, and operate on it; none where nothing is to be done."""
    row = operated(found)
    lines = by_hand(row, model)
    return (*build(row, model), *lines) if lines and not found.is_built else lines


def _apart(lines: tuple[str, ...]) -> tuple[str, ...]:
    return ("", *lines) if lines else ()


def _output(row: Row) -> str:
    if row.maps:
        return f"a list of feature maps: {', '.join(map(_shown, row.maps))}"
    entries = ", ".join(f"{name} {_shown(shape)}" for name, shape in row.outputs.items())
    return f"a dictionary: {entries}" if entries else _shown(row.output)


def _shown(shape: Any) -> str:
    return f"? ({shape.why})" if isinstance(shape, Unknown) else str(shape)


def _columns(slot: Slot, model: str) -> tuple[str, ...]:
    gets = f"gets {_shown(slot.arrives)}"
    return str(slot.role), expression(slot.path, model), slot.layer.kind, widths(slot.layer), gets


def widths(layer: Layer) -> str:
    """What a layer takes and gives: `2048 -> 1000`."""
    takes, gives = number(layer.takes), number(layer.gives)
    if isinstance(layer.takes, Free) and isinstance(layer.gives, Free):
        return "any width"
    if takes is None and gives is None:
        return ""
    return f"{'?' if takes is None else takes} -> {'?' if gives is None else gives}"


def _written(title: str, lines: tuple[str, ...]) -> Iterator[str]:
    if lines:
        yield f"\n{title}:"
        yield from (f"    {line}" for line in lines)
