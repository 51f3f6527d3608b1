"""A checkpointed part of the model gets no gradient, because all that comes before it is frozen.

`torch.utils.checkpoint` saves memory by computing a part of the forward pass a second time. In its older, reentrant
way, which is still what a call without `use_reentrant` means, that part takes part in the backward pass only if one of
the tensors that it is handed asks for a gradient. Behind a frozen stem none does: what is trainable in it keeps its
values, while the head behind it learns. PyTorch warns once, among other warnings:

    None of the inputs have requires_grad=True. Gradients will be None

Pass `use_reentrant=False`; or, with transformers, `gradient_checkpointing_kwargs={"use_reentrant": False}`.

Bad:
```python
import torch
import torch.nn as nn
from torch.utils.checkpoint import checkpoint
from torchvision import models


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.stem = nn.Sequential(*list(models.resnet18(weights="IMAGENET1K_V1").children())[:5])
        self.stage = nn.Conv2d(64, 64, 3)
        self.head = nn.Linear(64, 10)

    def forward(self, images):
        features = checkpoint(self.stage, self.stem(images))  # error: [frozen-checkpointing] "2 trainable parameters"
        return self.head(features.mean((2, 3)))


net = Net()
net.stem.requires_grad_(False)
optimizer = torch.optim.SGD([p for p in net.parameters() if p.requires_grad], lr=0.01)
```

Good:
```python
import torch
import torch.nn as nn
from torch.utils.checkpoint import checkpoint
from torchvision import models


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.stem = nn.Sequential(*list(models.resnet18(weights="IMAGENET1K_V1").children())[:5])
        self.stage = nn.Conv2d(64, 64, 3)
        self.head = nn.Linear(64, 10)

    def forward(self, images):
        features = checkpoint(self.stage, self.stem(images), use_reentrant=False)
        return self.head(features.mean((2, 3)))


net = Net()
net.stem.requires_grad_(False)
optimizer = torch.optim.SGD([p for p in net.parameters() if p.requires_grad], lr=0.01)
```

headlint is silent where all that is checkpointed is frozen as well, and in inference. Only a run can know this.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from headlint.finding import Fix, Safety, Severity
from headlint.history import CutOff, Unknown, Witness
from headlint.reading.freezing import is_to_learn
from headlint.reading.models import final_state
from headlint.reading.telling import counted
from headlint.rule import Abstained, Fault, Fine

if TYPE_CHECKING:
    from collections.abc import Iterator

    from headlint.history import History
    from headlint.rule import Judgement

SEVERITY = Severity.ERROR
WITNESSES = frozenset({Witness.RUNTIME})


def judge(history: History) -> Iterator[Judgement]:
    """Look at every checkpointed stretch that gets no gradient."""
    for event in history.of(CutOff):
        ready = final_state(history, event.model)
        if isinstance(ready, Unknown):
            yield Abstained(event.place, ready.why)
        elif event.trainable and is_to_learn(history, ready):
            yield _fault(event)
        else:
            yield Fine(event.place)


def _fault(event: CutOff) -> Fault:
    count = counted(len(event.trainable), "trainable parameter")
    what = f"{count} of {event.model.name} get no gradient: `{event.trainable[0]}`"
    more = ", …" if len(event.trainable) > 1 else ""
    message = f"{what}{more}; they are checkpointed, and nothing before them trains"
    return Fault(event.place, message, fix=Fix("pass `use_reentrant=False`", Safety.DISPLAY, ()))
