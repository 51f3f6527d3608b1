"""A new head is put into a model that was scripted or traced before, which takes no new modules.

`torch.jit.script` and `torch.jit.trace` compile the model as it is, its layers included. What they give looks like the
model, and refuses to be changed:

    RuntimeError: Cannot re-assign modules in a ScriptModule with non-scripted module, tried to replace existing ...

Replace the head first, and script or trace the finished model.

Bad:
```python
import torch
import torch.nn as nn
from torchvision import models

model = torch.jit.script(models.resnet18(weights="IMAGENET1K_V1"))
model.fc = nn.Linear(512, 10)  # error: [scripted-surgery] "`model.fc` is put into what `torch.jit.script` made"
```

Good:
```python
import torch
import torch.nn as nn
from torchvision import models

model = models.resnet18(weights="IMAGENET1K_V1")
model.fc = nn.Linear(model.fc.in_features, 10)
scripted = torch.jit.script(model)
```

headlint is silent about the model that was scripted, which can be changed as before (what was made from it keeps the
old layers), and about what is no module.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from headlint.finding import Fix, Safety, Severity, Step
from headlint.history import ScriptChanged
from headlint.reading.telling import built_steps
from headlint.rule import Fault

if TYPE_CHECKING:
    from collections.abc import Iterator

    from headlint.history import History
    from headlint.rule import Judgement

SEVERITY = Severity.ERROR


def judge(history: History) -> Iterator[Judgement]:
    """Look at everything that was to be put into a scripted model."""
    for changed in history.of(ScriptChanged):
        message = (
            f"`{changed.target}` is put into what `{changed.by}` made of {changed.model.name}, which takes no modules"
        )
        steps = (*built_steps(history, changed.model), Step(changed.made_at, f"`{changed.by}` compiles it"))
        fix = Fix(f"call `{changed.by}` after the head is replaced", Safety.DISPLAY, ())
        yield Fault(changed.place, message, steps, fix=fix)
