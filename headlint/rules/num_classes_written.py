"""`num_classes` is written on a model, which has its last layer already.

The number is read when a model is built. Writing it afterwards changes an attribute and no layer: the output keeps its
classes. The labels of a smaller data set fit into those, so that the loss is computed without complaint, and nothing
is printed. Only the classification heads of RetinaNet, FCOS and SSD (`num_columns`) read it later, to sort out what
their class layers give: with another number than those were built for, the first forward pass stops, or the scores of
one class are taken for those of another.

Bad:
```python
from torchvision import models

model = models.resnet18(weights="IMAGENET1K_V1")
model.num_classes = 10  # error: [num-classes-written] "`num_classes` says 10, but resnet18 still gives 1000 classes"
```

Good:
```python
import torch.nn as nn
from torchvision import models

model = models.squeezenet1_1(weights="IMAGENET1K_V1")
model.classifier[1] = nn.Conv2d(512, 10, kernel_size=1)  # warning: [hardcoded-in-features] "512"
model.num_classes = 10
```

headlint is silent where a head is replaced as well, before or after, where the number is the one that the model has,
and about models that it doesn't know.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from headlint.finding import Severity
from headlint.history import Absent, Escaped, Known, Owner, Replaced, Role, Wrote
from headlint.reading.detectors import SINGLE, count_name
from headlint.reading.models import role_at
from headlint.reading.telling import built_steps
from headlint.rule import Fault, Fine

if TYPE_CHECKING:
    from collections.abc import Iterator

    from headlint.history import History
    from headlint.rule import Judgement

SEVERITY = Severity.ERROR


def judge(history: History) -> Iterator[Judgement]:
    """Look at every class count that is written on a published model."""
    for wrote in history.of(Wrote):
        at_the_count = wrote.owner is Owner.MODULE and wrote.path in {"", SINGLE}
        if (
            not at_the_count
            or wrote.name not in _names(wrote)
            or not wrote.model.library
            or not isinstance(wrote.model.classes, int)
        ):
            continue
        if _is_made_true(history, wrote) or not isinstance(wrote.before, (Absent, Known)):
            yield Fine(wrote.place)
            continue
        match wrote.value:
            case Known(value=int(count)) if count != wrote.model.classes:
                yield _fault(history, wrote, count, wrote.model.classes)


def _names(wrote: Wrote) -> set[str]:
    return {count_name(wrote.model)} if wrote.path else {"num_classes", "n_classes"}


def _is_made_true(history: History, wrote: Wrote) -> bool:
    """Whether something else may change the classes."""
    number = wrote.model.number
    replaced = any(
        event.model.number == number and role_at(event.model, event.path) is Role.HEAD for event in history.of(Replaced)
    )
    return replaced or any(event.model.number == number for event in history.of(Escaped))


def _fault(history: History, wrote: Wrote, count: int, classes: int) -> Fault:
    layers = "`module_list`" if wrote.name == "num_columns" else "`cls_logits`"
    giver = f"{layers} beside it" if wrote.path else wrote.model.name
    message = f"`{wrote.name}` says {count}, but {giver} still gives {classes} classes"
    return Fault(wrote.place, message, tuple(built_steps(history, wrote.model)))
