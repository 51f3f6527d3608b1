"""`NLLLoss` meets scores or probabilities, where it takes their logarithms.

`nn.NLLLoss` picks the number at the label's place and turns its sign. It is the second half of a cross-entropy, whose
first half, the log-softmax, is left to the model. Without it the loss has no lower end: it falls below zero, and
training drives one score to infinity rather than above the others. With a softmax in its place the loss is the negative
probability. Nothing is printed.

Use `nn.CrossEntropyLoss`, which does both halves, or end the model in a log-softmax.

Bad:
```python
import torch.nn as nn
import torch.optim as optim
from torchvision import models

model = models.resnet18(weights="IMAGENET1K_V1")
model.fc = nn.Linear(model.fc.in_features, 10)
criterion = nn.NLLLoss()  # error: [nll-without-log-softmax] "takes log-probabilities, and resnet18 gives raw scores"
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

headlint is silent where the output is a logarithm (`log_softmax`, `log`), and where it can't follow how the model ends.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from headlint.finding import Fix, Safety, Severity
from headlint.reading.losses import exchanged_loss, judged_by_end, loss_steps
from headlint.rule import Fault

if TYPE_CHECKING:
    from collections.abc import Iterator

    from headlint.history import Activation, History, LossMet
    from headlint.rule import Judgement

SEVERITY = Severity.ERROR

_NO_LOGARITHM = {"Softmax": "probabilities", "Softmax2d": "probabilities", "Sigmoid": "what a sigmoid gives"}


def judge(history: History) -> Iterator[Judgement]:
    """Look at every output that meets a negative log-likelihood."""
    yield from judged_by_end(history, "NLLLoss", _fits, _fault)


def _fits(last: Activation | None) -> bool:
    return last is not None and last.kind not in _NO_LOGARITHM


def _fault(history: History, met: LossMet, last: Activation | None) -> Fault:
    gives = _NO_LOGARITHM[last.kind] if last is not None else "raw scores"
    message = f"`{met.loss.text}` takes log-probabilities, and {met.model.name} gives {gives}: the loss falls below 0"
    return Fault(met.loss.place, message, tuple(loss_steps(history, met)), fix=_fix(met, last))


def _fix(met: LossMet, last: Activation | None) -> Fix:
    """Cross-entropy does both halves; behind an activation that one has to go first."""
    if last is not None:
        return Fix(f"put a log-softmax in the place of `{last.text}`", Safety.DISPLAY, ())
    title = "use the cross-entropy, which applies the log-softmax itself"
    return exchanged_loss(met, title, {"NLLLoss": "CrossEntropyLoss", "nll_loss": "cross_entropy"})
