"""Every parameter of the model is frozen when training begins.

The first backward pass stops:

    RuntimeError: element 0 of tensors does not require grad and does not have a grad_fn

or the optimizer does, if only trainable parameters are handed to it: `ValueError: optimizer got an empty parameter
list`. It happens when the backbone is frozen and the head that came with it is kept.

Bad:
```python
import torch
from torchvision import models

model = models.resnet18(weights="IMAGENET1K_V1")
for param in model.parameters():
    param.requires_grad = False  # error: [nothing-trainable] "all 62 parameters of resnet18 are frozen"
optimizer = torch.optim.SGD(model.parameters(), lr=0.01)
criterion = torch.nn.CrossEntropyLoss()
model.train()
for images, labels in [(torch.zeros(2, 3, 224, 224), torch.zeros(2, dtype=torch.long))]:
    loss = criterion(model(images), labels)
    loss.backward()
    optimizer.step()
```

Good:
```python
import torch
import torch.nn as nn
from torchvision import models

model = models.vgg11(weights="IMAGENET1K_V1")
for param in model.parameters():
    param.requires_grad = False
model.classifier[6] = nn.Linear(model.classifier[6].in_features, 10)
optimizer = torch.optim.SGD(model.classifier[6].parameters(), lr=0.01)
criterion = torch.nn.CrossEntropyLoss()
model.train()
for images, labels in [(torch.zeros(2, 3, 224, 224), torch.zeros(2, dtype=torch.long))]:
    loss = criterion(model(images), labels)
    loss.backward()
    optimizer.step()
```

headlint is silent about models that no optimizer holds while another one is trained (a frozen teacher, a perceptual
loss), and where a new head was frozen by accident: freeze-after-head, module-requires-grad and requires-grad-typo tell
that story.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from headlint.finding import Severity
from headlint.history import Purpose, Readied, Unknown
from headlint.reading.freezing import freezing_statements, frozen_heads, tried_to_thaw
from headlint.reading.models import building, every
from headlint.reading.telling import built_steps, counted, gradient_step
from headlint.reading.training import is_to_be_trained
from headlint.rule import Abstained, Fault, Fine

if TYPE_CHECKING:
    from collections.abc import Iterator

    from headlint.history import GradientSet, History
    from headlint.rule import Judgement

SEVERITY = Severity.ERROR


def judge(history: History) -> Iterator[Judgement]:
    """Look at every model that goes into training."""
    for ready in history.of(Readied):
        freezes = _freezes_of(history, ready)
        is_trained = ready.whole and ready.purpose is Purpose.TRAINING and building(history, ready.model) is not None
        if not is_trained or not freezes:
            continue
        _, last = freezes[-1]
        if isinstance(ready.parameters, Unknown):
            yield Abstained(last.place, ready.parameters.why)
            continue
        match every((state.trainable for state in ready.parameters), False):
            case Unknown(why=why):
                yield Abstained(last.place, why)
            case True if _something_trains(history):
                yield Abstained(last.place, "another model of the script trains")
            case True if is_to_be_trained(history, ready) and not _is_told_elsewhere(history, ready, freezes):
                yield _fault(history, ready, last, len(ready.parameters))
            case _:
                yield Fine(last.place)


def _freezes_of(history: History, ready: Readied) -> list[tuple[int, GradientSet]]:
    statements = freezing_statements(history).values()
    return sorted(
        ((at, freeze) for at, freeze in statements if freeze.model.number == ready.model.number),
        key=lambda item: item[0],
    )


def _something_trains(history: History) -> bool:
    """Whether an optimizer holds, or may hold, a parameter of some model that trains."""
    return any(
        isinstance(ready.parameters, Unknown)
        or any(state.optimized is True and state.trainable is not False for state in ready.parameters)
        for ready in history.of(Readied)
        if ready.whole
    )


def _is_told_elsewhere(history: History, ready: Readied, freezes: list[tuple[int, GradientSet]]) -> bool:
    return tried_to_thaw(history, ready.model, "") or any(
        frozen_heads(history, position, freeze)[0] for position, freeze in freezes
    )


def _fault(history: History, ready: Readied, last: GradientSet, count: int) -> Fault:
    message = f"all {counted(count, 'parameter')} of {ready.model.name} are frozen when training begins"
    return Fault(last.place, message, (*built_steps(history, ready.model), gradient_step(last)))
