"""A model that is rebuilt from its children loses what its forward pass does between them.

`nn.Sequential(*list(model.children())[:-1])` calls the children one after the other. A forward method may do more:
ResNet flattens before `fc`, DenseNet applies a ReLU and a pooling that are no modules, Inception calls its auxiliary
head aside. So with ResNet the new layer meets a tensor with height and width:

    RuntimeError: mat1 and mat2 shapes cannot be multiplied (1024x1 and 512x10)

with DenseNet and MobileNetV2 it meets a whole feature map, and with Inception, GoogLeNet and ViT nothing fits.

Put `nn.Identity()` in the place of the head: the model's own forward pass stays. Or add what got lost.

Bad:
```python
import torch.nn as nn
from torchvision import models

resnet = models.resnet18(weights="IMAGENET1K_V1")
layers = list(resnet.children())[:-1]
model = nn.Sequential(*layers, nn.Linear(512, 10))  # error: [children-rebuild] "give (batch, 512, 1, 1)"
```

Bad:
```python
import torch
import torch.nn as nn
from torchvision import models

inception = models.inception_v3(weights="IMAGENET1K_V1")
model = nn.Sequential(*list(inception.children())[:-1])  # error: [children-rebuild] "be called one after the other"
features = model(torch.randn(2, 3, 299, 299))
```

Good:
```python
import torch.nn as nn
from torchvision import models

resnet = models.resnet18(weights="IMAGENET1K_V1")
layers = list(resnet.children())[:-1]
model = nn.Sequential(*layers, nn.Flatten(1), nn.Linear(512, 10))
```

headlint is silent about feature maps that are wanted (`[:-2]`), about what is flattened or pooled later on, about
models whose children do make up their forward pass (ConvNeXt, Swin), and where it can't follow the tensor.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from headlint.finding import Fix, Safety, Severity, Step
from headlint.history import Outcome, Rebuilt, Unknown
from headlint.reading.rebuilding import misfed
from headlint.reading.telling import built_steps, described
from headlint.rule import Abstained, Fault, Fine

if TYPE_CHECKING:
    from collections.abc import Iterator

    from headlint.history import Arrived, History
    from headlint.rule import Judgement

SEVERITY = Severity.ERROR


def judge(history: History) -> Iterator[Judgement]:
    """Look at every model that was put together from another one's children."""
    for rebuilt in history.of(Rebuilt):
        if rebuilt.outcome is Outcome.CRASHES:
            yield _crash(history, rebuilt)
            continue
        arrived = misfed(history, rebuilt)
        yield Fine(rebuilt.place) if arrived is None else _loss(history, rebuilt, arrived)


def _crash(history: History, rebuilt: Rebuilt) -> Judgement:
    if isinstance(rebuilt.called, Unknown):
        return Abstained(rebuilt.place, rebuilt.called.why)
    if not rebuilt.called:
        return Fine(rebuilt.place)
    message = f"{_children(rebuilt)} can't be called one after the other: its forward pass does more"
    return Fault(rebuilt.place, message, tuple(built_steps(history, rebuilt.source)), fix=_fix())


def _loss(history: History, rebuilt: Rebuilt, arrived: Arrived) -> Fault:
    lost = "its flatten is" if rebuilt.outcome is Outcome.FLATTEN else "the rest of its forward pass is"
    message = f"{_children(rebuilt)} give {rebuilt.gives}: {lost} no child of it"
    meets = Step(arrived.place, f"{described(arrived.layer)} gets {arrived.shape}")
    return Fault(rebuilt.place, message, (*built_steps(history, rebuilt.source), meets), fix=_fix())


def _children(rebuilt: Rebuilt) -> str:
    without = {0: "", 1: " without the last"}.get(rebuilt.dropped, f" without the last {rebuilt.dropped}")
    return f"{rebuilt.source.name}'s children{without}"


def _fix() -> Fix:
    return Fix("put `nn.Identity()` in the place of the head, and keep the model whole", Safety.DISPLAY, ())
