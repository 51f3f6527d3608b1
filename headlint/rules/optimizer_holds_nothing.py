"""An optimizer, or a group of it, is handed no parameters.

The expression that should pick the parameters picks none: a name that no layer has, a list that was never filled; or it
is an iterator that was read to its end before. `model.parameters()`, `filter(…)` and a generator expression give their
items once; a line that counts them, or a first optimizer, leaves nothing for the next one. PyTorch refuses to build an
optimizer of nothing:

    ValueError: optimizer got an empty parameter list

but if one of several groups is empty, nothing is printed, and what belonged to that group never moves.

Say what you mean by a list: `params = [p for p in model.parameters() if p.requires_grad]` can be read again.

Bad:
```python
import torch
import torch.nn as nn
from torchvision import models

model = models.mobilenet_v2(weights="IMAGENET1K_V1")
model.classifier[1] = nn.Linear(model.last_channel, 10)
head = [param for name, param in model.named_parameters() if name.startswith("fc.")]
optimizer = torch.optim.SGD(head, lr=0.01)  # error: [optimizer-holds-nothing] "SGD is handed no parameters: `head` is"
```

Bad:
```python
import torch
import torch.nn as nn
from torchvision import models

model = models.resnet18(weights="IMAGENET1K_V1")
model.fc = nn.Linear(model.fc.in_features, 10)
params = model.parameters()
warmup = torch.optim.SGD(params, lr=0.1)
optimizer = torch.optim.Adam(params, lr=1e-3)  # error: [optimizer-holds-nothing] "was read to its end before"
```

Good:
```python
import torch
import torch.nn as nn
from torchvision import models

model = models.resnet18(weights="IMAGENET1K_V1")
model.fc = nn.Linear(model.fc.in_features, 10)
params = list(model.parameters())
warmup = torch.optim.SGD(params, lr=0.1)
optimizer = torch.optim.Adam(params, lr=1e-3)
```

headlint is silent where nothing is left because the whole model is frozen (freeze-after-head and nothing-trainable tell
that), in a class that others derive from before it has a model, and about single groups that pick nothing by a name.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from headlint.finding import Severity
from headlint.history import GradientSet, OptimizerBuilt, Readied, Unknown, UsedUp, Witness
from headlint.reading.models import every, final_state, states_under
from headlint.rule import Abstained, Fault, Fine

if TYPE_CHECKING:
    from collections.abc import Iterator

    from headlint.history import History
    from headlint.rule import Judgement

SEVERITY = Severity.ERROR
LONGEST = 80


def judge(history: History) -> Iterator[Judgement]:
    """Look at what every optimizer is handed."""
    used_up = {event.place.key: event for event in history.of(UsedUp)}
    for optimizer in history.of(OptimizerBuilt):
        spent = used_up.get(optimizer.place.key)
        if spent is not None:
            yield Fault(optimizer.place, _of_used_up(optimizer, spent))
        elif isinstance(optimizer.count, Unknown):
            yield Abstained(optimizer.place, optimizer.count.why)
        elif optimizer.count == 0:
            yield _judge_empty(history, optimizer)
        elif history.witness is Witness.STATIC:
            yield Fine(optimizer.place)
        else:
            yield Abstained(optimizer.place, "a run leaves out what only prints, which may use an iterator up")


def _judge_empty(history: History, optimizer: OptimizerBuilt) -> Judgement:
    if _all_is_frozen(history):
        return Abstained(optimizer.place, "everything is frozen, so that nothing is left to be handed over")
    if not any(isinstance(ready.parameters, Unknown) or ready.parameters for ready in history.of(Readied)):
        return Abstained(optimizer.place, "no model is in sight whose parameters could have been meant")
    text = f": `{optimizer.text}` is empty" if 0 < len(optimizer.text) <= LONGEST else ""
    return Fault(optimizer.place, f"{optimizer.name} is handed no parameters{text}")


def _of_used_up(optimizer: OptimizerBuilt, spent: UsedUp) -> str:
    what = "no parameters" if spent.whole else "an empty group"
    which = f"the iterator `{spent.text}`" if spent.whole and len(spent.text) <= LONGEST else "its iterator"
    return f"{optimizer.name} is handed {what}: {which} was read to its end before"


def _all_is_frozen(history: History) -> bool:
    """Whether some model has nothing that trains, or may have nothing."""
    for model in {event.model.number: event.model for event in history.of(GradientSet)}.values():
        states = states_under(final_state(history, model), "")
        if isinstance(states, Unknown) or every((state.trainable for state in states), False) is not False:
            return True
    return False
