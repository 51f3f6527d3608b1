"""The new module sits on an attribute that the model's forward pass never reads.

Any name can be given to a module, and PyTorch registers it: `print(model)` shows the new layer, its parameters are
trained by the optimizer, and the forward pass runs past it. The output keeps the classes that the model came with, and
since the labels of a small data set are smaller than 1000, the loss is computed without complaint. Nothing is
printed. Under DistributedDataParallel one sees "Expected to have finished reduction in the prior iteration".

Each family of models has its own name for its head: `fc` in ResNet, `classifier` in VGG and MobileNet, `heads.head`
in torchvision's ViT. Put the new module there; `headlint zoo resnet50` prints the line.

Bad:
```python
import torch.nn as nn
from torchvision import models

model = models.resnet50(weights="IMAGENET1K_V2")
model.classifier = nn.Linear(2048, 10)  # error: [head-never-called] "its head is `fc`, and the output still has 1000"
```

Good:
```python
import torch.nn as nn
from torchvision import models

model = models.resnet50(weights="IMAGENET1K_V2")
model.fc = nn.Linear(model.fc.in_features, 10)
```

headlint is silent about names that your own code may call (`model.projection(features)` in a training loop, a
subclass with its own `forward`), about layers without parameters, about networks of your own, whose spare parts are
no heads, and about what is no module. A name on a wrapper (`nn.DataParallel`) is told by
write-through-wrapper.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from headlint.finding import Fix, Safety, Severity
from headlint.history import Absent, Layer, Returned, Role, Shape, TookPart, Unknown
from headlint.reading.models import last_layers, role_at, standing
from headlint.reading.telling import built_steps, listed, replaced_step, spelled
from headlint.rule import Abstained, Fault, Fine

if TYPE_CHECKING:
    from collections.abc import Iterator

    from headlint.history import History, Model, Replaced
    from headlint.rule import Judgement

SEVERITY = Severity.ERROR


def judge(history: History) -> Iterator[Judgement]:
    """Look at every module that was put where the model had none."""
    put = {(event.model.number, event.path): event for _, event in standing(history)}
    for took_part in history.of(TookPart):
        replaced = put.get((took_part.model.number, took_part.path))
        if replaced is None or not isinstance(replaced.old, Absent) or not took_part.model.library:
            continue
        match took_part.answer:
            case Unknown(why=why):
                yield Abstained(took_part.place, why)
            case True:
                yield Fine(took_part.place)
            case False if isinstance(replaced.new, Layer) and not replaced.new.parameters:
                yield Fine(took_part.place)
            case False:
                yield _fault(history, took_part, replaced)


def _fault(history: History, took_part: TookPart, replaced: Replaced) -> Fault:
    model = took_part.model
    facts = [_its_heads(model), *_its_classes(history, model)]
    told = ", and ".join(fact for fact in facts if fact)
    message = f"{model.name} never calls `{spelled(took_part.path)}`{': ' if told else ''}{told}"
    steps = (*built_steps(history, model), replaced_step(replaced))
    return Fault(took_part.place, message, steps, fix=_fix(model, replaced))


def _its_heads(model: Model) -> str:
    heads = [slot.path for slot in last_layers(model)]
    return f"its {'head is' if len(heads) == 1 else 'heads are'} {listed(heads)}" if heads else ""


def _its_classes(history: History, model: Model) -> Iterator[str]:
    """How many classes the output still has, unless the head was replaced as well."""
    if any(
        event.model.number == model.number and role_at(model, event.path) is Role.HEAD for _, event in standing(history)
    ):
        return
    shapes = (event.shape for event in history.of(Returned) if event.model.number == model.number)
    match next(shapes, None):
        case Shape(dims=(*_, int(classes))):
            yield f"the output still has {classes} classes"
        case _ if isinstance(model.classes, int):
            yield f"the output still has {model.classes} classes"


def _fix(model: Model, replaced: Replaced) -> Fix | None:
    heads = last_layers(model)
    owner = replaced.target.removesuffix(f".{spelled(replaced.path)}")
    if len(heads) != 1 or owner == replaced.target:
        return None
    return Fix(f"put it at `{owner}.{spelled(heads[0].path)}`", Safety.DISPLAY, ())
