"""Images are normalised with the numbers of other weights than the ones whose features are used.

Pretrained features mean what they were trained to mean for images prepared in one way. The numbers that are copied from
script to script belong to ImageNet (0.485, 0.456, 0.406) or to weights trained on images between -1 and 1 (0.5, 0.5,
0.5), as many of timm's ViTs are. The wrong ones cost accuracy and say nothing: the shapes are the same. A backbone
that is trained along gets used to them; a frozen one can't.

Take the numbers from the weights: `weights.transforms()` in torchvision, `timm.data.resolve_model_data_config(model)`
in timm.

Bad:
```python
import timm
import torch
import torch.nn as nn
from torchvision import transforms

prepare = transforms.Compose([
    transforms.Resize(256),
    transforms.CenterCrop(224),
    transforms.ToTensor(),
    transforms.Normalize((0.485, 0.456, 0.406), (0.229, 0.224, 0.225)),  # warning: [preprocessing-mismatch] "with 0.5"
])
model = timm.create_model("vit_base_patch16_224", pretrained=True)
for param in model.parameters():
    param.requires_grad = False
model.head = nn.Linear(model.head.in_features, 10)
optimizer = torch.optim.SGD(model.head.parameters(), lr=0.1)
```

Good:
```python
import timm
import torch
import torch.nn as nn

model = timm.create_model("vit_base_patch16_224", pretrained=True)
prepare = timm.data.create_transform(**timm.data.resolve_model_data_config(model))
for param in model.parameters():
    param.requires_grad = False
model.head = nn.Linear(model.head.in_features, 10)
optimizer = torch.optim.SGD(model.head.parameters(), lr=0.1)
```

Two more slips are told: a mean above 1 for images that `ToTensor` has made numbers from 0 to 1, and normalising in
front of torchvision's detectors, which do that themselves.

headlint is silent about numbers that belong to no published weights (those of your own data do the same as the
weights' own), where the backbone is trained along, where a script normalises in several ways, and where there is no
pretrained model or more than one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from headlint.finding import Fix, Safety, Severity
from headlint.history import Built, ImagesNormalized, Unknown, Witness
from headlint.reading.preparing import (
    belongs_to_others,
    is_taken_as_it_is,
    normalises_itself,
    own_mean,
    weights_asked,
)
from headlint.reading.telling import built_steps
from headlint.rule import Abstained, Fault, Fine

if TYPE_CHECKING:
    from collections.abc import Iterator

    from headlint.history import History, Model
    from headlint.rule import Judgement

SEVERITY = Severity.WARNING

# the loading of data is left out of a run
WITNESSES = frozenset({Witness.STATIC})


def judge(history: History) -> Iterator[Judgement]:
    """Look at everything that normalises images, if there is one pretrained model that may see them."""
    models = [event.model for event in history.of(Built) if event.model.library and event.model.pretrained is True]
    told = tuple(history.of(ImagesNormalized))
    for event in told:
        if isinstance(event.mean, Unknown):
            yield Abstained(event.place, event.mean.why)
        elif event.scaled is True and max(event.mean, default=0) > 1:
            message = f"the mean {max(event.mean):g} is taken from images that are numbers from 0 to 1 by then"
            yield Fault(event.place, message, fix=Fix("divide mean and deviation by 255", Safety.DISPLAY, ()))
        elif len(models) == 1 and len({one.mean for one in told}) == 1:
            yield _met(history, event, event.mean, models[0])


def _met(history: History, event: ImagesNormalized, mean: tuple[float, ...], model: Model) -> Judgement:
    """Normalised images meet the one pretrained model."""
    weights = weights_asked(history, model)
    if normalises_itself(weights):
        message = f"{model.name} normalises its images itself: after this they are normalised twice"
        return Fault(event.place, message, tuple(built_steps(history, model)))
    own = own_mean(weights)
    if own is None:
        return Abstained(event.place, f"which images {model.name} was trained with is not known")
    if not belongs_to_others(mean, own) or not is_taken_as_it_is(history, model):
        return Fine(event.place)
    message = (
        f"images are normalised with {_listed(mean)}, and the weights of {model.name}, "
        f"which is frozen, were trained with {_listed(own)}"
    )
    fix = Fix("take mean and deviation from the weights", Safety.DISPLAY, ())
    return Fault(event.place, message, tuple(built_steps(history, model)), fix=fix)


def _listed(mean: tuple[float, ...]) -> str:
    return ", ".join(f"{number:g}" for number in mean)
