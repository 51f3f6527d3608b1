"""An activation stands before a loss that applies it itself.

`nn.CrossEntropyLoss` takes raw scores: it applies log-softmax to them. Where the model already ends in a softmax, the
loss sees scores between 0 and 1 only, which its own softmax makes nearly equal. Nothing is printed, and it trains: but
the gradients are small, and the loss can't go below log(1 + (C - 1) / e), which is 0.313 for 2 classes, 1.461 for 10
and 3.622 for 100. A sigmoid does the same. Before `nn.BCEWithLogitsLoss`, which applies the sigmoid itself, it leaves a
positive label a loss of 0.313 and a negative one 0.693 at the least.

Leave the activation out, and apply it where probabilities are shown: the largest score is the largest probability.

Bad:
```python
import torch.nn as nn
import torch.optim as optim
from torchvision import models

model = models.resnet18(weights="IMAGENET1K_V1")
model.fc = nn.Sequential(
    nn.Linear(model.fc.in_features, 10),
    nn.Softmax(dim=1),  # error: [activation-before-loss] "can't go below 1.461"
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
model.fc = nn.Linear(model.fc.in_features, 10)
criterion = nn.CrossEntropyLoss()
optimizer = optim.SGD(model.parameters(), lr=0.01)
for images, labels in loader:
    outputs = model(images)
    loss = criterion(outputs, labels)
    probabilities = outputs.softmax(dim=1)
    loss.backward()
    optimizer.step()
```

headlint is silent where no loss is in sight, where the activation's result goes elsewhere (a metric, another branch, a
teacher's target), about a log-softmax (redundant-log-softmax), and about a single output (single-output-cross-entropy).
"""

from __future__ import annotations

from math import e, log
from typing import TYPE_CHECKING

from headlint.finding import Edit, Fix, Safety, Severity, Step
from headlint.history import LossMet, Unknown
from headlint.history.losses import WEIGHTS
from headlint.reading.losses import TAKES_LOGITS, classes_of, last_activation, loss_steps
from headlint.rule import Abstained, Fault, Fine

if TYPE_CHECKING:
    from collections.abc import Iterator

    from headlint.history import Activation, History
    from headlint.rule import Judgement

SEVERITY = Severity.ERROR

_DOUBLED = {"Softmax": "softmax", "Softmax2d": "softmax", "Sigmoid": "sigmoid"}


def judge(history: History) -> Iterator[Judgement]:
    """Look at every output that a loss meets which takes raw scores."""
    for met in history.of(LossMet):
        if met.loss.kind not in TAKES_LOGITS:
            continue
        last = last_activation(met)
        if isinstance(last, Unknown):
            yield Abstained(met.place, last.why)
        elif last is None or last.kind not in _DOUBLED:
            yield Fine(met.place if last is None else last.place)
        elif met.loss.kind == "CrossEntropyLoss" and classes_of(met) == 1:
            yield Abstained(last.place, "a single output is another mistake")
        else:
            yield _fault(history, met, last)


def _fault(history: History, met: LossMet, last: Activation) -> Fault:
    own = "log-softmax" if met.loss.kind == "CrossEntropyLoss" else "the sigmoid"
    message = f"`{last.text}` stands before {met.loss.kind}, which applies {own} itself: {_floor(met)}"
    steps = (*loss_steps(history, met), Step(last.place, f"its output has gone through a {_DOUBLED[last.kind]}"))
    return Fault(last.place, message, steps, fix=_fix(last))


def _floor(met: LossMet) -> str:
    """The least that the loss can come to."""
    is_weighed = any(argument.name in WEIGHTS for argument in met.loss.arguments)
    if met.loss.kind != "CrossEntropyLoss" and is_weighed:
        return "the loss can't come near 0"
    if met.loss.kind != "CrossEntropyLoss":
        least, most = log(1 + 1 / e), log(2)
        return f"the loss can't go below {least:.3f} for a positive label and {most:.3f} for a negative one"
    classes = classes_of(met)
    if isinstance(classes, Unknown):
        return "the loss can't come near 0"
    return f"with {classes} classes the loss can't go below {log(1 + (classes - 1) / e):.3f}"


def _fix(last: Activation) -> Fix:
    title = f"leave `{last.text}` out, and apply it where probabilities are needed"
    start = last.text.partition(last.kind)[0]
    if not last.path or not start.endswith("nn.") or not last.place.span.column:
        return Fix(title, Safety.DISPLAY, ())
    return Fix(
        f"{title}: `{start}Identity()` keeps its place", Safety.UNSAFE, (Edit(last.place, f"{start}Identity()"),)
    )
