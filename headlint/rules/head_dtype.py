"""The model's numbers were changed to another type, and the new head was put in afterwards.

`model.half()` changes the layers that a model has at that moment. A layer that is assigned later holds 32-bit numbers,
and gets 16-bit ones from the layer before it. The first forward pass stops there:

    RuntimeError: mat1 and mat2 must have the same dtype, but got Half and Float

Change the type after the last layer is in place, or better, leave the weights as they are and train under
`torch.autocast`, which is made for this.

Bad:
```python
import torch
import torch.nn as nn
from torchvision import models

model = models.resnet18(weights="IMAGENET1K_V1").half()
model.fc = nn.Linear(model.fc.in_features, 10)  # error: [head-dtype] "the numbers of resnet18 are float16"
optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
loss = nn.functional.cross_entropy(model(torch.zeros(2, 3, 224, 224).half()), torch.zeros(2, dtype=torch.long))
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
model = model.bfloat16()
optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
loss = nn.functional.cross_entropy(model(torch.zeros(2, 3, 224, 224).bfloat16()), torch.zeros(2, dtype=torch.long))
loss.backward()
optimizer.step()
```

headlint is silent where the types are changed again before the first training step, where a condition or somebody
else's trainer decides, where the script speaks of autocast, where the head was made with a type of its own, and where
no training step is in sight. Where the head is on another device as well, that is what is told.
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

# a run leaves training out, and with it who changes types on the way
WITNESSES = frozenset({Witness.STATIC})

_USUAL = "float32"


def judge(history: History) -> Iterator[Judgement]:
    """Look at every new module that goes into training together with the rest of its model."""
    yield from compared(history, lambda lot: lot.dtype, partial(_fault, history))


def _fault(history: History, joined: Joined, own: str, rest: str) -> Fault | None:
    own, rest = own or _USUAL, rest or _USUAL
    if joined.own.device != joined.rest.device or own == rest or "?" in (own, rest):
        return None
    name, path = joined.model.name, spelled(joined.path)
    message = f"the numbers of {name} are {rest}, and those of the new `{path}` are {own}"
    lot = joined.rest if joined.rest.dtype else joined.own
    steps = steps_from(history, joined, lot, "changes the type")
    fix = Fix(f"change the type of {name} after `{path}` is in place", Safety.DISPLAY, ())
    return Fault(joined.place, message, steps, fix=fix)
