"""An optimizer is handed the same parameter twice.

It happens when the head gets a group of its own, and the other group takes the whole model, head included. PyTorch
refuses that when the optimizer is built:

    ValueError: some parameters appear in more than one parameter group

`add_param_group` refuses what an optimizer holds already in the same way: when a stage is thawed after some epochs,
give it the stage alone, and not again all that is trainable. Twice in one group is only warned about, and updates the
parameter once. Leave the head out of the other group:
`[p for name, p in model.named_parameters() if not name.startswith("fc.")]`.

Bad:
```python
import torch
import torch.nn as nn
from torchvision import models

model = models.resnet18(weights="IMAGENET1K_V1")
model.fc = nn.Linear(model.fc.in_features, 10)
optimizer = torch.optim.SGD(  # error: [duplicate-parameters] "SGD is handed 2 parameters of resnet18 twice"
    [{"params": model.parameters(), "lr": 1e-4}, {"params": model.fc.parameters(), "lr": 1e-2}]
)
```

Bad:
```python
import torch
import torch.nn as nn
from torchvision import models

model = models.resnet18(weights="IMAGENET1K_V1")
model.requires_grad_(False)
model.fc = nn.Linear(model.fc.in_features, 10)
optimizer = torch.optim.Adam(model.fc.parameters(), lr=1e-3)
model.layer4.requires_grad_(True)
trainable = [p for p in model.parameters() if p.requires_grad]
optimizer.add_param_group({"params": trainable, "lr": 1e-5})  # error: [duplicate-parameters] "that it holds already"
```

Good:
```python
import torch
import torch.nn as nn
from torchvision import models

model = models.resnet18(weights="IMAGENET1K_V1")
model.fc = nn.Linear(model.fc.in_features, 10)
backbone = [p for name, p in model.named_parameters() if not name.startswith("fc.")]
optimizer = torch.optim.SGD([{"params": backbone, "lr": 1e-4}, {"params": model.fc.parameters(), "lr": 1e-2}])
```

headlint is silent about one parameter in two optimizers, which is a way to train in turns.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from headlint.finding import Severity
from headlint.history import Built, GroupAdded, OptimizerBuilt, Unknown
from headlint.reading.telling import counted, listed
from headlint.rule import Abstained, Fault, Fine

if TYPE_CHECKING:
    from collections.abc import Iterator

    from headlint.history import History
    from headlint.rule import Judgement

SEVERITY = Severity.ERROR

SHOWN = 3


def judge(history: History) -> Iterator[Judgement]:
    """Count what every optimizer holds."""
    for optimizer in history.of(OptimizerBuilt):
        if isinstance(optimizer.holds, Unknown):
            yield Abstained(optimizer.place, optimizer.holds.why)
            continue
        twice = [held for held, count in Counter(optimizer.holds).items() if count > 1]
        yield _fault(history, optimizer, twice, "twice") if twice else Fine(optimizer.place)
    for added in history.of(GroupAdded):
        again = list(dict.fromkeys(added.twice))
        yield _fault(history, added, again, "that it holds already") if again else Fine(added.place)


def _fault(history: History, optimizer: OptimizerBuilt | GroupAdded, twice: list[tuple[int, str]], how: str) -> Fault:
    number = twice[0][0]
    paths = [path for owner, path in twice if owner == number]
    named = {built.model.number: built.model.name for built in history.of(Built)}
    whose = f" of {named[number]}" if number in named else ""
    examples = listed(paths[:SHOWN]) + (", …" if len(paths) > SHOWN else "")
    return Fault(
        optimizer.place, f"{optimizer.name} is handed {counted(len(paths), 'parameter')}{whose} {how}: {examples}"
    )
