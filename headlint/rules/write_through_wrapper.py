"""A head is put on the wrapper of a model instead of on the model.

`nn.DataParallel` and `DistributedDataParallel` hold the model as `module` and call nothing else. A layer that is
assigned to the wrapper is registered there, and stays unused: the output keeps its classes, and nothing is printed.
(Reading through the wrapper does fail: `'DataParallel' object has no attribute 'fc'`.)

Do the surgery before wrapping, or write `model.module.fc`.

Bad:
```python
import torch.nn as nn
from torchvision import models

model = nn.DataParallel(models.resnet18(weights="IMAGENET1K_V1"))
model.fc = nn.Linear(512, 10)  # error: [write-through-wrapper] "puts `fc` on the DataParallel"
```

Good:
```python
import torch.nn as nn
from torchvision import models

model = models.resnet18(weights="IMAGENET1K_V1")
model.fc = nn.Linear(model.fc.in_features, 10)
model = nn.DataParallel(model)
```

headlint is silent about wrappers of your own, which may pass attributes on, about writes of `module` itself, and where
your code calls the new name on the wrapper.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from headlint.finding import Fix, Safety, Severity
from headlint.history import Absent, TookPart
from headlint.reading.models import is_under, is_wrapper, standing
from headlint.reading.telling import replaced_step, spelled
from headlint.rule import Fault, Fine

if TYPE_CHECKING:
    from collections.abc import Iterator

    from headlint.history import History, Replaced
    from headlint.rule import Judgement

SEVERITY = Severity.ERROR


def judge(history: History) -> Iterator[Judgement]:
    """Look at everything that is put on a wrapper."""
    for _, put in standing(history):
        if not is_wrapper(put.model) or not isinstance(put.old, Absent) or is_under(put.path, "module"):
            continue
        yield Fine(put.place) if _takes_part(history, put) else _fault(put)


def _takes_part(history: History, put: Replaced) -> bool:
    """Whether the script calls the new module itself; the wrapper doesn't."""
    return any(
        part.model.number == put.model.number and part.path == put.path and part.answer is True
        for part in history.of(TookPart)
    )


def _fault(put: Replaced) -> Fault:
    owner = put.target.removesuffix(f".{put.path}")
    message = f"puts `{spelled(put.path)}` on the {put.model.name}, which calls its `module` and nothing else"
    return Fault(
        put.place, message, (replaced_step(put),), fix=Fix(f"write `{owner}.module.{put.path}`", Safety.DISPLAY, ())
    )
