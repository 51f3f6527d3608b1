"""The new head is in no parameter group of the optimizer.

The groups were written by hand, and the head is in none of them: a group was left out, or the optimizer takes a part
of the model that the head is not in. The head gets gradients, and no step moves it; nothing is printed. Because the
rest does train, the loss may even fall a little, which hides the mistake for days.

Bad:
```python
import torch
import torch.nn as nn
from torchvision import models

model = models.resnet18(weights="IMAGENET1K_V1")
model.fc = nn.Linear(model.fc.in_features, 10)
optimizer = torch.optim.SGD(model.layer4.parameters(), lr=0.01)  # error: [head-not-optimized] "the new head `fc`"
```

Good:
```python
import torch
import torch.nn as nn
from torchvision import models

model = models.resnet18(weights="IMAGENET1K_V1")
model.fc = nn.Linear(model.fc.in_features, 10)
groups = [{"params": model.layer4.parameters(), "lr": 1e-4}, {"params": model.fc.parameters()}]
optimizer = torch.optim.SGD(groups, lr=0.01)
```

headlint is silent where another optimizer or `add_param_group` takes the head, where the head is frozen on purpose,
where nothing of the model is in any optimizer, and about backbones: leaving them out is one way to freeze them. A head
that came after the optimizer is told by optimizer-before-surgery.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from headlint.finding import Severity, Step
from headlint.history import Absent, OptimizerBuilt, Unknown
from headlint.reading.freezing import new_heads
from headlint.reading.telling import built_steps, counted, listed, replaced_step
from headlint.reading.training import held_paths, is_left_out, optimizers_of
from headlint.rule import Abstained, Fault, Fine

if TYPE_CHECKING:
    from collections.abc import Iterator

    from headlint.history import History, Replaced
    from headlint.rule import Judgement

SEVERITY = Severity.ERROR


def judge(history: History) -> Iterator[Judgement]:
    """Look for every new head in the optimizers that hold something of its model."""
    if not any(history.of(OptimizerBuilt)):
        return
    for position, head in new_heads(history):
        optimizers = optimizers_of(history, head.model)
        if not optimizers or isinstance(head.old, Absent) or optimizers[-1][0] < position:
            continue
        last = optimizers[-1][1]
        match is_left_out(history, head):
            case Unknown(why=why):
                yield Abstained(last.place, why)
            case True:
                yield _fault(history, last, head)
            case False:
                yield Fine(last.place)


def _fault(history: History, optimizer: OptimizerBuilt, head: Replaced) -> Fault:
    held = counted(len(set(held_paths(optimizer, head.model))), "parameter")
    message = f"{optimizer.name} holds {held} of {head.model.name}, and none of the new head {listed([head.path])}"
    taken = Step(optimizer.place, f"{optimizer.name} takes `{optimizer.text}`")
    return Fault(optimizer.place, message, (*built_steps(history, head.model), replaced_step(head), taken))
