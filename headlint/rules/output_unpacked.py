"""What a model of transformers returns is unpacked, which gives names of fields and no tensors.

Until its version 4, transformers returned tuples. Since then it returns objects that are read by name, and that give
their keys when they are unpacked, as dictionaries do. The next layer stops at a text:

    TypeError: linear(): argument 'input' (position 1) must be Tensor, not str

and so does a loss that is unpacked: `AttributeError: 'str' object has no attribute 'backward'`.

Read the fields by their names (`outputs.pooler_output`), or ask for a tuple with `return_dict=False`.

Bad:
```python
import torch
import torch.nn as nn
from transformers import BertModel


class Mood(nn.Module):
    def __init__(self):
        super().__init__()
        self.bert = BertModel.from_pretrained("bert-base-uncased")
        self.head = nn.Linear(768, 3)

    def forward(self, input_ids, attention_mask):
        _, pooled = self.bert(input_ids=input_ids, attention_mask=attention_mask)  # error: [output-unpacked] "names of"
        return self.head(pooled)


model = Mood()
optimizer = torch.optim.AdamW(model.parameters(), lr=2e-5)
```

Good:
```python
import torch
import torch.nn as nn
from transformers import BertModel


class Mood(nn.Module):
    def __init__(self):
        super().__init__()
        self.bert = BertModel.from_pretrained("bert-base-uncased")
        self.head = nn.Linear(768, 3)

    def forward(self, input_ids, attention_mask):
        outputs = self.bert(input_ids=input_ids, attention_mask=attention_mask)
        return self.head(outputs.pooler_output)


model = Mood()
optimizer = torch.optim.AdamW(model.parameters(), lr=2e-5)
```

headlint is silent where the script says `return_dict` anywhere, where the project asks for an earlier transformers, and
about indices (`outputs[1]`), which do give tensors. A run can't tell the names that were unpacked from other texts, so
that the source alone can tell.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from headlint.finding import Fix, Safety, Severity
from headlint.history import OutputUnpacked, Witness
from headlint.reading.telling import built_steps, listed
from headlint.rule import Fault

if TYPE_CHECKING:
    from collections.abc import Iterator

    from headlint.history import History
    from headlint.rule import Judgement

SEVERITY = Severity.ERROR
WITNESSES = frozenset({Witness.STATIC})


def judge(history: History) -> Iterator[Judgement]:
    """Look at every output that was unpacked."""
    for unpacked in history.of(OutputUnpacked):
        name, fields = unpacked.model.name, listed(unpacked.names)
        message = f"unpacks what {name} returns, which gives the names of its fields and no tensors"
        fix = Fix(f"read its fields by their names: {fields}", Safety.DISPLAY, ())
        yield Fault(unpacked.place, message, tuple(built_steps(history, unpacked.model)), fix=fix)
