from __future__ import annotations

import pytest

from headlint.finding import Safety
from headlint.history import Unknown
from tests.rules.histories import at, built, finding, findings, is_fine, replaced, why_silent
from tests.rules.meetings import activation, met

RULE = "bce-without-sigmoid"


def test_raw_scores() -> None:
    found = finding(RULE, built(), replaced(), met("BCELoss"))
    assert found.place == at(6)
    assert found.message == "`nn.BCELoss` takes probabilities, and resnet18 gives raw scores: outside 0 to 1 it stops"
    assert [step.place.line for step in found.steps] == [1, 2, 6, 8]


def test_logarithms() -> None:
    found = finding(RULE, met("BCELoss", activation("LogSoftmax")))
    assert "resnet18 gives logarithms" in found.message
    assert found.fix is not None
    assert found.fix.title == "put a sigmoid in the place of `nn.LogSoftmax(dim=1)`"


def test_the_loss_can_be_the_one_with_a_sigmoid() -> None:
    fix = finding(RULE, met("BCELoss")).fix
    assert fix is not None
    assert fix.safety is Safety.UNSAFE
    assert [(edit.place.line, edit.replacement) for edit in fix.edits] == [(6, "nn.BCEWithLogitsLoss()")]


@pytest.mark.parametrize("kind", ["Sigmoid", "Softmax", "Hardsigmoid", "Hardtanh", "Exp"])
def test_fine_within_bounds(kind: str) -> None:
    assert is_fine(RULE, met("BCELoss", activation(kind)))


def test_silent_about_other_losses() -> None:
    assert not findings(RULE, met("BCEWithLogitsLoss"))


def test_silent_where_the_end_is_unknown() -> None:
    assert why_silent(RULE, met("BCELoss", trail=Unknown("a Net is unknown"))) == "a Net is unknown"
