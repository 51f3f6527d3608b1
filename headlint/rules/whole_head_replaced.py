"""The head is replaced as a whole, and the pretrained norm inside it is lost.

In some models the head begins with a normalisation that belongs to the features: ConvNeXt's `classifier` holds a
LayerNorm2d, a Flatten and the Linear. Whoever replaces all three by a Flatten and a Linear drops the norm, whose
weights were trained with the backbone. It runs, nothing is printed, and the head meets features of another scale than
the backbone was trained to give.

Replace the last layer alone: `model.classifier[2]`.

Bad:
```python
import torch.nn as nn
from torchvision import models

model = models.convnext_tiny(weights="IMAGENET1K_V1")
width = model.classifier[2].in_features
model.classifier = nn.Sequential(nn.Flatten(1), nn.Linear(width, 10))  # warning: [whole-head-replaced] "LayerNorm2d"
```

Good:
```python
import torch.nn as nn
from torchvision import models

model = models.convnext_tiny(weights="IMAGENET1K_V1")
model.classifier[2] = nn.Linear(model.classifier[2].in_features, 10)
```

headlint is silent where the new head brings a norm of its own, about lost Dropout, about models without pretrained
weights, and where the new head can't read what arrives (head-rank-mismatch and head-width-mismatch tell that).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from headlint.finding import Fix, Safety, Severity
from headlint.history import Arrived, Layer, Role, Unknown
from headlint.reading.models import is_under, last_layers, role_at, standing
from headlint.reading.telling import built_steps, replaced_step, spelled
from headlint.reading.widths import has_wrong_rank
from headlint.rule import Abstained, Fault, Fine

if TYPE_CHECKING:
    from collections.abc import Iterator

    from headlint.history import History, Replaced
    from headlint.rule import Judgement

SEVERITY = Severity.WARNING


def judge(history: History) -> Iterator[Judgement]:
    """Look at every head that is replaced together with what stands in front of its last layer."""
    for _, head in standing(history):
        if role_at(head.model, head.path) is not Role.HEAD or not isinstance(head.old, Layer):
            continue
        lost = _norms(head.old)
        if not lost or head.model.pretrained is not True:
            continue
        if isinstance(head.new, Unknown):
            yield Abstained(head.place, head.new.why)
        elif _norms(head.new) or not head.new.parameters or _is_told_elsewhere(history, head):
            yield Fine(head.place)
        else:
            yield _fault(history, head, lost[0])


def _norms(layer: Layer) -> list[str]:
    """The kinds of the normalising layers that have weights, inside and out."""
    own = [layer.kind] if "Norm" in layer.kind and layer.parameters and not layer.children else []
    return own + [kind for _, child in layer.children for kind in _norms(child)]


def _is_told_elsewhere(history: History, head: Replaced) -> bool:
    return any(
        arrived.model.number == head.model.number and is_under(arrived.path, head.path) and has_wrong_rank(arrived)
        for arrived in history.of(Arrived)
    )


def _fault(history: History, head: Replaced, norm: str) -> Fault:
    message = f"the pretrained {norm} of `{spelled(head.path)}` is lost with the old head"
    inside = [slot.path for slot in last_layers(head.model) if is_under(slot.path, head.path)]
    fix = Fix(f"replace `{spelled(inside[0])}` alone", Safety.DISPLAY, ()) if len(inside) == 1 else None
    return Fault(head.place, message, (*built_steps(history, head.model), replaced_step(head)), fix=fix)
