"""A layer is built in the forward pass, anew for every batch.

`nn.Linear(512, 10)(features)` in `forward` makes a layer with random weights, uses it once and throws it away. It is
in no `model.parameters()` and never trained; what the model returns changes from call to call. Nothing is printed.

Build the layer in `__init__`, and call it in `forward`.

Bad:
```python
import torch
import torch.nn as nn
from torchvision import models

class Flowers(nn.Module):
    def __init__(self):
        super().__init__()
        self.backbone = models.resnet18(weights="IMAGENET1K_V1")
        self.backbone.fc = nn.Identity()

    def forward(self, images):
        features = self.backbone(images)
        return nn.Linear(512, 10)(features)  # error: [layer-made-in-forward] "made anew in every forward pass"

model = Flowers()
optimizer = torch.optim.Adam(model.parameters())
```

Good:
```python
import torch
import torch.nn as nn
from torchvision import models

class Flowers(nn.Module):
    def __init__(self):
        super().__init__()
        self.backbone = models.resnet18(weights="IMAGENET1K_V1")
        self.backbone.fc = nn.Identity()
        self.head = nn.Linear(512, 10)

    def forward(self, images):
        return self.head(self.backbone(images))

model = Flowers()
optimizer = torch.optim.Adam(model.parameters())
```

headlint is silent about layers without parameters (`nn.ReLU()(x)`), about layers that are built once and kept
(`if self.head is None: self.head = …`), and where no optimizer is in sight.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from headlint.finding import Severity
from headlint.history import MadeInForward, OptimizerBuilt
from headlint.reading.telling import counted
from headlint.rule import Fault, Fine

if TYPE_CHECKING:
    from collections.abc import Iterator

    from headlint.history import History
    from headlint.rule import Judgement

SEVERITY = Severity.ERROR


def judge(history: History) -> Iterator[Judgement]:
    """Look at every layer that a forward pass builds."""
    trains = any(history.of(OptimizerBuilt))
    for made in history.of(MadeInForward):
        if not trains:
            yield Fine(made.place)
            continue
        lost = counted(made.parameters, "parameter")
        message = (
            f"the {made.kind} is made anew in every forward pass: its {lost} begin at random and are never trained"
        )
        yield Fault(made.place, message)
