"""The new head is frozen together with the backbone, because the freezing comes after it.

A new layer starts with random weights, and training is what it is for. A loop over `model.parameters()` that runs
after the replacement takes the new head along. If nothing else is left to train, PyTorch says so at the first step:

    RuntimeError: element 0 of tensors does not require grad and does not have a grad_fn

or, where only trainable parameters are handed to the optimizer, `ValueError: optimizer got an empty parameter list`.
If something else still trains (a thawed stage, an adapter), nothing is printed, and the head stays random.

Freeze first and replace afterwards, or thaw the head behind the loop: `model.fc.requires_grad_(True)`.

Bad:
```python
import torch.nn as nn
from torchvision import models

model = models.resnet18(weights="IMAGENET1K_V1")
model.fc = nn.Linear(model.fc.in_features, 10)
for param in model.parameters():
    param.requires_grad = False  # error: [freeze-after-head] "freezes the new head `fc` as well"
```

Good:
```python
import torch.nn as nn
from torchvision import models

model = models.resnet18(weights="IMAGENET1K_V1")
for param in model.parameters():
    param.requires_grad = False
model.fc = nn.Linear(model.fc.in_features, 10)
```

Good:
```python
import torch.nn as nn
from torchvision import models

model = models.resnet18(weights="IMAGENET1K_V1")
model.fc = nn.Linear(model.fc.in_features, 10)
for param in model.parameters():
    param.requires_grad = False
for param in model.fc.parameters():
    param.requires_grad = True
```

headlint is silent where the head is thawed again, where weights are loaded into it, where the model is used for
inference alone, about a layer of your own that a statement freezes by its name (a fixed filter), and about networks
of new layers only or of which no optimizer holds anything while another model is trained (a target, a teacher). Where
a condition picked what to freeze, freeze-filter and freeze-by-count tell of it; where somebody tried to thaw the head
in a way that does nothing, that line is reported instead.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from headlint.finding import Fix, Safety, Severity
from headlint.history import Layer, Purpose, Unknown
from headlint.reading.choices import conditional_statements
from headlint.reading.freezing import freezing_statements, frozen_heads
from headlint.reading.models import every, final_state
from headlint.reading.telling import built_steps, counted, gradient_step, listed, replaced_step
from headlint.rule import Abstained, Fault, Fine

if TYPE_CHECKING:
    from collections.abc import Iterator

    from headlint.history import GradientSet, History, Model, Replaced
    from headlint.rule import Judgement

SEVERITY = Severity.ERROR


def judge(history: History) -> Iterator[Judgement]:
    """Look at every statement that freezes, and at the new heads that stood there already."""
    conditional = conditional_statements(history)
    for position, freeze in freezing_statements(history).values():
        if freeze.place.key in conditional:
            continue
        heads, why = frozen_heads(history, position, freeze)
        if heads:
            yield _fault(history, freeze, heads)
        elif why:
            yield Abstained(freeze.place, why)
        else:
            yield Fine(freeze.place)


def _fault(history: History, freeze: GradientSet, heads: tuple[Replaced, ...]) -> Fault:
    count = sum(len(head.new.parameters) for head in heads if isinstance(head.new, Layer))
    noun, whose = ("head", "its") if len(heads) == 1 else ("heads", "their")
    kept = f"{whose} {counted(count, 'parameter')} keep{'s' if count == 1 else ''} the random start"
    message = f"freezes the new {noun} {listed(head.path for head in heads)} as well: {kept}"
    steps = (
        *built_steps(history, heads[0].model),
        *(replaced_step(head) for head in heads),
        gradient_step(freeze),
    )
    remedy = "; ".join(f"`{head.target}.requires_grad_(True)`" for head in heads)
    fix = Fix(f"thaw the {noun} afterwards: {remedy}", Safety.DISPLAY, ())
    return Fault(freeze.place, message, steps, tuple(_nothing_left(history, heads[0].model)), fix)


def _nothing_left(history: History, model: Model) -> Iterator[str]:
    ready = final_state(history, model)
    if isinstance(ready, Unknown) or isinstance(ready.parameters, Unknown) or not ready.whole:
        return
    if ready.purpose is Purpose.TRAINING and every((state.trainable for state in ready.parameters), False) is True:
        count = counted(len(ready.parameters), "parameter")
        yield f"all {count} of {model.name} are frozen: the first backward pass finds nothing to train"
