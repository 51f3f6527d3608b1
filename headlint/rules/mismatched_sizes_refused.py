"""A checkpoint with a head of its own is loaded for another number of labels, which is refused.

A fine-tuned checkpoint holds the weights of its head: those of `google/vit-base-patch16-224` give 1000 classes. A
model that is built for 10 labels has no place for them, and loading stops:

    RuntimeError: ... size mismatch for classifier.weight: ... shape torch.Size([1000, 768]) ... torch.Size([10, 768])

With `ignore_mismatched_sizes=True` the old head is left out and a new one with random weights takes its place, which
is what fine-tuning is about. Checkpoints of a backbone alone (`google/vit-base-patch16-224-in21k`,
`bert-base-uncased`) have no head and need no permission.

Bad:
```python
from transformers import ViTForImageClassification

model = ViTForImageClassification.from_pretrained(
    "google/vit-base-patch16-224",
    num_labels=10,  # error: [mismatched-sizes-refused] "brings a head for 1000 classes"
)
```

Good:
```python
from transformers import ViTForImageClassification

model = ViTForImageClassification.from_pretrained(
    "google/vit-base-patch16-224",
    num_labels=10,
    ignore_mismatched_sizes=True,
)
```

headlint is silent about checkpoints that its zoo doesn't know (`headlint zoo google/vit-base-patch16-224` tells), about
numbers of labels that come from the data, and about classes other than the one that the checkpoint was trained as.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from headlint.finding import Edit, Fix, Safety, Severity
from headlint.history import HeadMet, Unknown
from headlint.rule import Abstained, Fault, Fine

if TYPE_CHECKING:
    from collections.abc import Iterator

    from headlint.history import History
    from headlint.rule import Judgement

SEVERITY = Severity.ERROR


def judge(history: History) -> Iterator[Judgement]:
    """Look at every checkpoint of transformers that was to be loaded for another number of labels."""
    for met in history.of(HeadMet):
        if met.library != "transformers":
            continue
        unknown = next((fact for fact in (met.asked, met.tolerant) if isinstance(fact, Unknown)), None)
        if met.tolerant is True or met.asked == met.holds:
            yield Fine(met.place)
        elif unknown is not None:
            yield Abstained(met.place, unknown.why)
        else:
            yield _fault(met)


def _fault(met: HeadMet) -> Fault:
    place = met.written.place if met.written is not None else met.place
    message = (
        f"{met.checkpoint} brings a head for {met.holds} classes, which a {met.name} with {met.asked} "
        "does not take: loading it stops"
    )
    return Fault(place, message, fix=_fix(met))


def _fix(met: HeadMet) -> Fix:
    title = "leave the old head out: `ignore_mismatched_sizes=True`"
    if met.written is None or met.argument == "config":
        return Fix(title, Safety.DISPLAY, ())
    edit = Edit(met.written.place, f"{met.written.text}, ignore_mismatched_sizes=True")
    return Fix(title, Safety.SAFE, (edit,))
