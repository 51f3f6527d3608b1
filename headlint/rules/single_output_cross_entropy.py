"""A model with a single output meets a cross-entropy over classes.

`nn.CrossEntropyLoss` compares the scores of classes with each other. With one class there is nothing to compare: its
probability is 1 whatever the score. Labels 0 give a loss of 0 and no gradient, so that nothing is learned and nothing
is printed; a label 1 stops the run: `IndexError: Target 1 is out of bounds.` Float targets of shape (N, 1) are taken
for probabilities, and the loss is 0 as well. The same holds for `nn.NLLLoss` behind a log-softmax.

For two classes give the head two outputs, or keep one and use `nn.BCEWithLogitsLoss` with float targets of its shape.

Bad:
```python
import torch.nn as nn
import torch.optim as optim
from torchvision import models

model = models.resnet18(weights="IMAGENET1K_V1")
model.fc = nn.Linear(model.fc.in_features, 1)  # error: [single-output-cross-entropy] "gives one score"
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
model.fc = nn.Linear(model.fc.in_features, 1)
criterion = nn.BCEWithLogitsLoss()
optimizer = optim.SGD(model.parameters(), lr=0.01)
for images, labels in loader:
    loss = criterion(model(images), labels.float().unsqueeze(1))
    loss.backward()
    optimizer.step()
```

headlint is silent where no loss is in sight, and where the number of outputs is not known.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from headlint.finding import Fix, Safety, Severity
from headlint.history import LossMet, Unknown
from headlint.reading.losses import OVER_CLASSES, classes_of, loss_steps
from headlint.rule import Abstained, Fault, Fine

if TYPE_CHECKING:
    from collections.abc import Iterator

    from headlint.history import History
    from headlint.rule import Judgement

SEVERITY = Severity.ERROR

_FIX = Fix("give it two outputs, or use `nn.BCEWithLogitsLoss` with float targets", Safety.DISPLAY, ())


def judge(history: History) -> Iterator[Judgement]:
    """Look at every output that meets a loss over classes."""
    for met in history.of(LossMet):
        if met.loss.kind not in OVER_CLASSES:
            continue
        classes = classes_of(met)
        if isinstance(classes, Unknown):
            yield Abstained(met.head, classes.why)
        elif classes != 1:
            yield Fine(met.head)
        else:
            yield _fault(history, met)


def _fault(history: History, met: LossMet) -> Fault:
    message = f"{met.model.name} gives one score, and {met.loss.kind} needs one for each class: its loss is always 0"
    notes = ("a label other than 0 stops the run: `IndexError: Target 1 is out of bounds.`",)
    return Fault(met.head, message, tuple(loss_steps(history, met)), notes, _FIX)
