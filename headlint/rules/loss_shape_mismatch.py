"""Outputs and targets have shapes that don't go together in the loss.

The losses on single numbers compare outputs and targets one by one. `nn.BCEWithLogitsLoss` refuses other shapes:

    ValueError: Target size (torch.Size([4])) must be the same as input size (torch.Size([4, 2]))

`nn.MSELoss` and its kin do worse: they broadcast. Outputs of shape (N, 1) and targets of shape (N) become two squares
of N x N, in which every output is compared with every target. The model learns the mean of the targets, and PyTorch
says no more than a UserWarning. `nn.CrossEntropyLoss` wants a whole number for each example, without an axis of size 1,
and the classes along the second axis where an example has several: scores of shape (N, T, C) need `.transpose(1, 2)`.

For class labels use `nn.CrossEntropyLoss`; for one number each bring both to one shape: `outputs.squeeze(1)`, or
`targets.unsqueeze(1)`.

Bad:
```python
import torch
import torch.nn as nn
import torch.optim as optim
from torchvision import models

model = models.resnet18(weights="IMAGENET1K_V1")
model.fc = nn.Linear(model.fc.in_features, 1)
criterion = nn.MSELoss()
optimizer = optim.SGD(model.parameters(), lr=0.01)
images, ages = torch.randn(4, 3, 224, 224), torch.rand(4)
for _ in range(3):
    loss = criterion(model(images), ages)  # error: [loss-shape-mismatch] "every output with every target"
    loss.backward()
    optimizer.step()
```

Good:
```python
import torch
import torch.nn as nn
import torch.optim as optim
from torchvision import models

model = models.resnet18(weights="IMAGENET1K_V1")
model.fc = nn.Linear(model.fc.in_features, 1)
criterion = nn.MSELoss()
optimizer = optim.SGD(model.parameters(), lr=0.01)
images, ages = torch.randn(4, 3, 224, 224), torch.rand(4)
for _ in range(3):
    loss = criterion(model(images).squeeze(1), ages)
    loss.backward()
    optimizer.step()
```

headlint is silent where one of the shapes is not known. The data are not there in a run, so that the source alone can
tell.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from headlint.finding import Fix, Safety, Severity
from headlint.history import LossMet, Shape, Unknown, Witness
from headlint.reading.losses import loss_steps
from headlint.rule import Abstained, Fault, Fine

if TYPE_CHECKING:
    from collections.abc import Iterator

    from headlint.history import History
    from headlint.rule import Judgement

SEVERITY = Severity.ERROR
WITNESSES = frozenset({Witness.STATIC})

_STRICT = frozenset({"BCELoss", "BCEWithLogitsLoss"})
_BROADCASTS = frozenset({"MSELoss", "L1Loss", "SmoothL1Loss", "HuberLoss"})


def judge(history: History) -> Iterator[Judgement]:
    """Look at every meeting of an output with a target."""
    for met in history.of(LossMet):
        unknown = next((one for one in (met.output, met.target.shape) if isinstance(one, Unknown)), None)
        if isinstance(unknown, Unknown):
            yield Abstained(met.place, unknown.why)
            continue
        assert isinstance(met.output, Shape)
        assert isinstance(met.target.shape, Shape)
        why = _clash(met, met.output.dims, met.target.shape.dims)
        yield Fine(met.place) if not why else _fault(history, met, why)


def _clash(met: LossMet, output: tuple[int | str, ...], target: tuple[int | str, ...]) -> str:
    """What the loss makes of these shapes, '' if they go together or may do so."""
    if met.loss.kind == "CrossEntropyLoss":
        return _over_classes(met, output, target)
    if met.loss.kind in _STRICT:
        if _differ(output, target):
            return "which it refuses"
        return "of whole numbers, which it refuses" if met.target.whole is True else ""
    if met.loss.kind not in _BROADCASTS or not _differ(output, target):
        return ""
    squares = len(output) == 2 and len(target) == 1 and output[1] == 1
    squares = squares or (len(output) == 1 and len(target) == 2 and target[1] == 1)
    return "and compares every output with every target" if squares else "which don't go together"


def _over_classes(met: LossMet, output: tuple[int | str, ...], target: tuple[int | str, ...]) -> str:
    is_elsewhere = len(target) == len(output) - 1 and _differ(output[1:], ("batch", *target[1:]))
    if len(output) > 2 and (is_elsewhere or (met.target.whole is True and len(target) == 1)):
        return "and takes its second axis for the classes, with a target for each place along the others"
    if len(output) != 2 or output[1] == 1:
        return ""
    if len(target) == 2 and target[1] == 1:
        return "and wants one whole number for each example, without an axis of its own"
    if len(target) == 1 and met.target.whole is False:
        return "which are no whole numbers"
    return ""


def _differ(output: tuple[int | str, ...], target: tuple[int | str, ...]) -> bool:
    """Whether two shapes surely differ; the first axis is the batch of both."""
    if len(output) != len(target):
        return True
    pairs = zip(output[1:], target[1:], strict=True)
    return any(isinstance(one, int) and isinstance(other, int) and one != other for one, other in pairs)


def _fault(history: History, met: LossMet, why: str) -> Fault:
    message = f"{met.loss.kind} is given outputs of shape {met.output} and targets of shape {met.target.shape}, {why}"
    title = "bring both to one shape: `.squeeze(1)` the outputs or `.unsqueeze(1)` the targets"
    if met.loss.kind in _STRICT and met.target.source:
        title = "use `nn.CrossEntropyLoss` for class labels, or one output with `labels.float().unsqueeze(1)`"
    return Fault(met.place, message, tuple(loss_steps(history, met)), fix=Fix(title, Safety.DISPLAY, ()))
