"""A layer of a network of one's own takes no part in its forward pass.

It is built in `__init__`, registered, moved, saved and handed to the optimizer, and `forward` never gets to it: a head
from an earlier version, a dropout that was forgotten, a second branch that is still to come. Its weights stay as they
were made, and DistributedDataParallel stops with "Expected to have finished reduction in the prior iteration".

It is harmless as often as not, so that this note is off unless it is asked for:
`headlint check --select module-never-used`. What is put on a published model under a name that its forward pass
doesn't know is told by head-never-called, which is an error.

Bad:
```python
import torch
import torch.nn as nn
from torchvision import models


class Net(nn.Module):
    def __init__(self, classes=10):
        super().__init__()
        self.backbone = models.resnet18(weights="IMAGENET1K_V1")
        self.backbone.fc = nn.Identity()
        self.hidden = nn.Linear(512, 512)  # note: [module-never-used] "`self.hidden` takes no part in the forward"
        self.head = nn.Linear(512, classes)

    def forward(self, images):
        return self.head(torch.relu(self.backbone(images)))


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
        self.backbone = models.resnet18(weights="IMAGENET1K_V1")
        self.backbone.fc = nn.Identity()
        self.hidden = nn.Linear(512, 512)
        self.head = nn.Linear(512, classes)

    def forward(self, images):
        return self.head(torch.relu(self.hidden(self.backbone(images))))


model = Net()
```

headlint is silent about layers without parameters, and about what any code of the script calls under its name: a branch
of `forward` that this run didn't take. Only a run tells what takes part.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from headlint.finding import Severity
from headlint.history import TookPart, Unknown, Witness
from headlint.reading.models import standing_at
from headlint.reading.telling import built_steps, spelled
from headlint.rule import Abstained, Fault, Fine

if TYPE_CHECKING:
    from collections.abc import Iterator

    from headlint.history import History
    from headlint.rule import Judgement

SEVERITY = Severity.NOTE
WITNESSES = frozenset({Witness.RUNTIME})


def judge(history: History) -> Iterator[Judgement]:
    """Look at every layer that was put into a network of the user's own."""
    for took_part in history.of(TookPart):
        if took_part.model.library:
            continue
        if isinstance(took_part.answer, Unknown):
            yield Abstained(took_part.place, took_part.answer.why)
        elif took_part.answer or not took_part.layer.parameters:
            yield Fine(took_part.place)
        else:
            yield _fault(history, took_part)


def _fault(history: History, took_part: TookPart) -> Fault:
    replaced = standing_at(history, took_part.model, took_part.path)
    what = replaced.target if replaced is not None else spelled(took_part.path)
    message = f"`{what}` takes no part in the forward pass of {took_part.model.name}"
    return Fault(took_part.place, message, tuple(built_steps(history, took_part.model)))
