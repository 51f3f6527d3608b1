"""A detector is given a class count that leaves no class besides the background.

In torchvision's Faster, Mask and Keypoint R-CNN class 0 is the background, and your own classes begin with 1: for one
kind of object `num_classes` is 2. With 1 there is nothing but the background to predict:

    IndexError: Target 1 is out of bounds.

or, if the labels begin with 0, nothing: it trains, and every object is taught to be background. The same happens to one
of your classes where the count is that of a list with their names alone: `len(["cat", "dog"])` is 2, and 3 are needed.

Bad:
```python
from torchvision.models.detection import fasterrcnn_resnet50_fpn
from torchvision.models.detection.faster_rcnn import FastRCNNPredictor

model = fasterrcnn_resnet50_fpn(weights="DEFAULT")
width = model.roi_heads.box_predictor.cls_score.in_features
model.roi_heads.box_predictor = FastRCNNPredictor(width, 1)  # warning: [detector-background-class] "1 class"
```

Bad:
```python
from torchvision.models.detection import fasterrcnn_resnet50_fpn
from torchvision.models.detection.faster_rcnn import FastRCNNPredictor

NAMES = ["cat", "dog"]
model = fasterrcnn_resnet50_fpn(weights="DEFAULT")
width = model.roi_heads.box_predictor.cls_score.in_features
model.roi_heads.box_predictor = FastRCNNPredictor(width, len(NAMES))  # warning: [detector-background-class] "cat, dog"
```

Good:
```python
from torchvision.models.detection import fasterrcnn_resnet50_fpn
from torchvision.models.detection.faster_rcnn import FastRCNNPredictor

model = fasterrcnn_resnet50_fpn(weights="DEFAULT")
width = model.roi_heads.box_predictor.cls_score.in_features
model.roi_heads.box_predictor = FastRCNNPredictor(width, 1 + 1)
```

headlint is silent about other counts of two and more, which may have the background in them, about lists in which some
name may stand for it (`__background__`, `none`, `0`), and about RetinaNet, FCOS and other libraries, whose classes are
objects only.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from headlint.finding import Severity
from headlint.history import Built, Known
from headlint.reading.detectors import is_of_regions, new_counts
from headlint.reading.telling import built_steps, replaced_step
from headlint.rule import Fault, Fine

if TYPE_CHECKING:
    from collections.abc import Iterator

    from headlint.history import History
    from headlint.rule import Judgement

SEVERITY = Severity.WARNING

_MOST_NAMED = 3
_BACKGROUND = re.compile(
    r"""[\W_]*|.*(back_?gr|b_?grnd|void|ignore|hintergrund|fondo|fundo|sfondo|arkaplan|背景|배경|фон).*
    |_*(bg|bkg|none|null|nothing|no_?obj\w*|empty|other\w*|unknown|unlabel\w*|n/?a|negative|neg|fond|0)_*""",
    re.IGNORECASE | re.VERBOSE,
)
"""What people call the class of what shows none of their objects."""


def judge(history: History) -> Iterator[Judgement]:
    """Look at the class counts of every R-CNN."""
    for built in history.of(Built):
        if not is_of_regions(built.model):
            continue
        name, told = built.model.name, next((one.value for one in built.arguments if one.name == "num_classes"), None)
        if built.model.classes == 1:
            yield Fault(built.place, f"{name} is built for 1 class, which is the background")
        elif isinstance(told, Known) and _lacks_background(told):
            yield Fault(built.place, f"{name} is built for {_one_for_each(told)}", read=True)
    for put, told, classes in new_counts(history):
        steps = (*built_steps(history, put.model), replaced_step(put))
        if classes == 1:
            message = f"the new head gives 1 class, which is the background for {put.model.name}"
            yield Fault(put.place, message, steps)
        elif _lacks_background(told):
            yield Fault(put.place, f"the new head of {put.model.name} is for {_one_for_each(told)}", steps, read=True)
        else:
            yield Fine(put.place)


def _lacks_background(told: Known) -> bool:
    """Whether a count is that of names of objects, none of which stands for the background."""
    return bool(told.names) and not any(_BACKGROUND.fullmatch(name.strip()) for name in told.names)


def _one_for_each(told: Known) -> str:
    names = ", ".join(told.names[:_MOST_NAMED]) + (", …" if len(told.names) > _MOST_NAMED else "")
    return f"{told.value} classes, one for each name ({names}), and none of them is the background"
