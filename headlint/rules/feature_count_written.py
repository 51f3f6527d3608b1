"""A layer's feature count is overwritten, and its weight keeps its shape.

`out_features` is a note that `nn.Linear` makes for `print`. The weight was allocated when the layer was built; writing
10 there changes what `print(model)` shows, and the layer goes on giving 1000. The labels of a ten-class data set are
all smaller than 1000, so that the loss is computed without complaint. Nothing is printed.

Put a new layer in its place: `model.fc = nn.Linear(model.fc.in_features, 10)`.

Bad:
```python
from torchvision import models

model = models.resnet18(weights="IMAGENET1K_V1")
model.fc.out_features = 10  # error: [feature-count-written] "`out_features` says 10, but this Linear still gives 1000"
```

Good:
```python
import torch.nn as nn
from torchvision import models

model = models.resnet18(weights="IMAGENET1K_V1")
model.fc = nn.Linear(model.fc.in_features, 10)
```

Good:
```python
import torch
import torch.nn as nn
from torchvision import models

model = models.resnet18(weights="IMAGENET1K_V1")
model.fc.weight = nn.Parameter(torch.zeros(10, 512))
model.fc.bias = nn.Parameter(torch.zeros(10))
model.fc.out_features = 10
```

headlint is silent where the weight is rewritten as well, where the layer itself is replaced afterwards, on modules
without a weight (an `Identity` that is annotated), and on classes of your own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from headlint.finding import Edit, Fix, Safety, Severity
from headlint.history import Known, Owner, Replaced, Unknown, Wrote
from headlint.reading.models import is_under, numbered
from headlint.reading.telling import assigned_text, built_steps
from headlint.rule import Abstained, Fault, Fine

if TYPE_CHECKING:
    from collections.abc import Iterator

    from headlint.history import History
    from headlint.rule import Judgement

SEVERITY = Severity.ERROR

TAKEN = {"in_features", "in_channels", "num_features", "num_channels", "num_embeddings"}
GIVEN = {"out_features", "out_channels", "embedding_dim"}
WEIGHTED = {
    *("Linear", "Bilinear", "Embedding", "GroupNorm", "SyncBatchNorm"),
    *(f"{kind}{rank}d" for kind in ("Conv", "ConvTranspose", "BatchNorm", "InstanceNorm") for rank in (1, 2, 3)),
}


def judge(history: History) -> Iterator[Judgement]:
    """Look at every feature count that is written on a layer."""
    for position, wrote in numbered(history, Wrote):
        if wrote.owner is Owner.MODULE and wrote.name in TAKEN | GIVEN and wrote.kind in WEIGHTED:
            yield from _judge_count(history, position, wrote)


def _judge_count(history: History, position: int, wrote: Wrote) -> Iterator[Judgement]:
    match wrote.before, wrote.value:
        case Unknown(why=why), _:
            yield Abstained(wrote.place, why)
        case Known(value=before), Known(value=value) if before == value:
            yield Fine(wrote.place)
        case Known(), _ if _is_moot(history, position, wrote):
            yield Fine(wrote.place)
        case Known(value=int(before)), value:
            yield _fault(history, wrote, before, value)


def _is_moot(history: History, position: int, wrote: Wrote) -> bool:
    """Whether the weight is rewritten too, or the layer doesn't stay."""
    weight = f"{wrote.path}.weight" if wrote.path else "weight"
    rewritten = any(
        other.model.number == wrote.model.number
        and (f"{other.path}.{other.name}" == weight or (other.path == weight and other.name == "data"))
        for other in history.of(Wrote)
    )
    return rewritten or any(
        at > position and put.model.number == wrote.model.number and is_under(wrote.path, put.path)
        for at, put in numbered(history, Replaced)
    )


def _fault(history: History, wrote: Wrote, before: int, value: Known | Unknown) -> Fault:
    says = value.value if isinstance(value, Known) else "something else"
    does = "takes" if wrote.name in TAKEN else "gives"
    message = f"`{wrote.name}` says {says}, but this {wrote.kind} still {does} {before}"
    place = wrote.written.place if wrote.written else wrote.place
    return Fault(place, message, tuple(built_steps(history, wrote.model)), fix=_fix(wrote))


def _fix(wrote: Wrote) -> Fix | None:
    if wrote.kind != "Linear" or wrote.name != "out_features" or wrote.count > 1:
        return None
    text = assigned_text(wrote)
    if wrote.written is None or text is None:
        return None
    text = f"{wrote.target} = nn.Linear({wrote.target}.in_features, {text})"
    return Fix("put a new layer there", Safety.UNSAFE, (Edit(wrote.written.place, text),))
