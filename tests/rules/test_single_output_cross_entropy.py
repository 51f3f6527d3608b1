from __future__ import annotations

import pytest

from headlint.history import Unknown
from tests.rules.histories import at, built, finding, findings, is_fine, linear, replaced, why_silent
from tests.rules.meetings import met

RULE = "single-output-cross-entropy"


def test_one_score() -> None:
    found = finding(RULE, built(), replaced(new=linear(512, 1)), met(output=("batch", 1)))
    assert found.place == at(2)
    assert found.message == (
        "resnet18 gives one score, and CrossEntropyLoss needs one for each class: its loss is always 0"
    )
    assert found.notes == ("a label other than 0 stops the run: `IndexError: Target 1 is out of bounds.`",)
    assert [step.place.line for step in found.steps] == [1, 2, 6, 8]


def test_one_score_behind_a_log_softmax() -> None:
    assert findings(RULE, met("NLLLoss", output=("batch", 1)))


def test_one_map_of_scores() -> None:
    assert findings(RULE, met(output=("batch", 1, "size", "size")))


def test_fine_with_two() -> None:
    assert is_fine(RULE, met(output=("batch", 2)))


@pytest.mark.parametrize("loss", ["BCEWithLogitsLoss", "BCELoss", "MSELoss"])
def test_silent_about_losses_that_take_one_score(loss: str) -> None:
    assert not findings(RULE, met(loss, output=("batch", 1)))


def test_silent_where_the_output_is_unknown() -> None:
    assert why_silent(RULE, met(output=Unknown("it comes from a file"))) == "it comes from a file"


@pytest.mark.parametrize("shape", [("batch",), ("batch", "classes")])
def test_silent_where_the_classes_are_unknown(shape: tuple[str, ...]) -> None:
    assert why_silent(RULE, met(output=shape)) == "how many classes the output has is not known"
