"""Something is read from a model that the model doesn't have.

Each family of models has its own names for its parts: the last layer is `fc` in ResNet, `classifier[1]` in MobileNet,
`heads.head` in torchvision's ViT. Code that was written for one family stops at the model of another:

    AttributeError: 'MobileNetV2' object has no attribute 'fc'

It also happens one step further down: `classifier` is a Sequential in VGG, and has no `in_features` of its own, while
in DenseNet it is a Linear, and has no items:

    AttributeError: 'Sequential' object has no attribute 'in_features'
    TypeError: 'Linear' object is not subscriptable
    IndexError: index 7 is out of range

And what a model returns has its own names, too: torchvision's and timm's models give a plain tensor, those of
transformers an object whose fields differ (BERT pools, DistilBERT doesn't):

    AttributeError: 'BaseModelOutput' object has no attribute 'pooler_output'

Write the name that this model has; `headlint zoo mobilenet_v2` prints the line.

Bad:
```python
import torch.nn as nn
from torchvision import models

model = models.mobilenet_v2(weights="IMAGENET1K_V2")
model.fc = nn.Linear(model.fc.in_features, 10)  # error: [missing-attribute] "has no `fc`: its head is `classifier[1]`"
```

Bad:
```python
import torch.nn as nn
from torchvision import models

model = models.vgg16(weights="IMAGENET1K_V1")
width = model.classifier.in_features  # error: [missing-attribute] "which has no `in_features`: `classifier[6]` has"
model.classifier = nn.Linear(width, 10)
```

Bad:
```python
import torch.nn as nn
from torchvision import models

model = models.resnet50(weights="IMAGENET1K_V2")
model.classifier[6] = nn.Linear(2048, 10)  # error: [missing-attribute] "has no `classifier`: its head is `fc`"
```

Bad:
```python
import torch
import torch.nn as nn
from transformers import DistilBertModel


class Mood(nn.Module):
    def __init__(self):
        super().__init__()
        self.encoder = DistilBertModel.from_pretrained("distilbert-base-uncased")
        self.head = nn.Linear(768, 3)

    def forward(self, input_ids, attention_mask):
        outputs = self.encoder(input_ids=input_ids, attention_mask=attention_mask)
        return self.head(outputs.pooler_output)  # error: [missing-attribute] "returns a BaseModelOutput"


optimizer = torch.optim.AdamW(Mood().parameters(), lr=2e-5)
```

Good:
```python
import torch.nn as nn
from torchvision import models

model = models.mobilenet_v2(weights="IMAGENET1K_V2")
model.classifier[1] = nn.Linear(model.classifier[1].in_features, 10)
```

headlint is silent where the code is ready for the absence (`hasattr`, `getattr` with a default, `try`), where a
condition may keep the line from being reached with this model, where a model returns something else in train mode,
where the attribute may have been set by code that it can't follow, and about names that other versions of a library
had.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from headlint.finding import Edit, Fix, Safety, Severity
from headlint.history import Known, Lacked, OutputLacked
from headlint.nearness import near
from headlint.reading.models import is_under, is_wrapper, last_layers
from headlint.reading.telling import article, built_steps, listed, spelled
from headlint.rule import Fault

if TYPE_CHECKING:
    from collections.abc import Iterator

    from headlint.history import History
    from headlint.rule import Judgement

SEVERITY = Severity.ERROR

WIDTHS = ("in_features", "out_features", "in_channels", "out_channels")


def judge(history: History) -> Iterator[Judgement]:
    """Look at everything that was asked for in vain."""
    for lacked in history.of(Lacked):
        better = _better(lacked)
        hint = _hint(lacked, better)
        steps = tuple(built_steps(history, lacked.model))
        yield Fault(lacked.place, f"{_absence(lacked)}{hint}", steps, fix=_fix(lacked, better))
    for output in history.of(OutputLacked):
        yield _of_output(history, output)


def _of_output(history: History, output: OutputLacked) -> Fault:
    """That what a model returns has no such field."""
    what = f"returns a {output.kind}, which has no `{output.name}`"
    message = f"{output.model.name} {what}{f': it has {listed(output.names)}' if output.names else ''}"
    return Fault(output.place, message, tuple(built_steps(history, output.model)))


def _absence(lacked: Lacked) -> str:
    """What is not there."""
    if lacked.name.startswith("["):
        return f"{_owner(lacked)}, which has {_items(lacked)}"
    whole = lacked.model.name if lacked.model.library and not lacked.path else ""
    return f"{whole} has no `{lacked.name}`" if whole else f"{_owner(lacked)}, which has no `{lacked.name}`"


def _owner(lacked: Lacked) -> str:
    of = f" of {lacked.model.name}" if lacked.model.library else ""
    what = f"`{spelled(lacked.path)}`{of}" if lacked.path else f"`{lacked.target}`"
    return f"{what} is {article(lacked.owner.kind)}"


def _items(lacked: Lacked) -> str:
    children = [name for name, _ in lacked.owner.children] or list(lacked.names)
    if lacked.owner.kind not in {"Sequential", "ModuleList", "ModuleDict"}:
        return "no items"
    last = f", the last of which is `[{children[-1]}]`" if children and children[-1].isdigit() else ""
    return f"no `{lacked.name}` among its {len(children)} items{last}"


def _better(lacked: Lacked) -> tuple[str, ...]:
    """The paths at which what is asked for may have been meant."""
    if is_wrapper(lacked.model) and not lacked.path:
        return (f"module.{lacked.name}",)
    heads = tuple(slot.path for slot in last_layers(lacked.model) if is_under(slot.path, lacked.path))
    if not lacked.path:
        return _close_names(lacked) or heads
    if lacked.name in WIDTHS:
        wide = _wide_children(lacked)
        return tuple(path for path in heads if path in wide) or wide[:1]
    return ()


def _close_names(lacked: Lacked) -> tuple[str, ...]:
    return near(lacked.name, lacked.names, most=1, cutoff=0.85)


def _wide_children(lacked: Lacked) -> tuple[str, ...]:
    wide = (name for name, layer in lacked.owner.children if isinstance(layer.takes, Known))
    return tuple(f"{lacked.path}.{name}" for name in wide)


def _hint(lacked: Lacked, better: tuple[str, ...]) -> str:
    if not better:
        close = _close_names(lacked)
        return f"; did you mean `{close[0]}`?" if close else ""
    if lacked.name in WIDTHS:
        return f": {listed(better)} has"
    if not _close_names(lacked) and any(slot.path in better for slot in lacked.model.heads):
        return f": its {'head is' if len(better) == 1 else 'heads are'} {listed(better)}"
    return f"; did you mean {listed(better)}?"


def _fix(lacked: Lacked, better: tuple[str, ...]) -> Fix | None:
    """Write the other path in the whole statement: what stands there now raises."""
    if len(better) != 1 or lacked.written is None or lacked.name.startswith("["):
        return None
    base = lacked.target[: len(lacked.target) - len(spelled(lacked.path))] if lacked.path else f"{lacked.target}."
    asked = lacked.target if lacked.name in WIDTHS else f"{lacked.target}.{lacked.name}"
    meant = f"{base}{spelled(better[0])}"
    text = re.sub(rf"(?<![\w.]){re.escape(asked)}(?!\w|\[)", lambda _: meant, lacked.written.text)
    if text == lacked.written.text or lacked.written.text.count("\n"):
        return None
    return Fix(f"write `{meant}`", Safety.UNSAFE, (Edit(lacked.written.place, text),))
