"""Parameters are frozen or thawed after the model was compiled and used.

`torch.compile` reads `requires_grad` when it compiles, which is at the first call. A later change is noticed, and the
model is compiled once more at the next step, which takes its time again, and counts against the number of times that
PyTorch recompiles one function before it gives up and runs it as it is. Older versions kept the first graph, and with
it the old gradients. This is a note, off unless it is asked for: `headlint check --select freeze-after-compile`.

Freeze and thaw before the first step of a compiled model, or compile anew for each stage of the training.

Bad:
```python
import torch
import torch.nn as nn
from torchvision import models

model = models.vgg11(weights="IMAGENET1K_V1")
model.features.requires_grad_(False)
model.classifier[6] = nn.Linear(model.classifier[6].in_features, 10)
model = torch.compile(model)
optimizer = torch.optim.SGD(model.parameters(), lr=0.01)
for images, labels in [(torch.zeros(2, 3, 224, 224), torch.zeros(2, dtype=torch.long))]:
    nn.functional.cross_entropy(model(images), labels).backward()
    optimizer.step()
model.features.requires_grad_(True)  # note: [freeze-after-compile] "changes 16 parameters of vgg11, which line 8"
```

Good:
```python
import torch
import torch.nn as nn
from torchvision import models

model = models.vgg11(weights="IMAGENET1K_V1")
model.features.requires_grad_(False)
model.classifier[6] = nn.Linear(model.classifier[6].in_features, 10)
model = torch.compile(model)
optimizer = torch.optim.SGD(model.parameters(), lr=0.01)
for images, labels in [(torch.zeros(2, 3, 224, 224), torch.zeros(2, dtype=torch.long))]:
    nn.functional.cross_entropy(model(images), labels).backward()
    optimizer.step()
```

headlint is silent about changes before the first training step, and about models that aren't compiled.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from headlint.finding import Severity, Step, line_of
from headlint.history import Compiled, GradientSet, Readied, Unknown
from headlint.reading.telling import counted, gradient_step
from headlint.rule import Fault, Fine

if TYPE_CHECKING:
    from collections.abc import Iterator

    from headlint.history import History
    from headlint.rule import Judgement

SEVERITY = Severity.NOTE


def judge(history: History) -> Iterator[Judgement]:
    """Go through what happens to compiled models, in order."""
    compiled: dict[int, Compiled] = {}
    used: set[int] = set()
    for event in history.events:
        match event:
            case Compiled(model=model):
                compiled[model.number] = event
                used.discard(model.number)
            case Readied(model=model):
                used.add(model.number)
            case GradientSet(model=model) if model.number in compiled:
                is_late = model.number in used
                yield _fault(event, compiled[model.number]) if is_late else Fine(event.place)


def _fault(event: GradientSet, compiled: Compiled) -> Fault:
    paths = event.parameters
    count = "parameters" if isinstance(paths, Unknown) else counted(len(paths), "parameter")
    line = line_of(compiled.place, event.place)
    message = f"changes {count} of {event.model.name}, which {line} compiled, after its first step"
    step = Step(compiled.place, f"{event.model.name} is compiled")
    return Fault(event.place, message, (step, gradient_step(event)))
