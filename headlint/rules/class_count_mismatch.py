"""The head has another number of classes than the data set.

A label is the index of a class. Where the data have more classes than the head has outputs, the first label beyond them
stops the run: `IndexError: Target 57 is out of bounds.` on the CPU, and on a GPU `CUDA error: device-side assert
triggered`, told at a line that has nothing to do with it. Where the new head has more outputs than there are classes it
trains, and the outputs too many only learn to be never right.

Count the classes rather than typing their number: `len(dataset.classes)`.

Bad:
```python
import torch.nn as nn
import torch.optim as optim
from torch.utils.data import DataLoader
from torchvision import datasets, models

train_set = datasets.CIFAR100("data", train=True)
loader = DataLoader(train_set, batch_size=64, shuffle=True)
model = models.resnet18(weights="IMAGENET1K_V1")
model.fc = nn.Linear(model.fc.in_features, 10)  # error: [class-count-mismatch] "CIFAR100 has 100"
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
from torch.utils.data import DataLoader
from torchvision import datasets, models

train_set = datasets.CIFAR100("data", train=True)
loader = DataLoader(train_set, batch_size=64, shuffle=True)
model = models.resnet18(weights="IMAGENET1K_V1")
model.fc = nn.Linear(model.fc.in_features, len(train_set.classes))
criterion = nn.CrossEntropyLoss()
optimizer = optim.SGD(model.parameters(), lr=0.01)
for images, labels in loader:
    loss = criterion(model(images), labels)
    loss.backward()
    optimizer.step()
```

headlint is silent about data sets that it doesn't know, labels that are changed on their way (`target_transform`,
subsets), one class more than the data have (a background, an unknown), and a head that was left as it came. The data
are not there in a run, so that the source alone can tell.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from headlint.finding import Severity, Step
from headlint.history import LossMet, Unknown, Witness
from headlint.reading.losses import OVER_CLASSES, classes_of, loss_steps
from headlint.rule import Abstained, Fault, Fine

if TYPE_CHECKING:
    from collections.abc import Iterator

    from headlint.history import History
    from headlint.rule import Judgement

SEVERITY = Severity.ERROR
WITNESSES = frozenset({Witness.STATIC})


def judge(history: History) -> Iterator[Judgement]:
    """Look at every output whose scores are compared with the labels of a known data set."""
    for met in history.of(LossMet):
        if met.loss.kind not in OVER_CLASSES or met.target.whole is not True:
            continue
        has, needs = classes_of(met), met.target.classes
        if isinstance(has, Unknown) or isinstance(needs, Unknown):
            yield Abstained(met.head, has.why if isinstance(has, Unknown) else getattr(needs, "why", ""))
        elif has < needs and has > 1:
            yield _fault(history, met, has, needs)
        elif has > needs + 1 and met.head_path and not met.target.open:
            yield _too_many(history, met, has, needs)
        else:
            yield Fine(met.head)


def _steps(history: History, met: LossMet) -> tuple[Step, ...]:
    data = [Step(met.target.place, f"the labels come from {met.target.source}")] if met.target.place else []
    return (*loss_steps(history, met), *data)


def _fault(history: History, met: LossMet, has: int, needs: int) -> Fault:
    told = f"has a label {needs - 1}" if met.target.open else f"has {needs}: labels go up to {needs - 1}"
    message = f"{met.model.name} gives {has} classes, and {met.target.source} {told}"
    notes = (
        f"on the CPU it stops with `IndexError: Target {needs - 1} is out of bounds.`",
        "on a GPU it stops with `device-side assert triggered`, told at another line",
    )
    return Fault(met.head, message, _steps(history, met), notes)


def _too_many(history: History, met: LossMet, has: int, needs: int) -> Fault:
    message = f"{met.model.name} gives {has} classes, and {met.target.source} has {needs}"
    notes = (f"it trains, and {has - needs} outputs are never right",)
    return Fault(met.head, message, _steps(history, met), notes, severity=Severity.WARNING)
