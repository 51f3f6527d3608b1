"""A part of the model is thawed, and no optimizer holds it.

Thawing makes a parameter collect gradients. It moves only if an optimizer holds it, and an optimizer holds what it was
given when it was built. If a stage is thawed that the groups leave out, or if only the trainable parameters were
handed over before the thawing, the stage stays as it was, at the full cost of its backward pass. Nothing is printed.
So it goes where a stage is thawed after some epochs, and neither `add_param_group` nor a new optimizer follows.

Bad:
```python
import torch
import torch.nn as nn
from torchvision import models

model = models.resnet18(weights="IMAGENET1K_V1")
model.requires_grad_(False)
model.fc = nn.Linear(model.fc.in_features, 10)
for param in model.layer4.parameters():
    param.requires_grad = True  # warning: [trainable-not-optimized] "thaws 15 parameters of resnet18"
optimizer = torch.optim.Adam(model.fc.parameters(), lr=1e-3)
```

Good:
```python
import torch
import torch.nn as nn
from torchvision import models

model = models.resnet18(weights="IMAGENET1K_V1")
model.requires_grad_(False)
model.fc = nn.Linear(model.fc.in_features, 10)
for param in model.layer4.parameters():
    param.requires_grad = True
optimizer = torch.optim.Adam([*model.fc.parameters(), *model.layer4.parameters()], lr=1e-3)
```

headlint is silent where a whole model is thawed and an optimizer takes a part of it (freezing by leaving out), about
parameters that nobody thawed, and where no optimizer holds anything of the model. New heads are told by
head-not-optimized.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from headlint.finding import Severity
from headlint.history import GradientSet, Left, Unknown
from headlint.reading.models import final_state, states_under
from headlint.reading.telling import built_steps, counted, gradient_step
from headlint.reading.training import optimizers_of
from headlint.rule import Abstained, Fault, Fine

if TYPE_CHECKING:
    from collections.abc import Iterator

    from headlint.history import History, ParameterState
    from headlint.rule import Judgement

SEVERITY = Severity.WARNING


def judge(history: History) -> Iterator[Judgement]:
    """Look at everything that is thawed in a model that is trained."""
    thaws = {event.place.key: event for event in history.of(GradientSet) if event.to is True}
    for thaw in thaws.values():
        if not optimizers_of(history, thaw.model):
            continue
        states = _states_after(history, thaw)
        if isinstance(states, Unknown):
            yield Abstained(thaw.place, states.why)
            continue
        yield _judge_thaw(history, thaw, states)


def _states_after(history: History, thaw: GradientSet) -> tuple[ParameterState, ...] | Unknown:
    """The state of the model after a thaw: in which it goes into training, or is left if that had begun."""
    left = [event for event in history.of(Left) if event.model.number == thaw.model.number]
    if not left:
        return states_under(final_state(history, thaw.model), "")
    return Unknown(history.stopped) if history.stopped else left[-1].parameters


def _judge_thaw(history: History, thaw: GradientSet, states: tuple[ParameterState, ...]) -> Fault | Fine | Abstained:
    old = [state for state in states if state.fresh is False]
    thawed = [state for state in old if state.trainable is True and state.set_at and state.set_at.key == thaw.place.key]
    why = next((state.optimized.why for state in thawed if isinstance(state.optimized, Unknown)), "")
    if why:
        return Abstained(thaw.place, why)
    left_out = [state for state in thawed if state.optimized is False]
    if not left_out or len(thawed) == len(old):
        return Fine(thaw.place)
    message = f"thaws {counted(len(thawed), 'parameter')} of {thaw.model.name}, of which no optimizer holds "
    message += f"{len(left_out)}" if len(left_out) < len(thawed) else "any"
    return Fault(thaw.place, message, (*built_steps(history, thaw.model), gradient_step(thaw)))
