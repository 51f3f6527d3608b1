"""The heads of detectors, whose parts only work together."""

from __future__ import annotations

from typing import TYPE_CHECKING

from headlint.history import Escaped, Known, Layer, Unknown
from headlint.reading.models import is_under, standing, standing_at

if TYPE_CHECKING:
    from collections.abc import Iterator

    from headlint.history import History, Model, Replaced

BOX = "roi_heads.box_predictor"
MASK = "roi_heads.mask_predictor"
SCORES = "roi_heads.box_predictor.cls_score"
BOXES = "roi_heads.box_predictor.bbox_pred"
SINGLE = "head.classification_head"


def is_of_regions(model: Model) -> bool:
    """Whether a detector is of the R-CNN family, whose first class is the background."""
    return model.slot(BOX) is not None


def new_counts(history: History) -> Iterator[tuple[Replaced, int]]:
    """The new box heads of R-CNNs with the number of classes that they give, where that is known."""
    for _, put in standing(history):
        if not is_of_regions(put.model) or put.path not in {BOX, SCORES} or not isinstance(put.new, Layer):
            continue
        scores = put.new if put.path == SCORES else dict(put.new.children).get("cls_score")
        if scores is not None and isinstance(scores.gives, Known) and isinstance(scores.gives.value, int):
            yield put, scores.gives.value


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
