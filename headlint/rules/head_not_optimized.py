"""The new head is in no parameter group of the optimizer.

The groups were written by hand, and the head is in none of them: a group was left out, or the optimizer takes a part
of the model that the head is not in. The head gets gradients, and no step moves it; nothing is printed. Because the
rest does train, the loss may even fall a little, which hides the mistake for days.

Bad:
```python
import torch
import torch.nn as nn
from torchvision import models

model = models.resnet18(weights="IMAGENET1K_V1")
model.fc = nn.Linear(model.fc.in_features, 10)
optimizer = torch.optim.SGD(model.layer4.parameters(), lr=0.01)  # error: [head-not-optimized] "the new head `fc`"
```

Good:
```python
import torch
import torch.nn as nn
from torchvision import models

model = models.resnet18(weights="IMAGENET1K_V1")
model.fc = nn.Linear(model.fc.in_features, 10)
groups = [{"params": model.layer4.parameters(), "lr": 1e-4}, {"params": model.fc.parameters()}]
optimizer = torch.optim.SGD(groups, lr=0.01)
```

headlint is silent where another optimizer or `add_param_group` takes the head, where the head is frozen on purpose,
where nothing of the model is in any optimizer, and about backbones: leaving them out is one way to freeze them. A head
that came after the optimizer is told by optimizer-before-surgery. A part of a network of your own counts as a head
where it is new, takes part in the forward pass, and the optimizer trains something older beside it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from headlint.finding import Severity, Step
from headlint.history import Absent, OptimizerBuilt, TookPart, Unknown
from headlint.reading.freezing import new_heads
from headlint.reading.models import final_state, is_under, numbered, states_under
from headlint.reading.nesting import is_taken_apart
from headlint.reading.telling import built_steps, counted, listed, replaced_step
from headlint.reading.training import held_paths, is_left_out, optimizers_of
from headlint.rule import Abstained, Fault, Fine

if TYPE_CHECKING:
    from collections.abc import Iterator

    from headlint.history import History, Replaced
    from headlint.rule import Judgement

SEVERITY = Severity.ERROR


def judge(history: History) -> Iterator[Judgement]:
    """Look for every new head in the optimizers that hold something of its model."""
    if not any(history.of(OptimizerBuilt)):
        return
    for position, head in new_heads(history):
        optimizers = _holders(history, head)
        if not optimizers or optimizers[-1][0] < position:
            continue
        last = optimizers[-1][1]
        if is_taken_apart(history, head.model):
            yield Fine(last.place)
            continue
        match is_left_out(history, head):
            case Unknown(why=why):
                yield Abstained(last.place, why)
            case True:
                yield _fault(history, last, head)
            case False:
                yield Fine(last.place)


def _holders(history: History, head: Replaced) -> tuple[tuple[int, OptimizerBuilt], ...]:
    """The optimizers that train what the head was put into.

    For a part of a network of the user's own, which takes part in its forward pass, those are all of them, if one
    trains something older in that network.
    """
    if not isinstance(head.old, Absent):
        return optimizers_of(history, head.model)
    states = states_under(final_state(history, head.model), "")
    if head.model.library or not _takes_part(history, head) or isinstance(states, Unknown):
        return ()
    is_fresh = all(state.fresh is True for state in states if is_under(state.path, head.path))
    trains_older = any(state.fresh is False and state.optimized is True for state in states)
    return tuple(numbered(history, OptimizerBuilt)) if is_fresh and trains_older else ()


def _takes_part(history: History, head: Replaced) -> bool:
    told = (event for event in history.of(TookPart) if event.model.number == head.model.number)
    return any(event.path == head.path and event.answer is True for event in told)


def _fault(history: History, optimizer: OptimizerBuilt, head: Replaced) -> Fault:
    held = counted(len(set(held_paths(optimizer, head.model))), "parameter")
    message = f"{optimizer.name} holds {held} of {head.model.name}, and none of the new head {listed([head.path])}"
    taken = Step(optimizer.place, f"{optimizer.name} takes `{optimizer.text}`")
    return Fault(optimizer.place, message, (*built_steps(history, head.model), replaced_step(head), taken))
