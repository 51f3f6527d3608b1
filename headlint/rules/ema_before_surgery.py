"""An averaged copy of the model was made before its head was replaced, and has the old one.

`AveragedModel(model)` and timm's `ModelEmaV2(model)` copy the model as it is. A head that is put into the model later
is not in the copy, and bringing the copy up to date stops, after the first steps of training are done:

    RuntimeError: The size of tensor a (1000) must match the size of tensor b (10) at non-singleton dimension 0

Make the copy when the model is finished: with its last head, and on its device.

Bad:
```python
import torch.nn as nn
from torch.optim.swa_utils import AveragedModel
from torchvision import models

model = models.resnet18(weights="IMAGENET1K_V1")
average = AveragedModel(model)  # error: [ema-before-surgery] "`fc` gives 1000 in the copy, and 10 in the model"
model.fc = nn.Linear(model.fc.in_features, 10)
average.update_parameters(model)
```

Good:
```python
import torch.nn as nn
from torch.optim.swa_utils import AveragedModel
from torchvision import models

model = models.resnet18(weights="IMAGENET1K_V1")
model.fc = nn.Linear(model.fc.in_features, 10)
average = AveragedModel(model)
average.update_parameters(model)
```

headlint is silent about copies that nobody brings up to date, such as a teacher that keeps its own head, about copies
made in other ways, and where the widths agree or aren't known.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from headlint.finding import Fix, Safety, Severity, Step
from headlint.history import Averaged, Witness
from headlint.reading.models import standing
from headlint.reading.telling import built_steps, replaced_step, spelled
from headlint.rule import Fault, Fine

if TYPE_CHECKING:
    from collections.abc import Iterator

    from headlint.history import History
    from headlint.rule import Judgement

SEVERITY = Severity.ERROR

# copies are brought up to date in training, which a run leaves out
WITNESSES = frozenset({Witness.STATIC})


def judge(history: History) -> Iterator[Judgement]:
    """Look at every averaged copy when it is first brought up to date."""
    seen = set()
    for averaged in history.of(Averaged):
        if averaged.place in seen:
            continue
        seen.add(averaged.place)
        yield _fault(history, averaged) if averaged.misfits else Fine(averaged.place)


def _fault(history: History, averaged: Averaged) -> Fault:
    first = averaged.misfits[0]
    side, verb = (1, "gives") if first.holds[1] != first.has[1] else (0, "takes")
    message = (
        f"`{averaged.text}` copies {averaged.model.name} before it is finished: "
        f"`{spelled(first.path)}` {verb} {first.holds[side]} in the copy, and {first.has[side]} in the model"
    )
    paths = {one.path for one in averaged.misfits}
    number = averaged.model.number
    put = [event for _, event in standing(history) if event.model.number == number and event.path in paths]
    steps = (
        *built_steps(history, averaged.model),
        *map(replaced_step, put),
        Step(averaged.updated_at, "the copy is brought up to date"),
    )
    fix = Fix("copy the model after its head is replaced", Safety.DISPLAY, ())
    return Fault(averaged.place, message, steps, fix=fix)
