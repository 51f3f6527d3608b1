"""One part of a detector's head has the new classes, and the others have the old ones.

A detector says for each box which class it shows, where the box lies for each class, and, if it is a Mask R-CNN, what
the mask looks like for each class. These numbers belong together:

* `cls_score` alone: training runs, and the first evaluation stops, for there are boxes for 91 classes and scores for 3;
* a new `box_predictor` in Mask R-CNN without a new `mask_predictor`: with more classes than 91 training stops; with
  fewer it runs, and 91 masks are computed for each box;
* new class layers in RetinaNet or FCOS (`cls_logits`) or in SSD (`module_list`) while the number of classes stands
  beside them as it was (`num_classes`, `num_columns`):

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

Bad:
```python
import torch.nn as nn
from torchvision.models.detection import ssd300_vgg16

model = ssd300_vgg16(weights="DEFAULT")
widths, anchors = [512, 1024, 512, 256, 256, 256], [4, 6, 6, 6, 4, 4]
layers = [nn.Conv2d(width, count * 3, 3, padding=1) for width, count in zip(widths, anchors)]
model.head.classification_head.module_list = nn.ModuleList(layers)  # error: [detector-head-incomplete] "says 91"
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
from headlint.history import Escaped, Known, Owner, Wrote
from headlint.reading.detectors import (
    BOXES,
    MASK,
    SCORES,
    SINGLE,
    classes_of_boxes,
    count_name,
    is_new_under,
    is_of_scores,
    new_counts,
    scores_differ,
)
from headlint.reading.models import standing
from headlint.reading.telling import built_steps, replaced_step
from headlint.rule import Fault, Fine

if TYPE_CHECKING:
    from collections.abc import Iterator

    from headlint.history import History, Replaced
    from headlint.rule import Judgement

SEVERITY = Severity.ERROR


def judge(history: History) -> Iterator[Judgement]:
    """Look at every new part of a detector's head."""
    for put, _, classes in new_counts(history):
        yield from _beside_scores(history, put, classes) if put.path == SCORES else _beside_boxes(history, put, classes)
    for _, put in standing(history):
        if is_of_scores(put.model, put.path):
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
    count, name, number = put.model.classes, count_name(put.model), put.model.number
    is_open = any(_is_count(wrote, put, name) for wrote in history.of(Wrote)) or any(
        event.model.number == number for event in history.of(Escaped)
    )
    if is_open or not scores_differ(put) or not isinstance(count, int):
        return Fine(put.place)
    what = put.path.removeprefix(f"{SINGLE}.")
    message = f"`{what}` is new, and `{name}` of {put.model.name}'s classification head still says {count}"
    head = put.model.slot(SINGLE)
    return _fault(history, put, message, head.layer.kind if head is not None else "classification head")


def _is_count(wrote: Wrote, put: Replaced, name: str) -> bool:
    same = wrote.model.number == put.model.number and wrote.path == SINGLE
    return same and wrote.owner is Owner.MODULE and wrote.name == name


def _fault(history: History, put: Replaced, message: str, predictor: str, severity: Severity | None = None) -> Fault:
    steps = (*built_steps(history, put.model), replaced_step(put))
    fix = Fix(f"put a new `{predictor}` in the place of the old one", Safety.DISPLAY, ())
    return Fault(put.place, message, steps, fix=fix, severity=severity)
