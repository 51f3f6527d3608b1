"""The optimizer was built before the head was replaced, and holds the old head.

An optimizer keeps the parameters that it was given; it never looks at the model again. A head that is put on the
model afterwards has parameters of which the optimizer knows nothing: they get gradients, and no step moves them. What
the optimizer does hold of the head is the old layer, which the model no longer has. Nothing is printed; the accuracy
stays near chance, or drifts slowly if the backbone trains along.

Build the optimizer last, after surgery and freezing.

Bad:
```python
import torch
import torch.nn as nn
from torchvision import models

model = models.resnet18(weights="IMAGENET1K_V1")
optimizer = torch.optim.Adam(model.parameters())  # error: [optimizer-before-surgery] "`fc` is put there on line 7"
model.fc = nn.Linear(model.fc.in_features, 10)
```

Good:
```python
import torch
import torch.nn as nn
from torchvision import models

model = models.resnet18(weights="IMAGENET1K_V1")
model.fc = nn.Linear(model.fc.in_features, 10)
optimizer = torch.optim.Adam(model.parameters())
```

headlint is silent where an optimizer that is built later, or `add_param_group`, takes the new parameters, where the
optimizer belongs to another model, and where the new module has nothing to train.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from headlint.finding import Fix, Safety, Severity, Step, line_of
from headlint.history import OptimizerBuilt, Unknown
from headlint.reading.models import final_state, numbered, standing, states_under
from headlint.reading.telling import built_steps, counted, listed, replaced_step
from headlint.reading.training import held_paths, is_left_out
from headlint.rule import Abstained, Fault, Fine

if TYPE_CHECKING:
    from collections.abc import Iterator

    from headlint.history import History, Replaced
    from headlint.rule import Judgement

SEVERITY = Severity.ERROR


def judge(history: History) -> Iterator[Judgement]:
    """Look at what is replaced after each optimizer was built."""
    for position, optimizer in numbered(history, OptimizerBuilt):
        if isinstance(optimizer.holds, Unknown):
            yield Abstained(optimizer.place, optimizer.holds.why)
            continue
        missed: list[Replaced] = []
        why = history.stopped
        for put_at, head in standing(history):
            if put_at < position or not held_paths(optimizer, head.model):
                continue
            match is_left_out(history, head):
                case Unknown(why=reason):
                    why = reason
                case True:
                    missed.append(head)
        if missed:
            yield _fault(history, optimizer, missed)
        else:
            yield Abstained(optimizer.place, why) if why else Fine(optimizer.place)


def _fault(history: History, optimizer: OptimizerBuilt, missed: list[Replaced]) -> Fault:
    paths, first = listed(head.path for head in missed), missed[0]
    states = [states_under(final_state(history, head.model), head.path) for head in missed]
    count = counted(sum(len(told) for told in states if not isinstance(told, Unknown)), "parameter")
    verb, line = "is" if len(missed) == 1 else "are", line_of(first.place, optimizer.place)
    message = f"holds none of the {count} of the new head: {paths} {verb} put there on {line}"
    steps = (
        *built_steps(history, first.model),
        Step(optimizer.place, f"{optimizer.name} takes `{optimizer.text}`"),
        *(replaced_step(head) for head in missed),
    )
    fix = Fix(f"build it after {line}", Safety.DISPLAY, ())
    return Fault(optimizer.place, f"{optimizer.name} {message}", steps, fix=fix)
