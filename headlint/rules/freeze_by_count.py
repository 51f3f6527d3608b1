"""Layers are frozen by their number, and the count ends elsewhere than it was meant to.

`model.children()` gives what a model is made of at its top: ten modules of a ResNet, of which `relu`, `maxpool` and
`avgpool` count like the stages and have nothing to freeze; three modules of a VGG, the head among them. `if count < 7`
freezes a ResNet up to `layer2`, and all of a VGG. `list(model.parameters())[:30]` may stop between a layer's weight and
its bias. Nothing is printed.

And an `if` that slipped out of its loop is asked once, at the end, when the count is complete: it freezes nothing.

Name the stages in place of counting them: `for stage in (model.conv1, model.bn1, model.layer1): …`.

Bad:
```python
import torch.nn as nn
from torchvision import models

model = models.resnet18(weights="IMAGENET1K_V1")
model.fc = nn.Linear(model.fc.in_features, 10)
count = 0
# freeze everything before layer4
for child in model.children():
    count += 1
    if count < 7:  # warning: [freeze-by-count] "freezes conv1, bn1, layer1, layer2 of resnet18"
        for param in child.parameters():
            param.requires_grad = False
```

Bad:
```python
import torch.nn as nn
from torchvision import models

model = models.vgg16(weights="IMAGENET1K_V1")
model.classifier[6] = nn.Linear(model.classifier[6].in_features, 10)
for number, child in enumerate(model.children()):
    if number < 6:  # error: [freeze-by-count] "the new head `classifier[6]` among them"
        for param in child.parameters():
            param.requires_grad = False
```

Bad:
```python
import torch.nn as nn
from torchvision import models

model = models.resnet50(weights="IMAGENET1K_V1")
model.fc = nn.Linear(model.fc.in_features, 10)
count = 0
for child in model.children():
    count += 1
if count < 7:  # warning: [freeze-by-count] "stands behind the loop that counts"
    for param in child.parameters():
        param.requires_grad = False
```

Good:
```python
import torch.nn as nn
from torchvision import models

model = models.resnet18(weights="IMAGENET1K_V1")
model.fc = nn.Linear(model.fc.in_features, 10)
for stage in (model.conv1, model.bn1, model.layer1, model.layer2, model.layer3):
    for param in stage.parameters():
        param.requires_grad = False
```

headlint is silent about counts that end between two layers and that no comment contradicts, and in inference.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from headlint.finding import Severity
from headlint.history import Criterion
from headlint.reading.catching import caught_heads, fault_of, judged, of_caught, of_idle
from headlint.reading.choices import idle_consequence, is_idle
from headlint.reading.counting import covers_all, cut_layer, denied_by_remark, stages
from headlint.rule import Abstained, Fine

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from headlint.history import Chosen, History, ParameterState
    from headlint.rule import Judgement

SEVERITY = Severity.WARNING


def judge(history: History) -> Iterator[Judgement]:
    """Look at what every count picked."""
    yield from judged(history, Criterion.COUNT, _judge_count)


def _judge_count(history: History, position: int, chosen: Chosen, states: tuple[ParameterState, ...]) -> Judgement:
    heads, why = caught_heads(history, position, chosen)
    if heads:
        return fault_of(history, chosen, of_caught(chosen, heads), heads, Severity.ERROR)
    if chosen.behind and chosen.to is False:
        return replace(fault_of(history, chosen, _of_slipped(chosen)), read=True)
    message = _of_idle(history, chosen, states) or _of_end(chosen, states) or _of_remark(chosen, states)
    if message:
        return fault_of(history, chosen, message)
    return Abstained(chosen.place, why) if why else Fine(chosen.place)


def _of_slipped(chosen: Chosen) -> str:
    """That a condition stands behind the loop that it belongs in."""
    nothing = f"nothing of {chosen.model.name} is frozen"
    return f"`{chosen.text}` stands behind the loop that counts, where it is false: {nothing}"


def _of_idle(history: History, chosen: Chosen, states: tuple[ParameterState, ...]) -> str:
    told = idle_consequence(history, chosen, states) if is_idle(history, chosen) else None
    return of_idle(chosen, told[0]) if told else ""


def _of_end(chosen: Chosen, states: tuple[ParameterState, ...]) -> str:
    """What is wrong with where a count ends, '' if nothing is."""
    name, cut = chosen.model.name, cut_layer(states, chosen)
    if covers_all(states, chosen):
        return f"`{chosen.text}` freezes all {len(chosen.frozen)} parameters that {name} came with: no count"
    if cut is None:
        return ""
    layer, frozen, trained = cut
    return f"`{chosen.text}` stops inside `{layer}` of {name}: {_joined(frozen)} frozen, {_joined(trained)} trainable"


def _of_remark(chosen: Chosen, states: tuple[ParameterState, ...]) -> str:
    """That a comment says otherwise, '' if none does."""
    tops = stages(states, chosen)
    named = denied_by_remark(tops, chosen.remark)
    if not named:
        return ""
    frozen = _joined(top for top, answer in tops.items() if answer)
    trained = _joined(top for top, answer in tops.items() if answer is False)
    what = f"`{chosen.text}` freezes {frozen} of {chosen.model.name}"
    return f"{what}; {trained} train, and the comment speaks of {_joined(named)}"


def _joined(names: Iterable[str]) -> str:
    return ", ".join(names)
