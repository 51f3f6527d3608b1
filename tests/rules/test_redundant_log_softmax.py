from __future__ import annotations

import pytest

from headlint.finding import Severity
from headlint.history import Unknown
from tests.rules.histories import at, finding, findings, is_fine, why_silent
from tests.rules.meetings import activation, met

RULE = "redundant-log-softmax"


def test_it_is_worth_a_note() -> None:
    found = finding(RULE, met("CrossEntropyLoss", activation("LogSoftmax")))
    assert found.severity is Severity.NOTE
    assert found.place.key == at(4).key
    assert found.message == (
        "`nn.LogSoftmax(dim=1)` changes nothing before CrossEntropyLoss, which applies a log-softmax itself"
    )


def test_the_last_axis_of_a_vector() -> None:
    assert findings(RULE, met("CrossEntropyLoss", activation("LogSoftmax", axis=-1)))


def test_fine_over_another_axis() -> None:
    maps = ("batch", 3, "size", "size")
    assert is_fine(RULE, met("CrossEntropyLoss", activation("LogSoftmax", axis=-1), output=maps))
    assert is_fine(RULE, met("CrossEntropyLoss", activation("LogSoftmax", axis=0)))


@pytest.mark.parametrize("kind", ["Softmax", "Log"])
def test_fine_behind_something_else(kind: str) -> None:
    assert is_fine(RULE, met("CrossEntropyLoss", activation(kind)))


def test_silent_about_the_loss_that_goes_with_it() -> None:
    assert not findings(RULE, met("NLLLoss", activation("LogSoftmax")))


def test_silent_where_the_end_is_unknown() -> None:
    assert why_silent(RULE, met("CrossEntropyLoss", trail=Unknown("a Net is unknown"))) == "a Net is unknown"
