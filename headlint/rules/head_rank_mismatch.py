"""A feature map reaches a layer that is made for one vector per image, or the other way round.

Some heads are more than a Linear: torchvision's ConvNeXt keeps its norm and its flattening inside `classifier`,
SqueezeNet classifies with a convolution, timm's `head` holds the pooling. Put a single Linear in place of the whole,
and it meets a tensor with height and width. A Linear reads the last axis, so that one sees either

    RuntimeError: mat1 and mat2 shapes cannot be multiplied (1536x1 and 768x10)

or, where channels come last, nothing at all: the model returns a score for every position of every image.

Replace the last layer inside the head instead: `model.classifier[2]`.

Bad:
```python
import torch.nn as nn
from torchvision import models

model = models.convnext_tiny(weights="IMAGENET1K_V1")
model.classifier = nn.Linear(768, 10)  # error: [head-rank-mismatch] "a tensor of shape (batch, 768, 1, 1) reaches it"
```

Bad:
```python
import torch.nn as nn
from torchvision import models

model = models.resnet18(weights="IMAGENET1K_V1")
model.fc = nn.Conv2d(512, 10, kernel_size=1)  # error: [head-rank-mismatch] "of shape (batch, 512) reaches it"
```

Good:
```python
import torch.nn as nn
from torchvision import models

model = models.convnext_tiny(weights="IMAGENET1K_V1")
model.classifier[2] = nn.Linear(model.classifier[2].in_features, 10)
```

Good:
```python
import torch.nn as nn
from torchvision import models

model = models.squeezenet1_0(weights="IMAGENET1K_V1")
model.classifier[1] = nn.Conv2d(model.classifier[1].in_channels, 10, kernel_size=1)
```

headlint is silent about a Linear on a sequence of tokens where the old head gave one answer per token as well, about
Linears inside blocks that work with channels last, and where a class around the model pools the scores of all places
into one row. What a model lost when it was rebuilt from its children is told by children-rebuild.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from headlint.finding import Fix, Safety, Severity
from headlint.history import Arrived, Known, Returned, Unknown
from headlint.reading.joining import giver, steps_to, taker
from headlint.reading.models import is_under, last_layers
from headlint.reading.rebuilding import rebuilt_before
from headlint.reading.telling import article, spelled
from headlint.reading.widths import has_wrong_rank, is_fed_by_the_model, is_linear_on_pixels
from headlint.rule import Abstained, Fault, Fine

if TYPE_CHECKING:
    from collections.abc import Iterator

    from headlint.history import History
    from headlint.rule import Judgement

SEVERITY = Severity.ERROR


def judge(history: History) -> Iterator[Judgement]:
    """Look at the axes of what arrives at every new layer."""
    for arrived in history.of(Arrived):
        if isinstance(arrived.shape, Unknown):
            yield Abstained(arrived.place, arrived.shape.why)
        elif rebuilt_before(history, arrived) is not None or is_linear_on_pixels(arrived):
            continue
        elif has_wrong_rank(arrived):
            why = _pooled_later(history, arrived)
            yield Abstained(arrived.place, why) if why else _fault(history, arrived)
        else:
            yield Fine(arrived.place)


def _pooled_later(history: History, arrived: Arrived) -> str:
    """Why the scores of all places may be meant: a network of the user's own around the model makes one row of them."""
    shape, takes = arrived.shape, arrived.layer.takes
    if isinstance(shape, Unknown) or not isinstance(takes, Known) or shape.dims[-1] != takes.value:
        return ""
    for returned in history.of(Returned):
        if returned.model.library or returned.model.number == arrived.model.number:
            continue
        if isinstance(returned.shape, Unknown):
            return f"what {returned.model.name} makes of the scores is not known"
        if len(returned.shape.dims) == 2:
            return f"{returned.model.name} gives one row for each image in the end"
    return ""


def _fault(history: History, arrived: Arrived) -> Fault:
    is_fed = is_fed_by_the_model(arrived)
    what = f"the new `{spelled(arrived.path)}`" if is_fed else taker(history, arrived)
    source = "" if is_fed else f" from {giver(history, arrived)}"
    message = f"{what} is {article(arrived.layer.kind)}, and a tensor of shape {arrived.shape} reaches it{source}"
    return Fault(arrived.place, message, steps_to(history, arrived), fix=_fix(arrived))


def _fix(arrived: Arrived) -> Fix | None:
    inside = [slot for slot in last_layers(arrived.model) if is_under(slot.path, arrived.path)]
    if len(inside) != 1 or inside[0].path == arrived.path:
        return None
    return Fix(f"replace `{spelled(inside[0].path)}` alone, which is the last layer of it", Safety.DISPLAY, ())
