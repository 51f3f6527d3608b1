"""A layer fits images of another size than the usual one.

A convolutional backbone gives more positions for larger images. Where they are flattened and handed to a Linear, that
layer fits one size alone: `nn.Linear(512 * 2 * 2, 10)` behind a resnet18 without its pooling reads images of 64 x 64,
and stops at those of 224 x 224:

    RuntimeError: mat1 and mat2 shapes cannot be multiplied (8x25088 and 2048x10)

Whether that is a mistake is decided by the data. This note names both sizes, for those who want to compare them with
what their transforms give. It is off unless it is asked for: `headlint check --select input-size-mismatch`. A
pooling to a fixed size, `nn.AdaptiveAvgPool2d(1)`, makes a head that takes images of any size.

Bad:
```python
import torch
import torch.nn as nn
from torchvision import models


class Net(nn.Module):
    def __init__(self, classes=10):
        super().__init__()
        backbone = models.resnet18(weights="IMAGENET1K_V1")
        self.features = nn.Sequential(*list(backbone.children())[:-2])
        self.head = nn.Linear(512 * 2 * 2, classes)  # note: [input-size-mismatch] "gives 25088 for images of 224 x 224"

    def forward(self, images):
        return self.head(torch.flatten(self.features(images), 1))


model = Net()
```

Good:
```python
import torch
import torch.nn as nn
from torchvision import models


class Net(nn.Module):
    def __init__(self, classes=10):
        super().__init__()
        backbone = models.resnet18(weights="IMAGENET1K_V1")
        self.features = nn.Sequential(*list(backbone.children())[:-2])
        self.pool = nn.AdaptiveAvgPool2d(1)
        self.head = nn.Linear(512, classes)

    def forward(self, images):
        return self.head(torch.flatten(self.pool(self.features(images)), 1))


model = Net()
```

headlint is silent about layers that no whole number of positions would fit: head-width-mismatch tells those.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from headlint.finding import Severity
from headlint.history import Arrived, Known, Unknown
from headlint.reading.joining import giver, taker
from headlint.reading.telling import built_steps
from headlint.reading.widths import unit
from headlint.rule import Abstained, Fault, Fine

if TYPE_CHECKING:
    from collections.abc import Iterator

    from headlint.history import History, Sizes
    from headlint.rule import Judgement

SEVERITY = Severity.NOTE


def judge(history: History) -> Iterator[Judgement]:
    """Look at what arrives at every new layer."""
    for arrived in history.of(Arrived):
        if arrived.sizes is not None:
            steps = tuple(built_steps(history, arrived.model))
            yield Fault(arrived.place, _message(history, arrived, arrived.sizes), steps)
        elif isinstance(arrived.shape, Unknown):
            yield Abstained(arrived.place, arrived.shape.why)
        else:
            yield Fine(arrived.place)


def _message(history: History, arrived: Arrived, sizes: Sizes) -> str:
    takes = arrived.layer.takes
    number = takes.value if isinstance(takes, Known) else "other"
    works = f", as images of {sizes.works} x {sizes.works} give" if isinstance(sizes.works, int) else ""
    given = f"{giver(history, arrived)} gives {sizes.width} for images of {sizes.fails} x {sizes.fails}"
    return f"{taker(history, arrived)} takes {number} {unit(arrived.layer)}{works}; {given}"
