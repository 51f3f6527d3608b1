"""The lines to write for a new head: by hand, and in the library's own way."""

from __future__ import annotations

from typing import TYPE_CHECKING

from headlint.zoo.options import class_layers

if TYPE_CHECKING:
    from collections.abc import Iterator

    from headlint.zoo.row import Row
    from headlint.zoo.tree import Node

COUNT = "num_classes"

# the predictors of torchvision's detectors are exchanged whole: their parts only work together
PREDICTORS = {
    "FastRCNNPredictor": "FastRCNNPredictor({at}.cls_score.in_features, num_classes)",
    "MaskRCNNPredictor": "MaskRCNNPredictor({at}.conv5_mask.in_channels, 256, num_classes)",
    "KeypointRCNNPredictor": "KeypointRCNNPredictor({at}.kps_score_lowres.in_channels, num_keypoints)",
}


def expression(path: str, model: str = "model") -> str:
    """How a script reaches the module at a path: `model.classifier[6]`."""
    return model + "".join(f"[{name}]" if name.isdigit() else f".{name}" for name in path.split("."))


def full_name(row: Row) -> str:
    """The name that the row was asked for by: with the tag of its weights, if one was named."""
    return f"{row.name}.{row.record['tag']}" if "tag" in row.record else row.name


def by_hand(row: Row, model: str = "model") -> tuple[str, ...]:
    """The assignments that give the model heads for `num_classes` classes, auxiliary ones included."""
    lines = [line for path in class_layers(row) for line in _assignment(row, path, model)]
    return tuple(dict.fromkeys([*lines, *_kept_counts(row, model)]))


def _assignment(row: Row, path: str, model: str) -> Iterator[str]:
    parent = path.rpartition(".")[0]
    around = row.tree.at(parent) if parent else None
    if around is not None and around.kind in PREDICTORS:
        at = expression(parent, model)
        yield f"{at} = {PREDICTORS[around.kind].format(at=at)}"
        return
    node, at = row.tree.at(path), expression(path, model)
    layer = _new_layer(row, node, at) if node else None
    if layer:
        yield f"{at} = {layer}"


def _new_layer(row: Row, node: Node, at: str) -> str | None:
    if node.gives is None or node.takes is None or not row.classes:
        return None
    factor = node.gives // row.classes
    count = COUNT if factor == 1 else f"{factor} * {COUNT}"
    bias = "" if "bias" in node.parameters else ", bias=False"
    if node.attribute("in_features") is not None:
        return f"nn.Linear({at}.in_features, {count}{bias})"
    if node.attribute("in_channels") is not None and node.kind in ("Conv1d", "Conv2d", "Conv3d"):
        settings = "".join(f", {name}={_same(node.attribute(name))}" for name in ("kernel_size", "stride", "padding"))
        usual = settings.replace(", stride=1", "").replace(", padding=0", "")
        return f"nn.{node.kind}({at}.in_channels, {count}{usual}{bias})"
    return None


def _same(value: object) -> object:
    return value[0] if isinstance(value, tuple) and len(set(value)) == 1 else value


def _kept_counts(row: Row, model: str) -> Iterator[str]:
    """One-stage detectors read their number of classes from the head, too."""
    head = row.tree.at("head.classification_head")
    if head is not None and row.library == "torchvision" and not row.name.startswith("ssd"):
        yield f"{model}.head.classification_head.num_classes = {COUNT}"
    if head is not None and row.name.startswith("ssd"):
        yield f"{model}.head.classification_head.num_columns = {COUNT}"


def own_way(row: Row, model: str = "model") -> tuple[str, ...]:
    """What the library itself offers for another number of classes."""
    if row.library == "timm":
        quoted = f'"{full_name(row)}"'
        return (
            f"{model} = timm.create_model({quoted}, pretrained=True, num_classes={COUNT})",
            f"{model}.reset_classifier({COUNT})  # on a model that is built already, before optimizer and .to(device)",
        )
    if row.library == "transformers":
        auto = next(iter(row.record["auto"]), row.name)
        return (f"{model} = {auto}.from_pretrained(checkpoint, num_labels={COUNT}, ignore_mismatched_sizes=True)",)
    if row.library == "torchvision" and row.classifier:
        return (f"{model} = {row.builder}({COUNT}={COUNT})  # random weights: with weights= it refuses another number",)
    if "option" in row.record and row.classifier:
        named = f'"{row.name}", ' if row.builder.endswith("from_name") else ""
        return (f"{model} = {row.builder}({named}{row.record['option']}={COUNT})",)
    return ()
