"""One part of a detector's head has the new classes, and the others have the old ones.

A detector says for each box which class it shows, where the box lies for each class, and, if it is a Mask R-CNN, what
the mask looks like for each class. These numbers belong together:

* `cls_score` alone: training runs, and the first evaluation stops, for there are boxes for 91 classes and scores for 3;
* a new `box_predictor` in Mask R-CNN without a new `mask_predictor`: with more classes than 91 training stops; with
  fewer it runs, and 91 masks are computed for each box;
* a new `cls_logits` in RetinaNet or FCOS while `num_classes` stands beside it as it was:

    RuntimeError: shape '[1, -1, 91, 8, 8]' is invalid for input of size 1728

Exchange predictors whole (`FastRCNNPredictor`, `MaskRCNNPredictor`), or build the detector with `num_classes`.

Bad:
```python
import torch.nn as nn
from torchvision.models.detection import fasterrcnn_resnet50_fpn

model = fasterrcnn_resnet50_fpn(weights="DEFAULT")
predictor = model.roi_heads.box_predictor
predictor.cls_score = nn.Linear(predictor.cls_score.in_features, 3)  # error: [detector-head-incomplete] "boxes for 91"
```

Good:
```python
from torchvision.models.detection import fasterrcnn_resnet50_fpn
from torchvision.models.detection.faster_rcnn import FastRCNNPredictor

model = fasterrcnn_resnet50_fpn(weights="DEFAULT")
width = model.roi_heads.box_predictor.cls_score.in_features
model.roi_heads.box_predictor = FastRCNNPredictor(width, 3)
```

headlint is silent about counts that it can't know, about predictors of your own, and where code that it can't follow
gets the model. A Mask R-CNN whose masks have more classes than its boxes is a warning.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from headlint.finding import Fix, Safety, Severity
from headlint.history import Escaped, Known, Layer, Owner, Wrote
from headlint.reading.detectors import BOXES, MASK, SCORES, SINGLE, classes_of_boxes, is_new_under, new_counts
from headlint.reading.models import standing
from headlint.reading.telling import built_steps, replaced_step
from headlint.rule import Fault, Fine

if TYPE_CHECKING:
    from collections.abc import Iterator

    from headlint.history import History, Replaced, Width
    from headlint.rule import Judgement

SEVERITY = Severity.ERROR


def judge(history: History) -> Iterator[Judgement]:
    """Look at every new part of a detector's head."""
    for put, classes in new_counts(history):
        yield from _beside_scores(history, put, classes) if put.path == SCORES else _beside_boxes(history, put, classes)
    for _, put in standing(history):
        if put.path == f"{SINGLE}.cls_logits" and put.model.slot(put.path) is not None:
            yield _beside_logits(history, put)


def _beside_scores(history: History, put: Replaced, classes: int) -> Iterator[Judgement]:
    boxes = classes_of_boxes(history, put.model)
    if boxes is None or boxes == classes or is_new_under(history, put.model, BOXES):
        yield Fine(put.place)
        return
    message = f"`cls_score` gives scores for {classes} classes, and `bbox_pred` beside it boxes for {boxes}"
    yield _fault(history, put, message, "FastRCNNPredictor")


def _beside_boxes(history: History, put: Replaced, classes: int) -> Iterator[Judgement]:
    logits = put.model.slot(f"{MASK}.mask_fcn_logits")
    if logits is None or not isinstance(logits.layer.gives, Known):
        return
    masks = logits.layer.gives.value
    if masks == classes or not isinstance(masks, int) or is_new_under(history, put.model, MASK):
        yield Fine(put.place)
        return
    message = f"the new box head is for {classes} classes, and the mask head of {put.model.name} still for {masks}"
    severity = None if classes > masks else Severity.WARNING
    yield _fault(history, put, message, "MaskRCNNPredictor", severity)


def _beside_logits(history: History, put: Replaced) -> Judgement:
    old = put.model.slot(put.path)
    gives = put.new.gives if isinstance(put.new, Layer) else put.new
    count = put.model.classes
    number = put.model.number
    is_open = any(_is_count(wrote, put) for wrote in history.of(Wrote)) or any(
        event.model.number == number for event in history.of(Escaped)
    )
    is_same = old is None or not isinstance(gives, Known) or gives.value == _value(old.layer.gives)
    if is_open or is_same or not isinstance(count, int):
        return Fine(put.place)
    message = f"`cls_logits` is new, and `num_classes` of {put.model.name}'s classification head still says {count}"
    return _fault(history, put, message, "RetinaNetClassificationHead")


def _value(width: Width) -> object:
    return width.value if isinstance(width, Known) else None


def _is_count(wrote: Wrote, put: Replaced) -> bool:
    same = wrote.model.number == put.model.number and wrote.path == SINGLE
    return same and wrote.owner is Owner.MODULE and wrote.name == "num_classes"


def _fault(history: History, put: Replaced, message: str, predictor: str, severity: Severity | None = None) -> Fault:
    steps = (*built_steps(history, put.model), replaced_step(put))
    fix = Fix(f"put a new `{predictor}` in the place of the old one", Safety.DISPLAY, ())
    return Fault(put.place, message, steps, fix=fix, severity=severity)
