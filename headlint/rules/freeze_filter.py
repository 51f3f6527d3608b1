"""A filter by name freezes or thaws other parameters than it was made for.

Which names a model's parameters have is known to the model alone: the head is `fc` in a ResNet, `classifier` in a
MobileNet, `head` in a Swin. `if "fc" not in name` freezes all of a MobileNet, head included; in a RegNet it leaves 64
parameters of the backbone trainable, whose names have `fc1` and `fc2` in them; and `blocks.1` is in `blocks.10`. A
loop that matches nothing changes nothing, and nothing is printed, unless nothing at all is left to train:

    RuntimeError: element 0 of tensors does not require grad and does not have a grad_fn

Ask for whole names (`name.startswith("classifier.")`), or freeze all of the model and thaw the head by its object:
`model.classifier.requires_grad_(True)`. `headlint zoo mobilenet_v2` shows what its head is called.

Bad:
```python
import torch.nn as nn
from torchvision import models

model = models.mobilenet_v2(weights="IMAGENET1K_V1")
model.classifier[1] = nn.Linear(model.last_channel, 10)
for name, param in model.named_parameters():
    if "fc" not in name:  # error: [freeze-filter] "freezes all 158 parameters of mobilenet_v2, the new head"
        param.requires_grad = False
```

Bad:
```python
import torch.nn as nn
from torchvision import models

model = models.regnet_y_400mf(weights="IMAGENET1K_V2")
model.fc = nn.Linear(model.fc.in_features, 10)
for name, param in model.named_parameters():
    if "fc" not in name:  # warning: [freeze-filter] "leaves 64 of 223 parameters of the backbone trainable"
        param.requires_grad = False
```

Good:
```python
import torch.nn as nn
from torchvision import models

model = models.regnet_y_400mf(weights="IMAGENET1K_V2")
model.fc = nn.Linear(model.fc.in_features, 10)
for name, param in model.named_parameters():
    if not name.startswith("fc."):
        param.requires_grad = False
```

headlint is silent about filters that pick a stage or a kind of layer and find it, about filters for the head that find
none where the head is trainable all the same, about conditions that ask for more than names, and in inference.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from headlint.finding import Severity
from headlint.history import Criterion
from headlint.reading.catching import caught_heads, fault_of, judged, of_caught, of_idle
from headlint.reading.choices import idle_consequence, is_idle, strays
from headlint.reading.telling import counted
from headlint.rule import Abstained, Fine

if TYPE_CHECKING:
    from collections.abc import Iterator

    from headlint.history import Chosen, History, ParameterState
    from headlint.rule import Judgement

SEVERITY = Severity.ERROR
SHOWN = 2


def judge(history: History) -> Iterator[Judgement]:
    """Look at what every filter by name picked."""
    yield from judged(history, Criterion.NAME, _judge_choice)


def _judge_choice(history: History, position: int, chosen: Chosen, states: tuple[ParameterState, ...]) -> Judgement:
    heads, why = caught_heads(history, position, chosen)
    if heads:
        others = (*chosen.thawed, *chosen.left)
        rest = f", and not {_examples(others)}" if others else ""
        return fault_of(history, chosen, of_caught(chosen, heads) + rest, heads)
    if is_idle(history, chosen):
        told = idle_consequence(history, chosen, states)
        return fault_of(history, chosen, of_idle(chosen, told[0]), (), told[1]) if told else Fine(chosen.place)
    stray, word = strays(history, chosen, states)
    if stray:
        return fault_of(history, chosen, _of_strays(chosen, stray, word, states), (), Severity.WARNING)
    return Abstained(chosen.place, why) if why else Fine(chosen.place)


def _of_strays(chosen: Chosen, stray: tuple[str, ...], word: str, states: tuple[ParameterState, ...]) -> str:
    old = sum(state.fresh is not True for state in states)
    if stray[0] in chosen.frozen:
        does = f"freezes {counted(len(stray), 'parameter')} that it doesn't name"
    elif chosen.frozen:
        does = f"leaves {len(stray)} of {old} parameters of the backbone trainable"
    else:
        does = f"thaws {len(stray)} of {old} parameters of the backbone"
    return f"`{chosen.text}` {does}: `{word}` is a part of {_examples(stray)}"


def _examples(paths: tuple[str, ...]) -> str:
    return ", ".join(f"`{path}`" for path in paths[:SHOWN]) + (", …" if len(paths) > SHOWN else "")
