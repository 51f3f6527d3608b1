"""The width of the new head is typed as a number that the model could be asked for.

`nn.Linear(512, 10)` is right for resnet18. Nothing goes wrong today, and no message appears. The line breaks on the
day when somebody tries resnet50 in its place:

    RuntimeError: mat1 and mat2 shapes cannot be multiplied (2x2048 and 512x10)

The layer that is being replaced knows its width: `model.fc.in_features`, read before the replacement. The fix writes
that, and changes nothing else.

Bad:
```python
import torch.nn as nn
from torchvision import models

model = models.resnet18(weights="IMAGENET1K_V1")
model.fc = nn.Linear(512, 10)  # warning: [hardcoded-in-features] "512"
```

Good:
```python
import torch.nn as nn
from torchvision import models

model = models.resnet18(weights="IMAGENET1K_V1")
model.fc = nn.Linear(model.fc.in_features, 10)
```

Good:
```python
import torch.nn as nn
from torchvision import models

width = 512
model = models.resnet18(weights="IMAGENET1K_V1")
model.fc = nn.Sequential(nn.Linear(model.fc.in_features, width), nn.ReLU(), nn.Linear(width, 10))
```

headlint is silent where the number is wrong (head-width-mismatch tells that), where it has a name, inside a new
module behind its first layer, and where what stood there can't be asked: after a change of the pooling or the trunk
the old layer's width is no longer the right one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from headlint.finding import Edit, Fix, Safety, Severity
from headlint.history import Arrived, Known, Role, Unknown, Witness
from headlint.reading.models import role_at, standing_at
from headlint.reading.telling import built_steps
from headlint.reading.widths import (
    arriving,
    had_width,
    has_wrong_rank,
    is_fed_by_the_model,
    module_path,
    own_place,
    readable_width,
    unit,
)
from headlint.rule import Abstained, Fault

if TYPE_CHECKING:
    from collections.abc import Iterator

    from headlint.history import History, Written
    from headlint.rule import Judgement

SEVERITY = Severity.WARNING
WITNESSES = frozenset({Witness.STATIC})


def judge(history: History) -> Iterator[Judgement]:
    """Look at the first width of every new head."""
    for arrived in history.of(Arrived):
        match arrived.layer.takes:
            case Known(value=int(width), written=written) if written is not None and written.literal:
                yield from _judge_literal(history, arrived, width, written)


def _judge_literal(history: History, arrived: Arrived, width: int, written: Written) -> Iterator[Judgement]:
    model, path = arrived.model, module_path(arrived)
    if not model.library or not is_fed_by_the_model(arrived) or role_at(model, path) in {Role.STEM, None}:
        return
    came = arriving(arrived)
    if isinstance(came, Unknown):
        yield Abstained(arrived.place, came.why)
        return
    replaced = standing_at(history, model, path)
    if came != width or has_wrong_rank(arrived) or replaced is None or not had_width(replaced, width):
        return
    message = f"{width} is typed, and is right only as long as {model.name} gives {width} {unit(arrived.layer)}"
    steps = tuple(built_steps(history, model))
    yield Fault(own_place(arrived, written), message, steps, fix=_fix(history, arrived, width, written))


def _fix(history: History, arrived: Arrived, width: int, written: Written) -> Fix | None:
    text = readable_width(history, arrived, width)
    return Fix(f"write `{text}`", Safety.SAFE, (Edit(written.place, text),)) if text else None
