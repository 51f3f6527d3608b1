"""The head is replaced, and the auxiliary head still gives the old classes.

Inception and GoogLeNet have a second head that helps in training. In training mode the model returns both answers.
If only `fc` is replaced, the loss over the auxiliary answer is computed with 1000 classes. The labels of a smaller data
set fit into those, so that nothing is printed: the lower layers are trained towards the classes of ImageNet's head.
Distilled models (DeiT, LeViT, RepViT) and CrossViT have two heads whose answers are added up. With one replaced alone,
that fails at the first batch: `The size of tensor a (5) must match the size of tensor b (1000)`.

Replace both: `model.AuxLogits.fc`, or switch the second head off with `model.aux_logits = False` and
`model.AuxLogits = None`.

Bad:
```python
import torch.nn as nn
from torchvision import models

model = models.inception_v3(weights="IMAGENET1K_V1")
model.fc = nn.Linear(model.fc.in_features, 5)  # warning: [auxiliary-head-kept] "`AuxLogits.fc` still gives 1000"
```

Good:
```python
import torch.nn as nn
from torchvision import models

model = models.inception_v3(weights="IMAGENET1K_V1")
model.fc = nn.Linear(model.fc.in_features, 5)
model.AuxLogits.fc = nn.Linear(model.AuxLogits.fc.in_features, 5)
```

headlint is silent where the auxiliary head is switched off, taken away or replaced, in inference, and about
segmentation models, whose second answer is often left unused.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from headlint.finding import Fix, Safety, Severity
from headlint.history import Known, Layer, Purpose, Role, Shape, Unknown, Wrote
from headlint.reading.models import final_state, is_under, last_layers, standing, states_under
from headlint.reading.telling import built_steps, replaced_step, spelled
from headlint.rule import Abstained, Fault, Fine

if TYPE_CHECKING:
    from collections.abc import Iterator

    from headlint.history import History, Readied, Replaced, Slot
    from headlint.rule import Judgement

SEVERITY = Severity.WARNING


def judge(history: History) -> Iterator[Judgement]:
    """Look at the auxiliary heads of every model whose head was replaced."""
    for _, head in standing(history):
        auxiliary = [*_auxiliary_outputs(head), *_other_heads(head)]
        if not auxiliary or not _changes_the_classes(head):
            continue
        ready = final_state(history, head.model)
        if isinstance(ready, Unknown) or isinstance(ready.parameters, Unknown):
            yield Abstained(head.place, "what becomes of the auxiliary head is not known")
            continue
        kept = [slot for slot in auxiliary if _is_kept(history, ready, slot)]
        yield _fault(history, head, kept) if kept else Fine(head.place)


def _auxiliary_outputs(head: Replaced) -> list[Slot]:
    """The layers of auxiliary heads that give classes for a whole image."""
    return [
        slot
        for slot in head.model.slots
        if slot.role is Role.AUXILIARY and not slot.layer.children and _gives_classes(slot, head)
    ]


def _other_heads(head: Replaced) -> list[Slot]:
    """The layers of a model's other heads, where it has several that give the classes for a whole image."""
    giving = [slot for slot in last_layers(head.model) if slot.role is Role.HEAD and _gives_classes(slot, head)]
    if not any(is_under(slot.path, head.path) for slot in giving):
        return []
    return [slot for slot in giving if not is_under(slot.path, head.path)]


def _gives_classes(slot: Slot, head: Replaced) -> bool:
    return isinstance(slot.leaves, Shape) and slot.leaves.dims[1:] == (head.model.classes,)


def _changes_the_classes(head: Replaced) -> bool:
    is_output = any(is_under(slot.path, head.path) for slot in last_layers(head.model))
    gives = head.new.gives if isinstance(head.new, Layer) else None
    return is_output and not (isinstance(gives, Known) and gives.value == head.model.classes)


def _is_kept(history: History, ready: Readied, slot: Slot) -> bool:
    states = states_under(ready, slot.path)
    if ready.purpose is Purpose.INFERENCE or isinstance(states, Unknown) or not states:
        return False
    is_off = any(
        wrote.model.number == ready.model.number and wrote.name == "aux_logits" and wrote.value != Known(True)
        for wrote in history.of(Wrote)
    )
    replaced = any(
        put.model.number == ready.model.number and is_under(slot.path, put.path) for _, put in standing(history)
    )
    return not is_off and not replaced


def _fault(history: History, head: Replaced, kept: list[Slot]) -> Fault:
    path = spelled(kept[0].path)
    which = "auxiliary" if kept[0].role is Role.AUXILIARY else "other"
    message = f"the {which} head `{path}` still gives {head.model.classes} classes"
    fix = Fix(f"replace `{path}` as well", Safety.DISPLAY, ())
    return Fault(head.place, message, (*built_steps(history, head.model), replaced_step(head)), fix=fix)
