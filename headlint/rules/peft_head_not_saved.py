"""peft freezes the new head with its random weights, and saves the adapters without it.

`get_peft_model` freezes everything but its adapters. A head that was put in for a new task is neither trained nor
saved, unless its name stands in `modules_to_save`. Nothing is printed: the adapters learn to live with the random
head, and whoever loads them later gets another random one. With `task_type="SEQ_CLS"` peft takes care of what is
called `classifier` or `score`, and of nothing else: not of `fc`, `head` or `heads.head`.

Name the head: `LoraConfig(..., modules_to_save=["classifier"])`.

Bad:
```python
from peft import LoraConfig, get_peft_model
from transformers import AutoModelForImageClassification

model = AutoModelForImageClassification.from_pretrained("google/vit-base-patch16-224-in21k", num_labels=10)
config = LoraConfig(r=16, target_modules=["q_proj", "v_proj"])
model = get_peft_model(model, config)  # error: [peft-head-not-saved] "the new head `classifier`"
```

Good:
```python
from peft import LoraConfig, get_peft_model
from transformers import AutoModelForImageClassification

model = AutoModelForImageClassification.from_pretrained("google/vit-base-patch16-224-in21k", num_labels=10)
config = LoraConfig(r=16, target_modules=["q_proj", "v_proj"], modules_to_save=["classifier"])
model = get_peft_model(model, config)
```

headlint is silent about heads that came trained with their checkpoint, about adapters that go into the head itself, and
where something further down thaws parameters or loads weights.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from headlint.finding import Fix, Safety, Severity
from headlint.history import Adapted, Unknown, Witness
from headlint.reading.telling import built_steps, listed
from headlint.rule import Abstained, Fault, Fine

if TYPE_CHECKING:
    from collections.abc import Iterator

    from headlint.history import History
    from headlint.rule import Judgement

SEVERITY = Severity.ERROR

# peft need not be there where a script is run
WITNESSES = frozenset({Witness.STATIC})


def judge(history: History) -> Iterator[Judgement]:
    """Look at every model that peft puts adapters into."""
    for adapted in history.of(Adapted):
        if isinstance(adapted.kept, Unknown):
            yield Abstained(adapted.place, adapted.kept.why)
            continue
        kept = adapted.kept
        lost = tuple(path for path in adapted.heads if not any(_keeps(name, path) for name in kept))
        if not lost:
            yield Fine(adapted.place)
        elif isinstance(adapted.settled, Unknown):
            yield Abstained(adapted.place, adapted.settled.why)
        else:
            yield _fault(history, adapted, lost)


def _keeps(name: str, path: str) -> bool:
    """Whether a name in `modules_to_save` means the module at a path, or one around it: peft compares the ends."""
    parts = path.split(".")
    return any(".".join(parts[: count + 1]).endswith(name) for count in range(len(parts)))


def _fault(history: History, adapted: Adapted, lost: tuple[str, ...]) -> Fault:
    noun = "head" if len(lost) == 1 else "heads"
    message = (
        f"peft freezes the new {noun} {listed(lost)} of {adapted.model.name} with random weights, "
        "and saves the adapters without it"
    )
    names = ", ".join(f'"{path}"' for path in lost)
    fix = Fix(f"name it in the configuration: `modules_to_save=[{names}]`", Safety.DISPLAY, ())
    return Fault(adapted.place, message, tuple(built_steps(history, adapted.model)), fix=fix)
