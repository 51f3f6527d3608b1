"""A new layer takes another number of features than the model gives it.

The layer that was put on the model multiplies what arrives by a weight with one column per feature. If the numbers
differ, the first forward pass stops:

    RuntimeError: mat1 and mat2 shapes cannot be multiplied (2x2048 and 512x10)

It happens when the width of one backbone is typed from memory for another: 512 is right for resnet18 and resnet34,
and resnet50 gives 2048. Read the width from the layer that is being replaced, before it is replaced.

Bad:
```python
import torch.nn as nn
from torchvision import models

model = models.resnet50(weights="IMAGENET1K_V2")
model.fc = nn.Linear(512, 10)  # error: [head-width-mismatch] "takes 512 features, but resnet50 gives it 2048"
```

Bad:
```python
import torch.nn as nn
from torchvision import models

model = models.vgg16(weights="IMAGENET1K_V1")
model.classifier = nn.Sequential(
    nn.Linear(model.classifier[0].in_features, 512),
    nn.ReLU(),
    nn.Linear(256, 10),  # error: [head-width-mismatch] "takes 256 features, but `model.classifier[0]` (Linear) gives"
)
```

Good:
```python
import torch.nn as nn
from torchvision import models

model = models.resnet50(weights="IMAGENET1K_V2")
model.fc = nn.Linear(model.fc.in_features, 10)
```

headlint is silent where the width that arrives can't be known (a backbone of your own, a pooling layer that was
replaced by code it can't follow), and about the first layer of a model, whose width the data decides. A feature map
that reaches a Linear is told by head-rank-mismatch.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from headlint.finding import Edit, Fix, Safety, Severity
from headlint.history import Arrived, Free, Known, Role, Unknown
from headlint.reading.joining import giver, steps_to, taker
from headlint.reading.models import role_at
from headlint.reading.rebuilding import rebuilt_before
from headlint.reading.telling import spelled
from headlint.reading.widths import (
    arriving,
    has_wrong_rank,
    is_fed_by_the_model,
    is_stem,
    module_path,
    own_place,
    readable_width,
    unit,
)
from headlint.rule import Abstained, Fault, Fine

if TYPE_CHECKING:
    from collections.abc import Iterator

    from headlint.history import History
    from headlint.rule import Judgement

SEVERITY = Severity.ERROR


def judge(history: History) -> Iterator[Judgement]:
    """Compare what every new layer takes with what arrives there."""
    for arrived in history.of(Arrived):
        is_told_elsewhere = has_wrong_rank(arrived) or rebuilt_before(history, arrived) is not None
        if not is_stem(arrived) and not is_told_elsewhere:
            yield _compared(history, arrived)


def _compared(history: History, arrived: Arrived) -> Judgement:
    takes, width = arrived.layer.takes, arriving(arrived)
    if isinstance(takes, Unknown):
        return Abstained(arrived.place, takes.why)
    if isinstance(width, Unknown):
        return Abstained(arrived.place, width.why)
    if isinstance(takes, Free) or takes.value == width:
        return Fine(arrived.place)
    place, steps = own_place(arrived, takes.written), steps_to(history, arrived)
    return Fault(place, _message(history, arrived, takes, width), steps, fix=_fix(history, arrived, takes, width))


def _message(history: History, arrived: Arrived, takes: Known, width: int) -> str:
    counts = unit(arrived.layer)
    if not is_fed_by_the_model(arrived):
        return f"{taker(history, arrived)} takes {takes.value} {counts}, but {giver(history, arrived)} gives {width}"
    names = {Role.HEAD: "head", Role.AUXILIARY: "auxiliary head"}
    role = role_at(arrived.model, module_path(arrived))
    what = names[role] if role in names else f"`{spelled(arrived.path)}`"
    return f"the new {what} takes {takes.value} {counts}, but {arrived.model.name} gives it {width}"


def _fix(history: History, arrived: Arrived, takes: Known, width: int) -> Fix | None:
    written = takes.written
    if written is None:
        return None
    text = readable_width(history, arrived, width) or str(width)
    safety = Safety.SAFE if written.literal and is_fed_by_the_model(arrived) else Safety.UNSAFE
    return Fix(f"write `{text}` in place of `{written.text}`", safety, (Edit(written.place, text),))
