"""A library is asked for a model, or for weights, by a name that it doesn't have.

The script stops where it builds its model, or already where it imports its builder:

    AttributeError: module 'torchvision.models' has no attribute 'resnet51'
    ImportError: cannot import name 'efficientnet_b8' from 'torchvision.models'
    RuntimeError: Unknown model (efficientnet_b9)
    ValueError: 'IMAGENET1K_V3' is not a valid weights member

Mostly it is a slip of the finger, or the name that another library has for the model. `headlint zoo NAME` finds names
that are alike. If the name belongs to a newer version of the library, install that one.

Bad:
```python
from torchvision import models

model = models.resnet51(weights="DEFAULT")  # error: [unknown-model] "has no `resnet51`; did you mean `resnet50`"
```

Bad:
```python
from torchvision import models

model = models.resnet50(weights="IMAGENET1K_V3")  # error: [unknown-model] "resnet50 has no weights `IMAGENET1K_V3`"
```

Good:
```python
from torchvision import models

model = models.resnet50(weights="IMAGENET1K_V2")
```

headlint is silent about names that somebody else may have registered (a script that imports code of its own before it
calls `timm.create_model`), about models of hubs, and where the script asks for the library's version or is ready for
an error.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from headlint.finding import Edit, Fix, Safety, Severity
from headlint.history import Sort, Unheard
from headlint.rule import Fault

if TYPE_CHECKING:
    from collections.abc import Iterator

    from headlint.history import History
    from headlint.rule import Judgement

SEVERITY = Severity.ERROR


def judge(history: History) -> Iterator[Judgement]:
    """Look at everything that a library was asked for in vain."""
    for unheard in history.of(Unheard):
        yield Fault(unheard.place, _message(unheard), fix=_fix(unheard))


def _message(unheard: Unheard) -> str:
    release = f"{unheard.library} {unheard.version}"
    if unheard.sort is Sort.WEIGHTS:
        known = f"; it has {_named(unheard.near, 'and')}" if unheard.near else ""
        return f"{unheard.of} has no weights `{unheard.name}` in {release}{known}"
    meant = f"; did you mean {_named(unheard.near, 'or')}?" if unheard.near else ""
    return f"{release} has no `{unheard.name}`{meant}"


def _named(names: tuple[str, ...], word: str) -> str:
    *before, last = (f"`{name}`" for name in names)
    return f"{', '.join(before)} {word} {last}" if before else last


def _fix(unheard: Unheard) -> Fix | None:
    """Write the name that is meant, where there is but one; another model is another model."""
    if len(unheard.near) != 1 or unheard.written is None:
        return None
    meant = unheard.near[0]
    text = re.sub(rf"\b{re.escape(unheard.name)}\b", meant, unheard.written.text)
    if text == unheard.written.text:
        return None
    return Fix(f"write `{meant}`", Safety.UNSAFE, (Edit(unheard.written.place, text),))
