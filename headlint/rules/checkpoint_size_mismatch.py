"""Weights are loaded into a model whose head has another number of classes, which stops the script.

Weights hold the layers that they were trained with, the head included: those of ImageNet give 1000 classes. They fit a
model of as many. torchvision refuses to build any other one with them:

    ValueError: The parameter 'num_classes' expected value 1000 but got 10 instead.

and `load_state_dict` stops at the layer, with `strict=False` as well, which forgives missing names and no other size:

    RuntimeError: Error(s) in loading state_dict for ResNet: size mismatch for fc.weight: ...

Build and load with the classes of the weights, and replace the head afterwards. timm does so by itself:
`timm.create_model("resnet50", pretrained=True, num_classes=10)`.

Bad:
```python
from torchvision import models

weights = models.ResNet50_Weights.DEFAULT
model = models.resnet50(weights=weights, num_classes=10)  # error: [checkpoint-size-mismatch] "1000 classes"
```

Good:
```python
import torch.nn as nn
from torchvision import models

model = models.resnet50(weights=models.ResNet50_Weights.DEFAULT)
model.fc = nn.Linear(model.fc.in_features, 10)
```

Bad:
```python
import torch
import torch.nn as nn
from torchvision import models

donor = models.resnet18(weights="IMAGENET1K_V1")
model = models.resnet18()
model.fc = nn.Linear(model.fc.in_features, 10)
model.load_state_dict(donor.state_dict())  # error: [checkpoint-size-mismatch] "`fc` gives 1000 there, and 10 in the"
```

headlint is silent about files that it would have to open, about state dictionaries of which entries were taken away or
changed, and about a number of classes that comes from the data.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from headlint.finding import Fix, Safety, Severity
from headlint.history import HeadMet, Loaded, Unknown
from headlint.reading.models import standing
from headlint.reading.telling import built_steps, replaced_step, spelled
from headlint.rule import Abstained, Fault, Fine

if TYPE_CHECKING:
    from collections.abc import Iterator

    from headlint.history import History, Misfit
    from headlint.rule import Judgement

SEVERITY = Severity.ERROR


def judge(history: History) -> Iterator[Judgement]:
    """Look at every model that is built with weights and classes, and at everything that is loaded."""
    for met in history.of(HeadMet):
        if met.library == "transformers":
            continue
        if isinstance(met.asked, Unknown):
            yield Abstained(met.place, met.asked.why)
        elif met.asked == met.holds:
            yield Fine(met.place)
        else:
            yield _refused(met)
    for loaded in history.of(Loaded):
        yield _misfitting(history, loaded) if loaded.misfits else Fine(loaded.place)


def _refused(met: HeadMet) -> Fault:
    place = met.written.place if met.written is not None else met.place
    message = f"`{met.checkpoint}` is for {met.holds} classes, and {met.name} can't be built with {met.asked} for it"
    fix = Fix(f"build {met.name} without `{met.argument}`, and replace its head afterwards", Safety.DISPLAY, ())
    return Fault(place, message, fix=fix)


def _misfitting(history: History, loaded: Loaded) -> Fault:
    first, *others = loaded.misfits
    more = f", and {len(others)} more of its layers differ" if others else ""
    message = f"`{loaded.text}` does not fit {loaded.model.name}: {_compared(first)}{more}"
    changed = [
        event
        for _, event in standing(history)
        if event.model.number == loaded.model.number and event.path in {one.path for one in loaded.misfits}
    ]
    steps = (*built_steps(history, loaded.model), *map(replaced_step, changed))
    return Fault(loaded.place, message, steps)


def _compared(one: Misfit) -> str:
    place, verb = (1, "gives") if one.holds[1] != one.has[1] else (0, "takes")
    return f"`{spelled(one.path)}` {verb} {one.holds[place]} there, and {one.has[place]} in the model"
