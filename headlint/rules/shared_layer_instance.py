"""One layer stands in several places, where several layers were meant.

`[nn.Linear(512, 512)] * 3` is a list with one Linear in it, three times: all three places share one weight. The model
has a third of the parameters that one sees in its printed form, and each step adds up the gradients of all places.
Nothing is printed.

The same happens to a layer that is made once and assigned to two attributes.

Build a layer for each place: `[nn.Linear(512, 512) for _ in range(3)]`.

Bad:
```python
import torch.nn as nn
from torchvision import models

model = models.resnet18(weights="IMAGENET1K_V1")
width = model.fc.in_features
block = nn.Linear(width, width)
hidden = nn.Sequential(*[block] * 3)  # warning: [shared-layer-instance] "holds one Linear 3 times"
model.fc = nn.Sequential(hidden, nn.Linear(width, 10))
```

Bad:
```python
import timm
import torch.nn as nn

model = timm.create_model("deit_tiny_distilled_patch16_224", pretrained=True)
head = nn.Linear(model.head.in_features, 10)
model.head = head
model.head_dist = head  # warning: [shared-layer-instance] "`head` and `head_dist` of deit_tiny_distilled"
```

Good:
```python
import torch.nn as nn
from torchvision import models

model = models.resnet18(weights="IMAGENET1K_V1")
width = model.fc.in_features
hidden = nn.Sequential(*[nn.Linear(width, width) for _ in range(3)])
model.fc = nn.Sequential(hidden, nn.Linear(width, 10))
```

headlint is silent about layers without parameters (one ReLU in several places), about weights that are tied between
modules (`decoder.weight = encoder.weight`), and about layers that are shared on purpose: `self.right = self.left`, or
by a name that says so (`shared`, `tied`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from headlint.finding import Severity
from headlint.history import Repeated
from headlint.reading.telling import counted, listed
from headlint.rule import Fault

if TYPE_CHECKING:
    from collections.abc import Iterator

    from headlint.history import History
    from headlint.rule import Judgement

SEVERITY = Severity.WARNING


def judge(history: History) -> Iterator[Judgement]:
    """Look at every container that got a layer more than once."""
    for repeated in history.of(Repeated):
        own = len(repeated.layer.parameters)
        numbers = f"{counted(own, 'parameter')} in place of {own * repeated.count}"
        yield Fault(repeated.place, f"{_what(repeated)}: {numbers}")


def _what(repeated: Repeated) -> str:
    if repeated.paths:
        return f"{listed(repeated.paths)} of {repeated.container} are one {repeated.layer.kind}"
    return f"the {repeated.container} holds one {repeated.layer.kind} {repeated.count} times"
