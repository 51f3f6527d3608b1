"""A transformers classifier was replaced, and the model computes its loss for the old labels.

A model of transformers keeps its number of labels in its configuration, beside its layers. Replacing `classifier`
changes the layer alone. Given labels, the model folds its output to the old number and stops, or stops only when the
saved model is loaded again:

    ValueError: Expected input batch_size (40) to match target batch_size (8).

Ask for the labels where the model is built, and keep its classifier: `from_pretrained(..., num_labels=10)`. Where the
layer has to be another one, set `model.config.num_labels` and `model.num_labels` as well.

Bad:
```python
import torch.nn as nn
from transformers import BertForSequenceClassification, Trainer

model = BertForSequenceClassification.from_pretrained("bert-base-uncased")
model.classifier = nn.Linear(model.config.hidden_size, 10)  # error: [stale-num-labels] "gives 10 classes"
trainer = Trainer(model=model)
```

Good:
```python
from transformers import BertForSequenceClassification, Trainer

model = BertForSequenceClassification.from_pretrained("bert-base-uncased", num_labels=10)
trainer = Trainer(model=model)
```

Good:
```python
import torch.nn as nn
from transformers import BertForSequenceClassification, Trainer

model = BertForSequenceClassification.from_pretrained("bert-base-uncased")
model.classifier = nn.Linear(model.config.hidden_size, 10)
model.config.num_labels = model.num_labels = 10
trainer = Trainer(model=model)
```

headlint is silent where the script computes the loss from the logits itself, where either number was set to something
that headlint can't follow, and where nobody hands the model labels.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from headlint.finding import Fix, Safety, Severity, Step
from headlint.history import Known, LabelsSet, Layer, LossAsked, Unknown, Wrote
from headlint.reading.models import last_layers, standing
from headlint.reading.telling import built_steps, replaced_step, spelled
from headlint.rule import Abstained, Fault, Fine

if TYPE_CHECKING:
    from collections.abc import Iterator

    from headlint.history import History, Model, Replaced
    from headlint.rule import Judgement

SEVERITY = Severity.ERROR


def judge(history: History) -> Iterator[Judgement]:
    """Look at every class layer that was replaced in a model that computes its loss itself."""
    asked = {event.model.number: event for event in history.of(LossAsked)}
    for _, event in standing(history):
        loss = asked.get(event.model.number)
        if event.model.library != "transformers" or event.path not in {slot.path for slot in last_layers(event.model)}:
            continue
        if loss is None:
            yield Abstained(event.place, "nobody is seen to hand the model its labels")
            continue
        gives = event.new.gives if isinstance(event.new, Layer) else event.new
        counts = tuple(_counts(history, event.model))
        unknown = next((one for one in (gives, *counts) if isinstance(one, Unknown)), None)
        if unknown is not None:
            yield Abstained(event.place, unknown.why)
        elif isinstance(gives, Known) and all(count != gives.value for count in counts):
            yield _fault(history, event, gives.value, loss)
        else:
            yield Fine(event.place)


def _counts(history: History, model: Model) -> Iterator[int | Unknown]:
    """What the model's numbers of labels are in the end: those that were set, else the one that it was built with."""
    written = [event.count for event in history.of(LabelsSet) if event.model.number == model.number]
    written += [
        event.value for event in history.of(Wrote) if event.model.number == model.number and event.name == "num_labels"
    ]
    if not written:
        yield model.classes
    for count in written:
        if isinstance(count, Known) and isinstance(count.value, int):
            yield count.value
        else:
            yield count if isinstance(count, Unknown) else Unknown("the number of labels is no whole number")


def _fault(history: History, event: Replaced, gives: object, loss: LossAsked) -> Fault:
    kept = next(_counts(history, event.model))
    message = f"`{event.target}` gives {gives} classes, and the model computes its loss for {kept} labels"
    steps = (
        *built_steps(history, event.model),
        replaced_step(event),
        Step(loss.place, f"`{loss.by}` has it compute the loss"),
    )
    owner = event.target.removesuffix(f".{spelled(event.path)}")
    fix = Fix(f"set `{owner}.config.num_labels` and `{owner}.num_labels` as well", Safety.DISPLAY, ())
    return Fault(event.place, message, steps, fix=fix)
