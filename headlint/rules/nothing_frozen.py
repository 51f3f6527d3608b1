"""A pretrained model is trained as a whole: no parameter of it is frozen.

Nothing is wrong with that. Given enough data, training all of a model is often best, and it costs the most: time,
memory for the gradients and the optimizer's state, and with little data or a high learning rate what the backbone had
learnt. This note is for those who meant to freeze it and want to be told where it isn't. It is off unless it is asked
for: `headlint check --select nothing-frozen`.

To train the head alone, freeze the model before the head is replaced: `model.requires_grad_(False)`. To train all of
it carefully, give the backbone a smaller learning rate in a group of its own.

Bad:
```python
import torch
import torch.nn as nn
from torchvision import models

model = models.resnet18(weights="IMAGENET1K_V1")  # note: [nothing-frozen] "all 62 parameters of resnet18 train"
model.fc = nn.Linear(model.fc.in_features, 10)
optimizer = torch.optim.SGD(model.parameters(), lr=0.01)
```

Good:
```python
import torch
import torch.nn as nn
from torchvision import models

model = models.resnet18(weights="IMAGENET1K_V1")
model.requires_grad_(False)
model.fc = nn.Linear(model.fc.in_features, 10)
optimizer = torch.optim.SGD(model.fc.parameters(), lr=0.01)
```

headlint is silent about models with random weights, about models that no optimizer holds wholly, and where somebody
tried to freeze in a way that does nothing: module-requires-grad, requires-grad-typo and freeze-filter tell that.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from headlint.finding import Severity
from headlint.history import Built, Unknown
from headlint.reading.freezing import tried_to_freeze
from headlint.reading.models import every, final_state, states_under
from headlint.reading.telling import counted
from headlint.rule import Abstained, Fault, Fine

if TYPE_CHECKING:
    from collections.abc import Iterator

    from headlint.history import History
    from headlint.rule import Judgement

SEVERITY = Severity.NOTE


def judge(history: History) -> Iterator[Judgement]:
    """Look at every pretrained model that is built."""
    for built in history.of(Built):
        if built.model.pretrained is True:
            yield _judge_model(history, built)


def _judge_model(history: History, built: Built) -> Judgement:
    states = states_under(final_state(history, built.model), "")
    if isinstance(states, Unknown):
        return Abstained(built.place, states.why)
    for truth in (
        every((state.trainable for state in states), True),
        every((state.optimized for state in states), True),
    ):
        if isinstance(truth, Unknown):
            return Abstained(built.place, truth.why)
        if not truth:
            return Fine(built.place)
    if not states or tried_to_freeze(history, built.model):
        return Fine(built.place)
    count = counted(len(states), "parameter")
    return Fault(built.place, f"all {count} of {built.model.name} train: nothing of it is frozen")
