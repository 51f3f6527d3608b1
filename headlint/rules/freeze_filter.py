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

from headlint.finding import Severity, Step
from headlint.history import Criterion, Unknown
from headlint.reading.choices import choices, idle_consequence, is_idle, statements_of, strays
from headlint.reading.freezing import frozen_heads, is_to_learn
from headlint.reading.models import final_state, states_under
from headlint.reading.telling import built_steps, counted, listed, replaced_step
from headlint.rule import Abstained, Fault, Fine

if TYPE_CHECKING:
    from collections.abc import Iterator

    from headlint.history import Chosen, History, ParameterState, Replaced
    from headlint.rule import Judgement

SEVERITY = Severity.ERROR
SHOWN = 2


def judge(history: History) -> Iterator[Judgement]:
    """Look at what every filter by name picked."""
    for position, chosen in choices(history):
        if chosen.by is Criterion.NAME:
            yield _judge_choice(history, position, chosen)


def _judge_choice(history: History, position: int, chosen: Chosen) -> Judgement:
    ready = final_state(history, chosen.model)
    states = states_under(ready, "")
    if isinstance(states, Unknown) or isinstance(ready, Unknown):
        return Abstained(chosen.place, states.why if isinstance(states, Unknown) else "")
    if not is_to_learn(history, ready):
        return Fine(chosen.place)
    caught = [frozen_heads(history, at, freeze) for at, freeze in statements_of(history, position, chosen).values()]
    heads = tuple({head.path: head for found, _ in caught for head in found}.values())
    if heads:
        return _fault(history, chosen, _of_caught(chosen, heads), heads)
    if is_idle(history, chosen):
        return _judge_idle(history, chosen, states)
    stray, word = strays(history, chosen, states)
    if stray:
        return _fault(history, chosen, _of_strays(chosen, stray, word, states), severity=Severity.WARNING)
    return next((Abstained(chosen.place, why) for _, why in caught if why), Fine(chosen.place))


def _judge_idle(history: History, chosen: Chosen, states: tuple[ParameterState, ...]) -> Judgement:
    count = counted(len(chosen.left), "parameter")
    match idle_consequence(history, chosen, states):
        case None:
            return Fine(chosen.place)
        case consequence, severity:
            message = f"`{chosen.text}` picks none of the {count} of {chosen.model.name}: {consequence}"
            return _fault(history, chosen, message, severity=severity)


def _of_caught(chosen: Chosen, heads: tuple[Replaced, ...]) -> str:
    whole = len(chosen.frozen) + len(chosen.thawed) + len(chosen.left)
    others = (*chosen.thawed, *chosen.left)
    count = f"all {whole}" if not others else f"{len(chosen.frozen)} of {whole}"
    named = f"the new head{'s' if len(heads) > 1 else ''} {listed(head.path for head in heads)}"
    rest = f", and not {_examples(others)}" if others else ""
    return f"`{chosen.text}` freezes {count} parameters of {chosen.model.name}, {named} among them{rest}"


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


def _fault(
    history: History,
    chosen: Chosen,
    message: str,
    heads: tuple[Replaced, ...] = (),
    severity: Severity | None = None,
) -> Fault:
    steps = (*built_steps(history, chosen.model), *(replaced_step(head) for head in heads))
    return Fault(chosen.place, message, (*steps, Step(chosen.place, f"`{chosen.text}` decides")), severity=severity)
