"""The pretrained first convolution is replaced by a new one, and its weights are lost.

For images with another number of channels the first layer must take other ones. A new `nn.Conv2d` begins with random
weights: every later layer gets features that it was not trained on. Nothing is printed: it trains, slower and worse.
If the backbone is frozen after that, the random filters stay as they are for good, and that is an error.

Write the old weights into the new layer (their sum or mean over the channels), or let timm do it: `in_chans=1`.

Bad:
```python
import torch
import torch.nn as nn
from torchvision import models

model = models.resnet18(weights="IMAGENET1K_V1")
model.conv1 = nn.Conv2d(1, 64, 7, 2, 3, bias=False)  # warning: [stem-replaced] "loses the pretrained weights"
model.fc = nn.Linear(model.fc.in_features, 10)
optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)
```

Good:
```python
import torch
import torch.nn as nn
from torchvision import models

model = models.resnet18(weights="IMAGENET1K_V1")
pretrained = model.conv1.weight.data
model.conv1 = nn.Conv2d(1, 64, 7, 2, 3, bias=False)
model.conv1.weight.data = pretrained.sum(dim=1, keepdim=True)
model.fc = nn.Linear(model.fc.in_features, 10)
optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)
```

headlint is silent where anything is written into the new layer's weights or loaded into the model, about models with
random weights, about a new layer for as many channels that stays trainable (a smaller stride for small images), and
where no training is in sight. Only the source tells what is written into weights; a run has nothing to say here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from headlint.finding import Severity
from headlint.history import Known, Layer, OptimizerBuilt, Purpose, Role, Unknown, Witness
from headlint.reading.models import every, final_state, role_at, standing, states_under
from headlint.reading.telling import built_steps, counted, replaced_step
from headlint.rule import Abstained, Fault, Fine

if TYPE_CHECKING:
    from collections.abc import Iterator

    from headlint.history import History, Replaced
    from headlint.rule import Judgement

SEVERITY = Severity.WARNING
WITNESSES = frozenset({Witness.STATIC})


def judge(history: History) -> Iterator[Judgement]:
    """Look at every new layer that reads the images."""
    for _, put in standing(history):
        is_first = role_at(put.model, put.path) is Role.STEM and put.model.pretrained is True
        if is_first and isinstance(put.new, Layer) and put.new.parameters and isinstance(put.old, Layer):
            yield _judged(history, put, _width(put.old), _width(put.new))


def _judged(history: History, put: Replaced, before: int | None, now: int | None) -> Judgement:
    ready = final_state(history, put.model)
    states = states_under(ready, put.path)
    if isinstance(ready, Unknown) or isinstance(states, Unknown):
        return Abstained(put.place, ready.why if isinstance(ready, Unknown) else "its parameters are not known")
    fresh = every((state.fresh for state in states), True)
    if isinstance(fresh, Unknown):
        return Abstained(put.place, fresh.why)
    trains = ready.purpose is Purpose.TRAINING or any(history.of(OptimizerBuilt))
    if not fresh or not trains or ready.purpose is Purpose.INFERENCE:
        return Fine(put.place)
    is_frozen = every((state.trainable for state in states), False) is True
    if not is_frozen and (before == now or None in {before, now}):
        return Fine(put.place)
    return _fault(history, put, now, is_frozen=is_frozen)


def _width(layer: Layer) -> int | None:
    value = layer.takes.value if isinstance(layer.takes, Known) else None
    return value if isinstance(value, int) else None


def _fault(history: History, put: Replaced, takes: int | None, *, is_frozen: bool) -> Fault:
    channels = f" for {counted(takes, 'channel')}" if takes is not None else ""
    then = ", and is frozen with random ones" if is_frozen else ""
    message = f"the new first layer{channels} loses the pretrained weights of {put.model.name}{then}"
    steps = (*built_steps(history, put.model), replaced_step(put))
    return Fault(put.place, message, steps, severity=Severity.ERROR if is_frozen else None)
