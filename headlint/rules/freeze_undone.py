"""What was frozen is thawed again before anything is trained.

The last write counts. A loop that sets `requires_grad = True` on all of a model, a helper that "enables gradients", a
setting that is applied late: whatever was frozen before trains along. Nothing is printed, and the freezing stands in
the script as if it held.

Freeze last, or leave the backbone out of the later loop.

Bad:
```python
import torch
import torch.nn as nn
from torchvision import models

model = models.resnet18(weights="IMAGENET1K_V1")
for param in model.parameters():
    param.requires_grad = False
model.fc = nn.Linear(model.fc.in_features, 10)
for param in model.parameters():
    param.requires_grad = True  # warning: [freeze-undone] "thaws 60 parameters of resnet18 that line 7 froze"
optimizer = torch.optim.SGD(model.parameters(), lr=0.01)
```

Good:
```python
import torch
import torch.nn as nn
from torchvision import models

model = models.resnet18(weights="IMAGENET1K_V1")
for param in model.parameters():
    param.requires_grad = False
model.fc = nn.Linear(model.fc.in_features, 10)
for param in model.fc.parameters():
    param.requires_grad = True
optimizer = torch.optim.SGD(model.fc.parameters(), lr=0.01)
```

headlint is silent where an optimizer is built in between (first the head is trained, then everything), where a part
stays frozen, where one helper does both as it is told, and about models that meanwhile were handed to code that it
can't follow.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from headlint.finding import Severity, line_of
from headlint.history import Escaped, GradientSet, OptimizerBuilt, Readied, Unknown
from headlint.reading.freezing import is_to_learn
from headlint.reading.models import final_state, numbered, states_under
from headlint.reading.telling import built_steps, counted, gradient_step
from headlint.rule import Abstained, Fault, Fine

if TYPE_CHECKING:
    from collections.abc import Iterator

    from headlint.history import History, ParameterState
    from headlint.rule import Judgement

SEVERITY = Severity.WARNING


def judge(history: History) -> Iterator[Judgement]:
    """Look at every statement that thaws, and at what was frozen before it."""
    for position, thaw in numbered(history, GradientSet):
        if thaw.to is True and thaw.model.library:
            yield _judge_thaw(history, position, thaw)


def _judge_thaw(history: History, position: int, thaw: GradientSet) -> Judgement:
    ready = final_state(history, thaw.model)
    states = states_under(ready, "")
    if isinstance(ready, Unknown) or isinstance(states, Unknown):
        return Abstained(thaw.place, states.why if isinstance(states, Unknown) else "")
    freeze = _frozen_before(history, position, thaw)
    if freeze is None or isinstance(freeze.parameters, Unknown) or not is_to_learn(history, ready):
        return Fine(thaw.place)
    old = [state for state in states if state.fresh is False]
    undone = [state for state in old if state.path in freeze.parameters and _was_thawed(state, thaw)]
    if len(undone) * 2 <= len(old) or any(state.trainable is not True or state.optimized is False for state in old):
        return Fine(thaw.place)
    count = f"{counted(len(undone), 'parameter')} of {thaw.model.name}"
    message = f"thaws {count} that {line_of(freeze.place, thaw.place)} froze: nothing stays frozen"
    return Fault(thaw.place, message, (*built_steps(history, thaw.model), gradient_step(freeze), gradient_step(thaw)))


def _frozen_before(history: History, position: int, thaw: GradientSet) -> GradientSet | None:
    """The last statement that froze something of the model before it is thawed, if nothing was done with it since."""
    number = thaw.model.number
    frozen: list[GradientSet] = []
    for event in history.events[:position]:
        match event:
            case Readied(model=model) | Escaped(model=model) if model.number == number:
                frozen.clear()
            case OptimizerBuilt():
                frozen.clear()
            case GradientSet(model=model, to=False) if model.number == number:
                frozen.append(event)
    return frozen[-1] if frozen and frozen[-1].place.key != thaw.place.key else None


def _was_thawed(state: ParameterState, thaw: GradientSet) -> bool:
    return state.trainable is True and state.set_at is not None and state.set_at.key == thaw.place.key
