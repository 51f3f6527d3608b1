"""The model was moved to a device before the new head was put in, which stayed on the CPU.

`model.to(device)` moves the layers that a model has at that moment. A layer that is assigned later is made on the CPU
and stays there. The first forward pass on a GPU stops at it:

    RuntimeError: Expected all tensors to be on the same device, but found at least two devices, cuda:0 and cpu!

On a machine without a GPU nothing happens, which is how it gets into a repository. Move the model after its last
layer is in place, or move the new layer as well.

Bad:
```python
import torch
import torch.nn as nn
from torchvision import models

model = models.resnet18(weights="IMAGENET1K_V1").cuda()
model.fc = nn.Linear(model.fc.in_features, 10)  # error: [head-on-other-device] "resnet18 was moved to cuda"
optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
loss = nn.functional.cross_entropy(model(torch.zeros(2, 3, 224, 224).cuda()), torch.zeros(2, dtype=torch.long).cuda())
loss.backward()
optimizer.step()
```

Good:
```python
import torch
import torch.nn as nn
from torchvision import models

model = models.resnet18(weights="IMAGENET1K_V1")
model.fc = nn.Linear(model.fc.in_features, 10)
model = model.cuda()
optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
loss = nn.functional.cross_entropy(model(torch.zeros(2, 3, 224, 224).cuda()), torch.zeros(2, dtype=torch.long).cuda())
loss.backward()
optimizer.step()
```

headlint is silent where either was moved again before the first training step, where a condition or somebody else's
trainer decides, where the head was made on a device, where the default device was changed, and where no training step
is in sight: who calls a function that builds a model may move it.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from headlint.finding import Fix, Safety, Severity
from headlint.history import Witness
from headlint.reading.lots import compared, steps_from
from headlint.reading.telling import spelled
from headlint.rule import Fault

if TYPE_CHECKING:
    from collections.abc import Iterator

    from headlint.history import History, Joined
    from headlint.rule import Judgement

SEVERITY = Severity.ERROR

# a run leaves training out, and keeps all parameters in one place
WITNESSES = frozenset({Witness.STATIC})

_CPU = frozenset({"", "cpu", "meta"})
OPEN = "?"


def judge(history: History) -> Iterator[Judgement]:
    """Look at every new module that goes into training together with the rest of its model."""
    yield from compared(history, lambda lot: lot.device, partial(_fault, history))


def _fault(history: History, joined: Joined, own: str, rest: str) -> Fault | None:
    if own != "" or rest in _CPU:
        return None
    name, path = joined.model.name, spelled(joined.path)
    where = "another device" if rest == OPEN else rest
    message = f"{name} was moved to {where}, and the new `{path}` is still where it was made, on the CPU"
    steps = steps_from(history, joined, joined.rest, "moves it")
    fix = Fix(f"move {name} after `{path}` is in place, or move the new layer as well", Safety.DISPLAY, ())
    return Fault(joined.place, message, steps, fix=fix)
