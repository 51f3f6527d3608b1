from __future__ import annotations

import pytest

from headlint import check_source
from headlint.finding import Safety
from headlint.history import Known, Model, OutputUnpacked
from tests.rules.histories import at, built, finding, findings

RULE = "output-unpacked"
BERT = Model(4, "BertModel", "transformers", pretrained=True, classes=Known(0))
SCRIPT = """\
import torch
from transformers import AutoModelForSequenceClassification


def train(batches):
    model = AutoModelForSequenceClassification.from_pretrained("bert-base-uncased", num_labels=4)
    optimizer = torch.optim.AdamW(model.parameters(), lr=2e-5)
    for ids, labels in batches:
        {step}
        loss.backward()
        optimizer.step()
"""


def test_names_are_taken_for_tensors() -> None:
    unpacked = OutputUnpacked(at(9), BERT, "BaseModelOutput", ("last_hidden_state", "pooler_output"))
    found = finding(RULE, unpacked)
    assert found.place == at(9)
    assert found.message == "unpacks what BertModel returns, which gives the names of its fields and no tensors"
    assert found.fix is not None
    assert found.fix.safety is Safety.DISPLAY
    assert found.fix.title == "read its fields by their names: `last_hidden_state` and `pooler_output`"


def test_silent_where_nothing_is_unpacked() -> None:
    assert not findings(RULE, built())


def test_a_loss_and_scores_in_one_go() -> None:
    (judged,) = check_source(SCRIPT.format(step="loss, scores = model(ids, labels=labels)"))
    assert (judged.finding.rule, judged.finding.place.line) == (RULE, 9)


@pytest.mark.parametrize(
    "step",
    [
        "loss, scores = model(ids, labels=labels)[:2]",
        "loss, scores = model(ids, labels=labels, return_dict=False)",
        "loss, scores = model(ids, labels=labels).to_tuple()",
        "loss, scores = model(ids, labels=labels).values()",
        "loss, (scores, kept) = first(model(ids, labels=labels)), second(ids)",
    ],
)
def test_silent_about_tuples(step: str) -> None:
    assert not check_source(SCRIPT.format(step=step))


def test_silent_about_the_library_that_returned_tuples() -> None:
    before = SCRIPT.replace("from transformers", "from pytorch_transformers")
    assert not check_source(before.format(step="loss, scores = model(ids, labels=labels)"))
