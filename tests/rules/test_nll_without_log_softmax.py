from __future__ import annotations

from dataclasses import replace

import pytest

from headlint.finding import Safety
from headlint.history import Unknown, Written
from tests.rules.histories import at, built, finding, findings, is_fine, replaced, why_silent
from tests.rules.meetings import activation, met

RULE = "nll-without-log-softmax"


def test_raw_scores() -> None:
    found = finding(RULE, built(), replaced(), met("NLLLoss"))
    assert found.place == at(6)
    assert found.message == (
        "`nn.NLLLoss` takes log-probabilities, and resnet18 gives raw scores: the loss falls below 0"
    )
    assert [step.place.line for step in found.steps] == [1, 2, 6, 8]


def test_probabilities() -> None:
    found = finding(RULE, met("NLLLoss", activation("Softmax")))
    assert "resnet18 gives probabilities" in found.message
    assert found.fix is not None
    assert found.fix.title == "put a log-softmax in the place of `nn.Softmax(dim=1)`"


def test_the_loss_can_be_the_cross_entropy() -> None:
    fix = finding(RULE, met("NLLLoss")).fix
    assert fix is not None
    assert fix.safety is Safety.UNSAFE
    assert [(edit.place.line, edit.replacement) for edit in fix.edits] == [(6, "nn.CrossEntropyLoss()")]


def test_a_function_too() -> None:
    event = met("NLLLoss")
    text = "F.nll_loss(model(x), y)"
    loss = replace(event.loss, text="F.nll_loss", written=Written(at(8, 12, len(text)), text))
    fix = finding(RULE, replace(event, loss=loss)).fix
    assert fix is not None
    assert [edit.replacement for edit in fix.edits] == ["F.cross_entropy(model(x), y)"]


def test_a_bare_name_would_have_to_be_imported() -> None:
    event = met("NLLLoss")
    loss = replace(event.loss, text="NLLLoss", written=Written(at(6, 13, 9), "NLLLoss()"))
    fix = finding(RULE, replace(event, loss=loss)).fix
    assert fix is not None
    assert (fix.safety, fix.edits) == (Safety.DISPLAY, ())


@pytest.mark.parametrize("kind", ["LogSoftmax", "Log", "LogSigmoid"])
def test_fine_behind_logarithms(kind: str) -> None:
    assert is_fine(RULE, met("NLLLoss", activation(kind)))


def test_silent_about_other_losses() -> None:
    assert not findings(RULE, met("CrossEntropyLoss"))


def test_silent_where_the_end_is_unknown() -> None:
    assert why_silent(RULE, met("NLLLoss", trail=Unknown("a Net is unknown"))) == "a Net is unknown"
