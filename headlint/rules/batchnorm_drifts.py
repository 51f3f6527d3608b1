"""The backbone is frozen, and the statistics of its BatchNorm layers go on changing.

`requires_grad = False` keeps the weights. The running means and variances of BatchNorm are no parameters: in training
mode, every batch that passes moves them, frozen or not. `model.train()` puts the whole model into that mode. So the
features that the head learns on are not quite those that it meets in evaluation, the "frozen" part of a checkpoint
differs from one epoch to the next, and with small or odd batches the accuracy suffers. Nothing is printed.

Call `.eval()` on the frozen part after each `model.train()`, or override `train` in a class of your own. Some want the
statistics to adapt; then `# headlint: ignore[batchnorm-drifts]` on the line, or `ignore = ["batchnorm-drifts"]` in the
settings, says so.

Bad:
```python
import torch
import torch.nn as nn
from torchvision import models

model = models.resnet18(weights="IMAGENET1K_V1")
model.requires_grad_(False)
model.fc = nn.Linear(model.fc.in_features, 10)
optimizer = torch.optim.SGD(model.fc.parameters(), lr=0.01)
model.train()  # warning: [batchnorm-drifts] "20 BatchNorm layers of resnet18 are frozen, and their 40"
for images, labels in [(torch.zeros(2, 3, 224, 224), torch.zeros(2, dtype=torch.long))]:
    nn.functional.cross_entropy(model(images), labels).backward()
    optimizer.step()
```

Good:
```python
import torch
import torch.nn as nn
from torchvision import models

model = models.resnet18(weights="IMAGENET1K_V1")
model.requires_grad_(False)
model.fc = nn.Linear(model.fc.in_features, 10)
optimizer = torch.optim.SGD(model.fc.parameters(), lr=0.01)
model.eval()
model.fc.train()
for images, labels in [(torch.zeros(2, 3, 224, 224), torch.zeros(2, dtype=torch.long))]:
    nn.functional.cross_entropy(model(images), labels).backward()
    optimizer.step()
```

headlint is silent where less than half of a backbone is frozen, about random weights, about models without BatchNorm,
where no training step is in sight, and in scripts that treat BatchNorm layers in a way of their own. A run goes once
through the training step, in the mode in which the script leaves its models, and tells which statistics would move.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from headlint.finding import Fix, Safety, Severity
from headlint.history import Normalized, OptimizerBuilt, Unknown
from headlint.reading.freezing import freezing_statements
from headlint.reading.models import final_state, states_under
from headlint.reading.telling import built_steps, counted, gradient_step
from headlint.rule import Abstained, Fault, Fine

if TYPE_CHECKING:
    from collections.abc import Iterator

    from headlint.history import GradientSet, History, ParameterState
    from headlint.rule import Judgement

SEVERITY = Severity.WARNING


def judge(history: History) -> Iterator[Judgement]:
    """Look at every model with BatchNorm layers of which a training step is seen."""
    for event in history.of(Normalized):
        freezes = [item for item in freezing_statements(history).values() if item[1].model.number == event.model.number]
        if not freezes:
            continue
        _, last = max(freezes, key=lambda item: item[0])
        place = event.mode_set_at or last.place
        states = states_under(final_state(history, event.model), "")
        if isinstance(states, Unknown) or isinstance(event.moving, Unknown):
            why = states if isinstance(states, Unknown) else event.moving
            yield Abstained(place, why.why if isinstance(why, Unknown) else "")
        elif event.model.pretrained is True and _is_trained(history, event, states) and _is_mostly_frozen(states):
            frozen = _frozen(event.moving, states)
            yield _fault(history, event, last, len(frozen)) if frozen else Fine(place)
        else:
            yield Fine(place)


def _is_trained(history: History, event: Normalized, states: tuple[ParameterState, ...]) -> bool:
    """Whether an optimizer trains something of the model, or of one that holds it."""
    ready = final_state(history, event.model)
    if not isinstance(ready, Unknown) and not ready.whole:
        return any(optimizer.count != 0 for optimizer in history.of(OptimizerBuilt))
    return any(state.trainable is True and state.optimized is True for state in states)


def _is_mostly_frozen(states: tuple[ParameterState, ...]) -> bool:
    backbone = [state for state in states if state.fresh is False]
    return sum(state.trainable is False for state in backbone) * 2 > len(backbone)


def _frozen(moving: tuple[str, ...], states: tuple[ParameterState, ...]) -> list[str]:
    """The layers of which the weight is frozen."""
    still = {state.path for state in states if state.trainable is False}
    return [path for path in moving if f"{path}.weight" in still]


def _fault(history: History, event: Normalized, last: GradientSet, count: int) -> Fault:
    layers = f"{counted(count, 'BatchNorm layer')} of {event.model.name}"
    message = f"{layers} are frozen, and their {2 * count} running statistics move with each batch"
    fix = Fix("call `.eval()` on the frozen part after each `.train()`", Safety.DISPLAY, ())
    steps = (*built_steps(history, event.model), gradient_step(last))
    return Fault(event.mode_set_at or last.place, message, steps, fix=fix)
