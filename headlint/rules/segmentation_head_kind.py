"""A Linear stands where a segmentation model needs a convolution.

FCN, DeepLab and LRASPP give a class to every pixel: what reaches their last layer is a feature map, and a convolution
with a kernel of 1 makes scores of it. A Linear reads the last axis, which is the width of the image:

    RuntimeError: mat1 and mat2 shapes cannot be multiplied (33280x65 and 256x2)

Put `nn.Conv2d(256, classes, kernel_size=1)` there.

Bad:
```python
import torch.nn as nn
from torchvision.models.segmentation import deeplabv3_resnet50

model = deeplabv3_resnet50(weights_backbone="DEFAULT")
width = model.classifier[4].in_channels
model.classifier[4] = nn.Linear(width, 2)  # error: [segmentation-head-kind] "gives a class to every pixel"
```

Good:
```python
import torch.nn as nn
from torchvision.models.segmentation import deeplabv3_resnet50

model = deeplabv3_resnet50(weights_backbone="DEFAULT")
model.classifier[4] = nn.Conv2d(model.classifier[4].in_channels, 2, kernel_size=1)
```

headlint is silent about Linears inside new heads of your own, which may bring the channels to the end before. A Linear
that a feature map reaches in a classifier is told by head-rank-mismatch.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from headlint.finding import Fix, Safety, Severity
from headlint.history import Arrived, Known, Unknown
from headlint.reading.joining import steps_to
from headlint.reading.telling import article, spelled
from headlint.reading.widths import is_linear_on_pixels
from headlint.rule import Abstained, Fault, Fine

if TYPE_CHECKING:
    from collections.abc import Iterator

    from headlint.history import History
    from headlint.rule import Judgement

SEVERITY = Severity.ERROR


def judge(history: History) -> Iterator[Judgement]:
    """Look at every new layer in the head of a model that gives maps."""
    for arrived in history.of(Arrived):
        if isinstance(arrived.shape, Unknown):
            yield Abstained(arrived.place, arrived.shape.why)
        elif is_linear_on_pixels(arrived):
            yield _fault(history, arrived)
        else:
            yield Fine(arrived.place)


def _fault(history: History, arrived: Arrived) -> Fault:
    what = f"`{spelled(arrived.path)}` is {article(arrived.layer.kind)}"
    message = f"{what}, and {arrived.model.name} gives a class to every pixel: {arrived.shape} reaches it"
    return Fault(arrived.place, message, steps_to(history, arrived), fix=_fix(arrived))


def _fix(arrived: Arrived) -> Fix | None:
    slot = arrived.model.slot(arrived.path)
    if slot is None or slot.layer.kind != "Conv2d" or not isinstance(slot.layer.takes, Known):
        return None
    return Fix(f"write `nn.Conv2d({slot.layer.takes.value}, …, kernel_size=1)`", Safety.DISPLAY, ())
