"""`requires_grad` is written on a module, where it is an attribute like any other.

Only tensors have a `requires_grad` that means something. A module takes the write as it takes any name, its
parameters stay as they were, and nothing is printed. `model.requires_grad = False` leaves the whole backbone
training; `model.fc.requires_grad = True` after a freezing loop leaves the new head frozen.

A module's way to do it is the method with the underscore, `model.fc.requires_grad_(True)`, or a loop over
`model.fc.parameters()`.

Bad:
```python
import torch.nn as nn
from torchvision import models

model = models.resnet18(weights="IMAGENET1K_V1")
model.requires_grad = False  # error: [module-requires-grad] "sets an attribute on a ResNet and changes none of its 62"
model.fc = nn.Linear(model.fc.in_features, 10)
```

Bad:
```python
import torch.nn as nn
from torchvision import models

model = models.resnet18(weights="IMAGENET1K_V1")
model.fc = nn.Linear(model.fc.in_features, 10)
for param in model.parameters():
    param.requires_grad = False
model.fc.requires_grad = True  # error: [module-requires-grad] "sets an attribute on a Linear and changes none of its 2"
```

Good:
```python
import torch.nn as nn
from torchvision import models

model = models.resnet18(weights="IMAGENET1K_V1")
model.requires_grad_(False)
model.fc = nn.Linear(model.fc.in_features, 10)
```

Where the parameters are as the write wants them anyway (a new head that was never frozen), the line does no harm, and
headlint warns only. It is silent about classes of your own that define `requires_grad`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from headlint.finding import Severity
from headlint.history import Layer, Owner, Unknown, Wrote
from headlint.reading.freezing import (
    FLAG,
    effective_places,
    idle_consequence,
    idle_step,
    lands_on_nothing,
    real_fix,
)
from headlint.reading.models import final_state, numbered, standing_at, states_under
from headlint.reading.telling import article, built_steps, counted
from headlint.rule import Abstained, Fault, Fine

if TYPE_CHECKING:
    from collections.abc import Iterator

    from headlint.history import History
    from headlint.rule import Judgement

SEVERITY = Severity.ERROR


def judge(history: History) -> Iterator[Judgement]:
    """Look at every write of `requires_grad`."""
    yield from (Fine(place) for place in effective_places(history))
    for position, wrote in numbered(history, Wrote):
        if wrote.owner is not Owner.MODULE or wrote.name != FLAG:
            continue
        if lands_on_nothing(history, position, wrote):
            yield _fault(history, position, wrote)
        elif isinstance(wrote.before, Unknown):
            yield Abstained(wrote.place, wrote.before.why)


def _fault(history: History, position: int, wrote: Wrote) -> Fault:
    consequence = idle_consequence(history, position, wrote)
    harmless = consequence is None
    return Fault(
        wrote.place if wrote.written is None else wrote.written.place,
        f"sets an attribute on {_owners(wrote)} and changes none of {_their_parameters(history, wrote)}",
        (*built_steps(history, wrote.model), idle_step(wrote)),
        consequence or (),
        real_fix(history, position, wrote),
        Severity.WARNING if harmless else None,
    )


def _owners(wrote: Wrote) -> str:
    return article(wrote.kind) if wrote.count == 1 else f"{wrote.count} modules"


def _their_parameters(history: History, wrote: Wrote) -> str:
    whose = "its" if wrote.count == 1 else "their"
    count = _parameter_count(history, wrote)
    return f"{whose} {counted(count, 'parameter')}" if count else f"{whose} parameters"


def _parameter_count(history: History, wrote: Wrote) -> int:
    """How many parameters the owners have; 0 where that is unknown."""
    if wrote.count > 1:
        return 0
    states = states_under(final_state(history, wrote.model), wrote.path)
    if not isinstance(states, Unknown):
        return len(states)
    replaced = standing_at(history, wrote.model, wrote.path)
    return len(replaced.new.parameters) if replaced and isinstance(replaced.new, Layer) else 0
