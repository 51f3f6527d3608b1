"""A detector is given a class count that leaves no class besides the background.

In torchvision's Faster, Mask and Keypoint R-CNN class 0 is the background, and your own classes begin with 1: for one
kind of object `num_classes` is 2. With 1 there is nothing but the background to predict:

    IndexError: Target 1 is out of bounds.

or, if the labels begin with 0, nothing: it trains, and every object is taught to be background.

Bad:
```python
from torchvision.models.detection import fasterrcnn_resnet50_fpn
from torchvision.models.detection.faster_rcnn import FastRCNNPredictor

model = fasterrcnn_resnet50_fpn(weights="DEFAULT")
width = model.roi_heads.box_predictor.cls_score.in_features
model.roi_heads.box_predictor = FastRCNNPredictor(width, 1)  # warning: [detector-background-class] "1 class"
```

Good:
```python
from torchvision.models.detection import fasterrcnn_resnet50_fpn
from torchvision.models.detection.faster_rcnn import FastRCNNPredictor

model = fasterrcnn_resnet50_fpn(weights="DEFAULT")
width = model.roi_heads.box_predictor.cls_score.in_features
model.roi_heads.box_predictor = FastRCNNPredictor(width, 1 + 1)
```

headlint is silent about counts of two and more, which may have the background in them, and about RetinaNet, FCOS and
other libraries, whose classes are objects only.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from headlint.finding import Severity
from headlint.history import Built
from headlint.reading.detectors import is_of_regions, new_counts
from headlint.reading.telling import built_steps, replaced_step
from headlint.rule import Fault, Fine

if TYPE_CHECKING:
    from collections.abc import Iterator

    from headlint.history import History
    from headlint.rule import Judgement

SEVERITY = Severity.WARNING


def judge(history: History) -> Iterator[Judgement]:
    """Look at the class counts of every R-CNN."""
    for built in history.of(Built):
        if is_of_regions(built.model) and built.model.classes == 1:
            yield Fault(built.place, f"{built.model.name} is built for 1 class, which is the background")
    for put, classes in new_counts(history):
        if classes != 1:
            yield Fine(put.place)
            continue
        message = f"the new head gives 1 class, which is the background for {put.model.name}"
        yield Fault(put.place, message, (*built_steps(history, put.model), replaced_step(put)))
