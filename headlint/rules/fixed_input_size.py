"""Images of another size than the model takes reach it.

Most networks of convolutions take images of any size. A vision transformer doesn't: it was built for so many patches,
and its position embeddings are as many. torchvision's ViT says `Wrong image height! Expected 224 but got 256!`, timm's
`Input height (256) doesn't match model (224).` AlexNet and VGG pool small images away, and Inception v3 in training
needs 299 pixels for its auxiliary head: with 224, `Kernel size can't be greater than actual input size`. Whether all
of this comes with the first batch or after an hour of preparing data, nothing was wrong with the head.

Let the last transform that changes the size bring images to the model's own, or build the model for the size of the
images: `image_size=` in torchvision, `img_size=` in timm, which fits pretrained position embeddings to it.

Bad:
```python
import torch
import torch.nn as nn
from torch.utils.data import DataLoader
from torchvision import datasets, models, transforms

prepare = transforms.Compose([
    transforms.Resize((256, 256)),  # error: [fixed-input-size] "256 x 256"
    transforms.ToTensor(),
])
loader = DataLoader(datasets.ImageFolder("photos/train", transform=prepare), batch_size=32, shuffle=True)
model = models.vit_b_16(weights="IMAGENET1K_V1")
model.heads.head = nn.Linear(768, 10)  # warning: [hardcoded-in-features] "768"
criterion = nn.CrossEntropyLoss()
optimizer = torch.optim.SGD(model.parameters(), lr=0.01)
for images, labels in loader:
    loss = criterion(model(images), labels)
    loss.backward()
    optimizer.step()
```

Good:
```python
import torch
import torch.nn as nn
from torch.utils.data import DataLoader
from torchvision import datasets, models, transforms

prepare = transforms.Compose([
    transforms.Resize((256, 256)),
    transforms.CenterCrop(224),
    transforms.ToTensor(),
])
loader = DataLoader(datasets.ImageFolder("photos/train", transform=prepare), batch_size=32, shuffle=True)
model = models.vit_b_16(weights="IMAGENET1K_V1")
model.heads.head = nn.Linear(model.heads.head.in_features, 10)
criterion = nn.CrossEntropyLoss()
optimizer = torch.optim.SGD(model.parameters(), lr=0.01)
for images, labels in loader:
    loss = criterion(model(images), labels)
    loss.backward()
    optimizer.step()
```

Which sizes a model takes was found by giving it images of many sizes. headlint follows images from the last transform
that settles their size through data set and loader to the model's call. It is silent where a step on the way is
unknown to it (`Resize(256)` alone leaves the longer side open), where a model was built with `img_size=` or
`dynamic_img_size=`, and where its embedding or an attribute of it was changed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from headlint.finding import Fix, Safety, Severity, Step
from headlint.history import ImagesMet, Witness
from headlint.reading.telling import built_steps
from headlint.rule import Fault, Fine

if TYPE_CHECKING:
    from collections.abc import Iterator

    from headlint.history import History
    from headlint.rule import Judgement

SEVERITY = Severity.ERROR

# the loading of data is left out of a run
WITNESSES = frozenset({Witness.STATIC})


def judge(history: History) -> Iterator[Judgement]:
    """Look at all images whose size is known where they meet a model that is choosy about it."""
    for event in history.of(ImagesMet):
        yield Fine(event.place) if _fits(event) else _fault(history, event)


def _fits(event: ImagesMet) -> bool:
    sides = event.height, event.width
    return min(sides) >= event.least and (event.most is None or max(sides) <= event.most)


def _fault(history: History, event: ImagesMet) -> Fault:
    where = " in training" if event.training else ""
    message = (
        f"images of {event.height} x {event.width} pixels reach {event.model.name}, which{where} takes {_taken(event)}"
    )
    steps = [*built_steps(history, event.model)]
    if event.called != event.place:
        steps.append(Step(event.called, "the model is called with them here"))
    fix = Fix(f"bring images to {_advised(event)}", Safety.DISPLAY, ())
    return Fault(event.place, message, tuple(steps), fix=fix)


def _taken(event: ImagesMet) -> str:
    if event.most is None:
        return f"none smaller than {event.least} x {event.least}"
    if event.least == event.most:
        return f"{event.most} x {event.most} alone"
    return f"sides from {event.least} to {event.most} alone"


def _advised(event: ImagesMet) -> str:
    side = event.most or event.least
    return f"{side} x {side}"
