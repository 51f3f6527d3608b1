"""The heads of detectors, whose parts only work together."""

from __future__ import annotations

from typing import TYPE_CHECKING

from headlint.history import Escaped, Known, Layer, Unknown
from headlint.reading.models import is_under, standing, standing_at

if TYPE_CHECKING:
    from collections.abc import Iterator

    from headlint.history import History, Model, Replaced, Slot

BOX = "roi_heads.box_predictor"
MASK = "roi_heads.mask_predictor"
SCORES = "roi_heads.box_predictor.cls_score"
BOXES = "roi_heads.box_predictor.bbox_pred"
SINGLE = "head.classification_head"


def count_name(model: Model) -> str:
    """The attribute beside the class layers of a single-stage detector that says how many classes they score."""
    return "num_columns" if model.slot(f"{SINGLE}.module_list") is not None else "num_classes"


def is_of_scores(model: Model, path: str) -> bool:
    """Whether a path is that of the class layers of a single-stage detector, or of one of them."""
    return model.slot(path) is not None and (path == f"{SINGLE}.cls_logits" or is_under(path, f"{SINGLE}.module_list"))


def scores_differ(put: Replaced) -> bool:
    """Whether new class layers of a single-stage detector surely score another number of classes than the old ones."""
    if not isinstance(put.new, Layer):
        return False
    pairs = [(put.path, put.new), *((f"{put.path}.{name}", layer) for name, layer in put.new.children)]
    return any(_differ(put.model.slot(path), layer) for path, layer in pairs)


def _differ(slot: Slot | None, layer: Layer) -> bool:
    before = slot.layer.gives if slot is not None else None
    return isinstance(before, Known) and isinstance(layer.gives, Known) and before.value != layer.gives.value


def is_of_regions(model: Model) -> bool:
    """Whether a detector is of the R-CNN family, whose first class is the background."""
    return model.slot(BOX) is not None


def new_counts(history: History) -> Iterator[tuple[Replaced, Known, int]]:
    """The new box heads of R-CNNs with the number of classes that they give, where it is known: as told, and plain."""
    for _, put in standing(history):
        if not is_of_regions(put.model) or put.path not in {BOX, SCORES} or not isinstance(put.new, Layer):
            continue
        scores = put.new if put.path == SCORES else dict(put.new.children).get("cls_score")
        if scores is not None and isinstance(scores.gives, Known) and isinstance(scores.gives.value, int):
            yield put, scores.gives, scores.gives.value


def classes_of_boxes(history: History, model: Model) -> int | None:
    """For how many classes a detector gives boxes, None where that is not known."""
    put = standing_at(history, model, BOXES)
    slot = model.slot(BOXES)
    layer = put.new if put is not None else slot.layer if slot is not None else Unknown("there is none")
    gives = layer.gives if isinstance(layer, Layer) else layer
    return gives.value // 4 if isinstance(gives, Known) and isinstance(gives.value, int) else None


def is_new_under(history: History, model: Model, path: str) -> bool:
    """Whether something was put at a path of a model or inside it, or may have been."""
    number = model.number
    put = any(event.model.number == number and is_under(event.path, path) for _, event in standing(history))
    return put or any(event.model.number == number for event in history.of(Escaped))
