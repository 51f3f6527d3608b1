"""A misspelt `requires_grad` freezes nothing.

Python lets any name be written on a tensor or a module. `param.require_grad = False` makes a new attribute that
nobody reads; the parameter goes on training, and nothing is printed. The same holds for `requires_grads`,
`requires_gard`, for Keras's `trainable`, and for writing on the method: `param.requires_grad_ = False`.

Bad:
```python
import torch.nn as nn
from torchvision import models

model = models.resnet18(weights="IMAGENET1K_V1")
for param in model.parameters():
    param.require_grad = False  # error: [requires-grad-typo] "`require_grad` is no property of a tensor"
model.fc = nn.Linear(model.fc.in_features, 10)
```

Good:
```python
import torch.nn as nn
from torchvision import models

model = models.resnet18(weights="IMAGENET1K_V1")
for param in model.parameters():
    param.requires_grad = False
model.fc = nn.Linear(model.fc.in_features, 10)
```

headlint is silent about names that are not close to `requires_grad`, and about attributes that the object already had.
Where the write would change nothing even if it were spelt right, headlint warns only.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from headlint.finding import Severity
from headlint.history import Owner, Unknown, Wrote
from headlint.reading.freezing import (
    FLAG,
    effective_places,
    idle_consequence,
    idle_step,
    is_idle_write,
    lands_on_nothing,
    real_fix,
)
from headlint.reading.models import numbered
from headlint.reading.telling import built_steps
from headlint.rule import Abstained, Fault, Fine

if TYPE_CHECKING:
    from collections.abc import Iterator

    from headlint.history import History
    from headlint.rule import Judgement

SEVERITY = Severity.ERROR


def judge(history: History) -> Iterator[Judgement]:
    """Look at every write of a name that is close to `requires_grad`."""
    yield from (Fine(place) for place in effective_places(history))
    for position, wrote in numbered(history, Wrote):
        if wrote.name == FLAG or not is_idle_write(wrote):
            continue
        if wrote.name == f"{FLAG}_" or lands_on_nothing(history, position, wrote):
            yield _fault(history, position, wrote)
        elif isinstance(wrote.before, Unknown):
            yield Abstained(wrote.place, wrote.before.why)


def _fault(history: History, position: int, wrote: Wrote) -> Fault:
    consequence = idle_consequence(history, position, wrote)
    owner = "a tensor" if wrote.owner is Owner.PARAMETER else "a module"
    what = "is a method" if wrote.name == f"{FLAG}_" else "is no property"
    return Fault(
        wrote.place if wrote.written is None else wrote.written.place,
        f"`{wrote.name}` {what} of {owner}: writing it changes no gradient",
        (*built_steps(history, wrote.model), idle_step(wrote)),
        consequence or (),
        real_fix(history, position, wrote),
        Severity.WARNING if consequence is None else None,
    )
