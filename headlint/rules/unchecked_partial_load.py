"""`strict=False` loads what fits and says nothing of the rest, and nobody looks at what was left out.

A checkpoint names its weights. Where the names differ (`module.` in front of each, from a model that was saved inside
DataParallel; `model.` or `backbone.` from a training framework), not one of them fits, and with `strict=False` that is
no error: nothing is printed, and the model keeps its random weights. A backbone that is then frozen stays noise for
good, and the head learns from noise.

`load_state_dict` returns the names that were missing and those that were not expected. Look at them: print them, or
assert that what is missing is the head and nothing else.

Bad:
```python
import torch
import torch.nn as nn
from torchvision import models

model = models.resnet50()
state = torch.load("moco.pth")["state_dict"]
model.load_state_dict(state, strict=False)  # warning: [unchecked-partial-load] "the 159 frozen parameters"
for param in model.parameters():
    param.requires_grad = False
model.fc = nn.Linear(model.fc.in_features, 10)
optimizer = torch.optim.SGD(model.fc.parameters(), lr=0.1)
```

Good:
```python
import torch
import torch.nn as nn
from torchvision import models

model = models.resnet50()
result = model.load_state_dict(torch.load("moco.pth")["state_dict"], strict=False)
assert all(name.startswith("fc.") for name in result.missing_keys), result.missing_keys
for param in model.parameters():
    param.requires_grad = False
model.fc = nn.Linear(model.fc.in_features, 10)
optimizer = torch.optim.SGD(model.fc.parameters(), lr=0.1)
```

Bad:
```python
import torch.nn as nn
from torchvision import models

trained = nn.DataParallel(models.resnet18(weights="IMAGENET1K_V1"))
model = models.resnet18()
model.load_state_dict(trained.state_dict(), strict=False)  # error: [unchecked-partial-load] "none of the 62 parameters"
```

headlint is silent where the result is used in any way, where the script renamed, filtered or removed entries and so
knows what is in there, where the model had trained weights before, and where what was not loaded is trained anyway:
the usual way to a new head. What happens with names that differ while `strict` is true, PyTorch says itself.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from headlint.finding import Fix, Safety, Severity, Step
from headlint.history import Loaded, Purpose, Unknown
from headlint.reading.models import final_state, is_under, states_under
from headlint.reading.nesting import network_around, published_inside
from headlint.reading.telling import built_steps, counted
from headlint.rule import Abstained, Fault, Fine

if TYPE_CHECKING:
    from collections.abc import Iterator

    from headlint.history import History, Model, ParameterState, Readied
    from headlint.rule import Judgement

SEVERITY = Severity.WARNING

HALF = 0.5
"""Of a checkpoint that fills less than this part of the parameters, most names are other ones."""


def judge(history: History) -> Iterator[Judgement]:
    """Look at every checkpoint that is loaded as far as it fits, and at whether somebody looks at the rest."""
    for loaded in history.of(Loaded):
        if loaded.strict is True or loaded.checked is True or loaded.misfits:
            yield Fine(loaded.place)
        elif isinstance(loaded.strict, Unknown) or isinstance(loaded.checked, Unknown):
            yield Abstained(loaded.place, "how much of it has to fit is not known")
        elif isinstance(loaded.filled, int) and isinstance(loaded.count, int):
            yield from _compared(history, loaded, loaded.filled, loaded.count)
        else:
            yield _unopened(history, loaded)


def _compared(history: History, loaded: Loaded, filled: int, count: int) -> Iterator[Judgement]:
    """What is known of a state dictionary whose names are known."""
    if not count or filled >= HALF * count:
        yield Fine(loaded.place)
        return
    part = f"{filled or 'none'} of the {counted(count, 'parameter')} of {loaded.model.name}"
    message = f"`{loaded.text}` holds {part} under their names, and `strict=False` says nothing of the rest"
    yield Fault(loaded.place, message, tuple(built_steps(history, loaded.model)), fix=_fix(), severity=Severity.ERROR)


def _unopened(history: History, loaded: Loaded) -> Judgement:
    """A checkpoint of which nothing is known: it matters where what it leaves out stays random for good."""
    ready = final_state(history, loaded.model)
    if loaded.raw is not True or isinstance(ready, Unknown):
        why = next((fact.why for fact in (loaded.raw, ready) if isinstance(fact, Unknown)), "")
        return Abstained(loaded.place, why) if why else Fine(loaded.place)
    states = states_under(ready, loaded.path)
    if isinstance(states, Unknown):
        return Abstained(loaded.place, states.why)
    frozen, models = _frozen(history, ready, states)
    unknown = next((model.pretrained for model in models if isinstance(model.pretrained, Unknown)), None)
    if unknown is not None:
        return Abstained(loaded.place, unknown.why)
    whole = ready if ready.whole else network_around(history, ready) or ready
    if not frozen or any(model.pretrained for model in models) or whole.purpose is not Purpose.TRAINING:
        return Fine(loaded.place)
    names = " and ".join(dict.fromkeys(model.name for model in models))
    message = (
        f"nobody looks at what `strict=False` leaves out of `{loaded.text}`, "
        f"and the {len(frozen)} frozen parameters of {names} get their weights nowhere else"
    )
    set_at = next((state.set_at for state in frozen if state.set_at is not None), None)
    steps = [*built_steps(history, loaded.model)]
    if set_at is not None:
        steps.append(Step(set_at, f"{counted(len(frozen), 'parameter')} frozen here"))
    return Fault(loaded.place, message, tuple(steps), fix=_fix())


def _frozen(
    history: History, ready: Readied, states: tuple[ParameterState, ...]
) -> tuple[list[ParameterState], list[Model]]:
    """The frozen parameters that come with published models, and these: the model itself, or those inside of it."""
    frozen = [state for state in states if state.trainable is False and state.fresh is False]
    if ready.model.library:
        return frozen, [ready.model]
    found, models = [], []
    for path, part in published_inside(history, ready):
        own = [state for state in frozen if is_under(state.path, path)]
        found += own
        models += [part.model] if own else []
    return found, models


def _fix() -> Fix:
    return Fix("print or assert what `load_state_dict` returns: its `missing_keys`", Safety.DISPLAY, ())
