"""`BCELoss` meets raw scores, where it takes probabilities.

`nn.BCELoss` compares probabilities with labels, and a linear layer gives any number. As soon as one leaves the range
from 0 to 1, PyTorch stops: "all elements of input should be between 0 and 1" (on a GPU, "device-side assert
triggered"). Before that, a score of 0.3 that means "rather not" is taken for a probability of 30 %.

Use `nn.BCEWithLogitsLoss`, which applies the sigmoid itself and does not lose digits by it, or end the model in a
sigmoid.

Bad:
```python
import torch.nn as nn
import torch.optim as optim
from torchvision import models

model = models.resnet18(weights="IMAGENET1K_V1")
model.fc = nn.Linear(model.fc.in_features, 1)
criterion = nn.BCELoss()  # error: [bce-without-sigmoid] "takes probabilities, and resnet18 gives raw scores"
optimizer = optim.SGD(model.parameters(), lr=0.01)
for images, labels in loader:
    loss = criterion(model(images).squeeze(1), labels.float())
    loss.backward()
    optimizer.step()
```

Good:
```python
import torch.nn as nn
import torch.optim as optim
from torchvision import models

model = models.resnet18(weights="IMAGENET1K_V1")
model.fc = nn.Sequential(nn.Linear(model.fc.in_features, 1), nn.Sigmoid())
criterion = nn.BCELoss()
optimizer = optim.SGD(model.parameters(), lr=0.01)
for images, labels in loader:
    loss = criterion(model(images).squeeze(1), labels.float())
    loss.backward()
    optimizer.step()
```

headlint is silent where the output is a probability or is kept within bounds (`sigmoid`, `softmax`, `clamp`), and where
it can't follow how the model ends.
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

_LOGARITHMS = frozenset({"LogSoftmax", "LogSigmoid", "Log"})


def judge(history: History) -> Iterator[Judgement]:
    """Look at every output that meets a binary cross-entropy of probabilities."""
    yield from judged_by_end(history, "BCELoss", _fits, _fault)


def _fits(last: Activation | None) -> bool:
    return last is not None and last.kind not in _LOGARITHMS


def _fault(history: History, met: LossMet, last: Activation | None) -> Fault:
    gives = "logarithms" if last is not None else "raw scores"
    message = f"`{met.loss.text}` takes probabilities, and {met.model.name} gives {gives}: outside 0 to 1 it stops"
    return Fault(met.loss.place, message, tuple(loss_steps(history, met)), fix=_fix(met, last))


def _fix(met: LossMet, last: Activation | None) -> Fix:
    """The loss with a sigmoid in it takes scores; behind a logarithm that has to go first."""
    if last is not None:
        return Fix(f"put a sigmoid in the place of `{last.text}`", Safety.DISPLAY, ())
    title = "use the loss that applies the sigmoid itself"
    names = {"BCELoss": "BCEWithLogitsLoss", "binary_cross_entropy": "binary_cross_entropy_with_logits"}
    return exchanged_loss(met, title, names)
