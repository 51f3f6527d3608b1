"""The backbone is frozen, and it was built with random weights.

Freezing keeps what a backbone has learnt. One that was built without weights has learnt nothing: the head is trained
on noise, and the accuracy stops a little above chance. Nothing is printed. torchvision's builders and
`timm.create_model` give random weights unless they are asked for pretrained ones. Where nothing new is put in, the
backbone is all but the head that the model was built with, `models.resnet18(num_classes=10)`. A backbone inside of a
network of one's own is looked at too, where but new layers train around it.

Bad:
```python
import torch
import torch.nn as nn
from torchvision import models

model = models.resnet18()
for param in model.parameters():
    param.requires_grad = False  # error: [frozen-random-backbone] "freezes 60 parameters of resnet18"
model.fc = nn.Linear(model.fc.in_features, 10)
optimizer = torch.optim.SGD(model.fc.parameters(), lr=0.01)
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
optimizer = torch.optim.SGD(model.fc.parameters(), lr=0.01)
```

headlint is silent where any checkpoint is loaded in the script, where a part of the backbone trains, and where no
optimizer is in sight (a model that is rebuilt to be loaded or counted).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from headlint.finding import Fix, Safety, Severity
from headlint.history import Loaded, Purpose, Readied, Unknown
from headlint.reading.freezing import freezing_statements
from headlint.reading.models import every, is_under, standing
from headlint.reading.nesting import network_around
from headlint.reading.telling import built_steps, counted, gradient_step
from headlint.reading.training import optimizers_of
from headlint.rule import Abstained, Fault, Fine

if TYPE_CHECKING:
    from collections.abc import Iterator

    from headlint.history import GradientSet, History, ParameterState
    from headlint.rule import Judgement

SEVERITY = Severity.ERROR


def judge(history: History) -> Iterator[Judgement]:
    """Look at every published model that goes into training, itself or as a part of the user's own network."""
    for ready in history.of(Readied):
        last = _last_freeze(history, ready)
        if last is None or not ready.model.library:
            continue
        whole = ready if ready.whole else network_around(history, ready)
        if whole is None or whole.purpose is not Purpose.TRAINING:
            continue
        place = last.place
        own, every_state = ready.parameters, whole.parameters
        if isinstance(own, Unknown) or isinstance(every_state, Unknown) or isinstance(ready.model.pretrained, Unknown):
            yield Abstained(place, "whether the backbone is frozen, or has learnt weights, is not known")
            continue
        backbone = _backbone(history, ready, own)
        trains_something = any(state.trainable is True for state in every_state)
        frozen = every((state.trainable for state in backbone), False)
        if isinstance(frozen, Unknown):
            yield Abstained(place, frozen.why)
        elif backbone and frozen and trains_something and _stays_random(history, ready, whole):
            yield _fault(history, ready, last, len(backbone))
        else:
            yield Fine(place)


def _last_freeze(history: History, ready: Readied) -> GradientSet | None:
    freezes = [item for item in freezing_statements(history).values() if item[1].model.number == ready.model.number]
    return max(freezes, key=lambda item: item[0])[1] if freezes else None


def _backbone(history: History, ready: Readied, states: tuple[ParameterState, ...]) -> list[ParameterState]:
    """The parameters outside the new layers; where there are none, outside the heads that the model was built with."""
    new = [put.path for _, put in standing(history) if put.model.number == ready.model.number]
    heads = new or [slot.path for slot in ready.model.heads]
    return [state for state in states if not any(is_under(state.path, path) for path in heads)]


def _stays_random(history: History, ready: Readied, whole: Readied) -> bool:
    is_trained = bool(optimizers_of(history, whole.model)) or bool(optimizers_of(history, ready.model))
    return ready.model.pretrained is False and is_trained and not any(history.of(Loaded))


def _fault(history: History, ready: Readied, last: GradientSet, count: int) -> Fault:
    name = ready.model.name
    message = f"freezes {counted(count, 'parameter')} of {name}, which has random weights"
    fix = Fix(f"build {name} with pretrained weights", Safety.DISPLAY, ())
    return Fault(last.place, message, (*built_steps(history, ready.model), gradient_step(last)), fix=fix)
