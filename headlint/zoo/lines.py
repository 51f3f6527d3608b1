"""The lines to write for a new head: by hand, and in the library's own way."""

from __future__ import annotations

from typing import TYPE_CHECKING

from headlint.history import Shape
from headlint.zoo.options import class_layers, per_class

if TYPE_CHECKING:
    from collections.abc import Iterator

    from headlint.history import Slot
    from headlint.zoo.row import Row
    from headlint.zoo.tree import Node

COUNT = "num_classes"

# the predictors of torchvision's detectors are exchanged whole: their parts only work together
PREDICTORS = {
    "FastRCNNPredictor": ("faster_rcnn", "{at}.cls_score.in_features, num_classes"),
    "MaskRCNNPredictor": ("mask_rcnn", "{at}.conv5_mask.in_channels, 256, num_classes"),
    "KeypointRCNNPredictor": ("keypoint_rcnn", "{at}.kps_score_lowres.in_channels, num_keypoints"),
}


def expression(path: str, model: str = "model") -> str:
    """How a script reaches the module at a path: `model.classifier[6]`."""
    return model + "".join(f"[{name}]" if name.isdigit() else f".{name}" for name in path.split("."))


def full_name(row: Row) -> str:
    """The name that the row was asked for by: with the tag of its weights, if one was named."""
    return f"{row.name}.{row.record['tag']}" if "tag" in row.record else row.name


def build(row: Row, model: str = "model") -> tuple[str, ...]:
    """The lines that build the model with pretrained weights, after the imports that not every script has."""
    return (*_imports(row), f"{model} = {call(row, pretrained=True)}")


def _imports(row: Row) -> Iterator[str]:
    if row.library == "transformers":
        yield f"from transformers import {row.name}"
    kinds = {node.kind for _, node in row.tree.modules()}
    yield from (
        f"from torchvision.models.detection.{PREDICTORS[kind][0]} import {kind}" for kind in PREDICTORS if kind in kinds
    )


def call(row: Row, *, pretrained: bool = False) -> str:
    """How the model is built."""
    name = f'"{full_name(row)}"'
    match row.library:
        case "timm":
            return f"timm.create_model({name}{', pretrained=True' if pretrained else ''})"
        case "torchvision" if pretrained and row.record["weights"]:
            return f'{row.builder}(weights="DEFAULT")'
        case "transformers":
            return f"{row.name}.from_pretrained(checkpoint)" if pretrained else f"{row.builder}(config)"
        case "efficientnet_pytorch" | "open_clip":
            return f"{row.record.get('loader', row.builder) if pretrained else row.builder}({name})"
        case "pretrainedmodels" if pretrained:  # its weights insist on their number, which isn't always the default
            return f"{row.builder}({COUNT}={row.classes})"
        case "torchaudio":
            return f"{row.builder}({row.record['option']}={row.classes})"
    return f"{row.builder}()"


def by_hand(row: Row, model: str = "model") -> tuple[str, ...]:
    """The assignments that give the model heads for `num_classes` classes, auxiliary ones included."""
    lines = [line for number, _ in enumerate(class_layers(row)) for line in _assignment(row, number, model)]
    return tuple(dict.fromkeys([*lines, *(_kept_counts(row, model) if lines else ())]))


def _assignment(row: Row, number: int, model: str) -> Iterator[str]:
    path = class_layers(row)[number]
    parent = path.rpartition(".")[0]
    around = row.tree.at(parent) if parent else None
    if around is not None and around.kind in PREDICTORS:
        at = expression(parent, model)
        yield f"{at} = {around.kind}({PREDICTORS[around.kind][1].format(at=at)})"
        return
    node, at = row.tree.at(path), expression(path, model)
    layer = _new_layer(row, node, number, at) if node else None
    if layer:
        yield f"{at} = {layer}"


def _new_layer(row: Row, node: Node, number: int, at: str) -> str | None:
    if row.classes == 0 and node.kind == "Identity":
        return _first_layer(row.slot(class_layers(row)[number]))
    if node.gives is None or node.takes is None or not row.classes:
        return None
    count = _count(*per_class(row, number))
    if not count:
        return None
    if node.attribute("num_embeddings") is not None:
        return f"nn.Embedding({count}, {at}.embedding_dim{f', padding_idx={COUNT}' if count != COUNT else ''})"
    bias = "" if "bias" in node.parameters else ", bias=False"
    if node.attribute("in_features") is not None:
        return f"nn.Linear({at}.in_features, {count}{bias})"
    if node.attribute("in_channels") is not None and node.kind in ("Conv1d", "Conv2d", "Conv3d"):
        settings = "".join(f", {name}={_same(node.attribute(name))}" for name in ("kernel_size", "stride", "padding"))
        usual = settings.replace(", stride=1", "").replace(", padding=0", "")
        return f"nn.{node.kind}({at}.in_channels, {count}{usual}{bias})"
    return None


def _count(slope: int, besides: int) -> str:
    """How many outputs the layer has; nothing where their number is the same for any classes."""
    times = COUNT if slope == 1 else f"{slope} * {COUNT}"
    return (f"{times} + {besides}" if besides else times) if slope else ""


def _first_layer(slot: Slot | None) -> str | None:
    """The head of a model that comes without one."""
    arrives = slot.arrives if slot is not None else None
    is_vector = isinstance(arrives, Shape) and len(arrives.dims) == 2
    return f"nn.Linear({arrives.dims[1]}, {COUNT})" if is_vector and isinstance(arrives, Shape) else None


def _same(value: object) -> object:
    return value[0] if isinstance(value, tuple) and len(set(value)) == 1 else value


def _kept_counts(row: Row, model: str) -> Iterator[str]:
    """One-stage detectors read their number of classes from the head, too, transformers from the configuration."""
    if row.library == "transformers" and row.classes:
        yield "".join(f"{model}.{place} = " for place in row.record["labels_at"]) + COUNT
    head = row.tree.at("head.classification_head")
    if head is not None and row.library == "torchvision" and not row.name.startswith("ssd"):
        yield f"{model}.head.classification_head.num_classes = {COUNT}"
    if head is not None and row.name.startswith("ssd"):
        yield f"{model}.head.classification_head.num_columns = {COUNT}"


def own_way(row: Row, model: str = "model") -> tuple[str, ...]:
    """What the library itself offers for another number of classes; a multiple choice has one score for each."""
    if row.chosen or (row.library == "transformers" and row.classes is None):
        return ()
    if row.library == "timm":
        quoted = f'"{full_name(row)}"'
        return (
            f"{model} = timm.create_model({quoted}, pretrained=True, num_classes={COUNT})",
            f"{model}.reset_classifier({COUNT})  # on a model that is built already, before optimizer and .to(device)",
        )
    if row.library == "transformers":
        auto = next(iter(row.record["auto"]), row.name)
        loaded = f"from_pretrained(checkpoint, num_labels={COUNT}, ignore_mismatched_sizes=True)"
        return (f"from transformers import {auto}", f"{model} = {auto}.{loaded}")
    if row.library == "torchvision" and row.classifier:
        return (f"{model} = {row.builder}({COUNT}={COUNT})  # random weights: with weights= it refuses another number",)
    if row.library == "pretrainedmodels" and row.classifier and "option" in row.record:
        return (f"{model} = {row.builder}({COUNT}={COUNT}, pretrained=None)  # weights insist on their own number",)
    if "option" in row.record and row.classifier:
        named = f'"{row.name}", ' if row.builder.endswith("from_name") else ""
        return (f"{model} = {row.builder}({named}{row.record['option']}={COUNT})",)
    return ()
