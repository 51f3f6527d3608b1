"""Layers stand in a plain list or dictionary, where PyTorch doesn't see them.

A module registers what is assigned to its attributes: modules and parameters. It looks into no list. The forward pass
works, and nothing is printed: the layers of the list are missing from `model.parameters()`, so that no optimizer
trains them, from `state_dict()`, so that they are not saved, and from `.to(device)`.

Keep them in an `nn.ModuleList` or an `nn.ModuleDict`. (The keys of a checkpoint change with it.)

Bad:
```python
import torch
import torch.nn as nn
from torchvision import models

class TwoTasks(nn.Module):
    def __init__(self):
        super().__init__()
        self.backbone = models.resnet18(weights="IMAGENET1K_V1")
        self.backbone.fc = nn.Identity()
        self.heads = [nn.Linear(512, 10), nn.Linear(512, 3)]  # error: [head-outside-registry] "`heads` is a list"

    def forward(self, images):
        features = self.backbone(images)
        return [head(features) for head in self.heads]

model = TwoTasks()
optimizer = torch.optim.Adam(model.parameters())
```

Good:
```python
import torch
import torch.nn as nn
from torchvision import models

class TwoTasks(nn.Module):
    def __init__(self):
        super().__init__()
        self.backbone = models.resnet18(weights="IMAGENET1K_V1")
        self.backbone.fc = nn.Identity()
        self.heads = nn.ModuleList([nn.Linear(512, 10), nn.Linear(512, 3)])

    def forward(self, images):
        features = self.backbone(images)
        return [head(features) for head in self.heads]

model = TwoTasks()
optimizer = torch.optim.Adam(model.parameters())
```

headlint is silent about layers that are registered elsewhere as well, about frozen ones, about those whose parameters
some optimizer holds, about a single published model in a list (how one hides a teacher) and names that begin with an
underscore, and where no optimizer is in sight.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from headlint.finding import Edit, Fix, Safety, Severity
from headlint.history import Hidden, OptimizerBuilt, Unknown
from headlint.reading.telling import counted
from headlint.rule import Abstained, Fault, Fine

if TYPE_CHECKING:
    from collections.abc import Iterator

    from headlint.history import History
    from headlint.rule import Judgement

SEVERITY = Severity.ERROR


def judge(history: History) -> Iterator[Judgement]:
    """Look at every list of layers that is not registered."""
    trains = any(history.of(OptimizerBuilt))
    for hidden in history.of(Hidden):
        if isinstance(hidden.optimized, Unknown):
            yield Abstained(hidden.place, hidden.optimized.why)
        elif hidden.optimized or not trains:
            yield Fine(hidden.place)
        else:
            yield _fault(hidden)


def _fault(hidden: Hidden) -> Fault:
    name = hidden.path.rpartition(".")[2]
    message = (
        f"`{name}` is a {hidden.container}, which {hidden.model.name} doesn't look into: "
        f"{counted(hidden.parameters, 'parameter')} of {counted(hidden.count, 'layer')} in no optimizer"
    )
    return Fault(hidden.place, message, fix=_fix(hidden))


def _fix(hidden: Hidden) -> Fix | None:
    """Wrap a list or dictionary that is written out where it is assigned."""
    left, _, value = (hidden.written.text if hidden.written else "").partition(" = ")
    value = value.strip()
    kind = {"[": "nn.ModuleList", "{": "nn.ModuleDict"}.get(value[:1], "")
    if not kind or value[-1] not in "]}" or hidden.written is None:
        return None
    return Fix(f"write `{kind}(…)`", Safety.UNSAFE, (Edit(hidden.written.place, f"{left} = {kind}({value})"),))
