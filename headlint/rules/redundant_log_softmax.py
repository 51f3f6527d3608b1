"""A log-softmax stands before a cross-entropy, which applies one itself: redundant, and harmless.

The log-softmax of a log-softmax is the same numbers: the loss and the gradients are right. It costs a little time, and
readers take it for the mistake that a softmax there would be. Where the loss is a cross-entropy, the layer can go;
where the layer is wanted, `nn.NLLLoss` is the loss that goes with it.

Bad:
```python
import torch.nn as nn
import torch.optim as optim
from torchvision import models

model = models.resnet18(weights="IMAGENET1K_V1")
model.fc = nn.Sequential(
    nn.Linear(model.fc.in_features, 10),
    nn.LogSoftmax(dim=1),  # note: [redundant-log-softmax] "changes nothing"
)
criterion = nn.CrossEntropyLoss()
optimizer = optim.SGD(model.parameters(), lr=0.01)
for images, labels in loader:
    loss = criterion(model(images), labels)
    loss.backward()
    optimizer.step()
```

Good:
```python
import torch.nn as nn
import torch.optim as optim
from torchvision import models

model = models.resnet18(weights="IMAGENET1K_V1")
model.fc = nn.Sequential(nn.Linear(model.fc.in_features, 10), nn.LogSoftmax(dim=1))
criterion = nn.NLLLoss()
optimizer = optim.SGD(model.parameters(), lr=0.01)
for images, labels in loader:
    loss = criterion(model(images), labels)
    loss.backward()
    optimizer.step()
```

headlint is silent where no cross-entropy is in sight, and where the log-softmax is over another axis than the classes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from headlint.finding import Fix, Safety, Severity
from headlint.history import LossMet, Unknown
from headlint.reading.losses import is_vector, last_activation, loss_steps
from headlint.rule import Abstained, Fault, Fine

if TYPE_CHECKING:
    from collections.abc import Iterator

    from headlint.history import Activation, History
    from headlint.rule import Judgement

SEVERITY = Severity.NOTE


def judge(history: History) -> Iterator[Judgement]:
    """Look at every output that meets a cross-entropy."""
    for met in history.of(LossMet):
        if met.loss.kind != "CrossEntropyLoss":
            continue
        last = last_activation(met)
        if isinstance(last, Unknown):
            yield Abstained(met.place, last.why)
        elif last is None or last.kind != "LogSoftmax" or not _is_over_classes(met, last):
            yield Fine(met.place if last is None else last.place)
        else:
            yield _fault(history, met, last)


def _is_over_classes(met: LossMet, last: Activation) -> bool:
    return last.axis == 1 or (last.axis == -1 and is_vector(met.output))


def _fault(history: History, met: LossMet, last: Activation) -> Fault:
    message = f"`{last.text}` changes nothing before {met.loss.kind}, which applies a log-softmax itself"
    fix = Fix(f"leave `{last.text}` out, or use `nn.NLLLoss`", Safety.DISPLAY, ())
    return Fault(last.place, message, tuple(loss_steps(history, met)), fix=fix)
