"""`pretrained=` was replaced by `weights=` in torchvision 0.13.

torchvision still takes it, with a warning on every run:

    UserWarning: The parameter 'pretrained' is deprecated since 0.13 and may be removed in the future, please use
    'weights' instead.

The fix names the weights that `pretrained=True` stands for, so that the same numbers are loaded. `DEFAULT` often means
newer weights, made for another preprocessing.

Bad:
```python
from torchvision import models

model = models.resnet50(pretrained=True)  # warning: [deprecated-pretrained] "`pretrained` is deprecated"
```

Good:
```python
from torchvision import models

model = models.resnet50(weights=models.ResNet50_Weights.IMAGENET1K_V1)
```

headlint is silent about other libraries, whose builders take `pretrained` to this day: timm, torch.hub, your own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from headlint.finding import Edit, Fix, Safety, Severity
from headlint.history import Built, Known, Unknown, Witness
from headlint.rule import Fault

if TYPE_CHECKING:
    from collections.abc import Iterator

    from headlint.history import Argument, History
    from headlint.rule import Judgement

SEVERITY = Severity.WARNING
WITNESSES = frozenset({Witness.STATIC})

REPLACEMENT = {"pretrained": "weights", "pretrained_backbone": "weights_backbone"}


def judge(history: History) -> Iterator[Judgement]:
    """Look at the arguments of torchvision's builders."""
    for built in history.of(Built):
        if built.model.library != "torchvision":
            continue
        for position, argument in enumerate(built.arguments):
            name = _deprecated_name(position, argument)
            if name:
                yield _fault(built, argument, name)


def _deprecated_name(position: int, argument: Argument) -> str:
    """The old parameter that an argument is meant for, '' if it is none: a first positional truth value is one."""
    if argument.name in REPLACEMENT:
        return argument.name
    is_truth = isinstance(argument.value, Known) and isinstance(argument.value.value, bool)
    return "pretrained" if is_truth and not argument.name and position == 0 else ""


def _fault(built: Built, argument: Argument, name: str) -> Fault:
    new = REPLACEMENT[name]
    place = argument.written.place if argument.written else built.place
    return Fault(
        place, f"`{name}` is deprecated since torchvision 0.13, which has `{new}`", fix=_fix(built, argument, name)
    )


def _fix(built: Built, argument: Argument, name: str) -> Fix | None:
    if argument.written is None:
        return None
    member = _member(built, name)
    flag = argument.written.text.removeprefix(argument.name).strip().removeprefix("=").strip()
    if flag == "False":
        weights, safety = "None", Safety.SAFE
    elif member is None:
        return None
    elif flag == "True":
        weights, safety = member, Safety.SAFE
    else:
        weights, safety = f"{member} if {flag} else None", Safety.UNSAFE
    text = f"{REPLACEMENT[name]}={weights}"
    return Fix(f"write `{text}`", safety, (Edit(argument.written.place, text),))


def _member(built: Built, name: str) -> str | None:
    """How the weights of `pretrained=True` are written beside the builder: its module's enum, or a string."""
    if name != "pretrained" or isinstance(built.legacy, Unknown):
        return None
    module, _, function = built.callee.rpartition(".")
    is_dotted_name = all(part.isidentifier() for part in module.split("."))
    if is_dotted_name and function == built.model.name.removeprefix("quantized_"):
        return f"{module}.{built.legacy}"
    return f'"{built.legacy.rpartition(".")[2]}"'
