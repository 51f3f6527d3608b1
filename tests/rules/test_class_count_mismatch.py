from __future__ import annotations

from dataclasses import replace

import pytest

from headlint.finding import Severity
from headlint.history import Shape, Target, Unknown
from tests.rules.histories import at, built, finding, findings, is_fine, linear, replaced, why_silent
from tests.rules.meetings import met

RULE = "class-count-mismatch"


def labels(classes: int | Unknown = 100, whole: bool | Unknown = True) -> Target:
    return Target(Shape(("batch",)), whole, classes, "CIFAR100", at(3))


def test_too_few() -> None:
    found = finding(RULE, built(), replaced(new=linear(512, 10)), met(target=labels()))
    assert found.place == at(2)
    assert found.severity is Severity.ERROR
    assert found.message == "resnet18 gives 10 classes, and CIFAR100 has 100: labels go up to 99"
    assert "`IndexError: Target 99 is out of bounds.`" in found.notes[0]
    assert [(step.place.line, step.text) for step in found.steps][-1] == (3, "the labels come from CIFAR100")


def test_a_likelihood_too() -> None:
    assert findings(RULE, met("NLLLoss", target=labels()))


def test_a_head_that_was_built_so() -> None:
    assert findings(RULE, replace(met(target=labels()), head_path=""))


def test_too_many_are_a_warning() -> None:
    found = finding(RULE, met(output=("batch", 1000), target=labels()))
    assert found.severity is Severity.WARNING
    assert found.notes == ("it trains, and 900 outputs are never right",)


def test_labels_that_the_source_writes_down() -> None:
    some = replace(labels(12), source="`torch.tensor([0, 11])`", open=True)
    found = finding(RULE, met(target=some))
    assert found.message == "resnet18 gives 10 classes, and `torch.tensor([0, 11])` has a label 11"
    assert is_fine(RULE, met(output=("batch", 1000), target=some))


def test_fine_where_the_head_is_the_one_that_came_along() -> None:
    assert is_fine(RULE, replace(met(output=("batch", 1000), target=labels()), head_path=""))


@pytest.mark.parametrize("classes", [100, 101])
def test_fine_with_as_many_or_one_more(classes: int) -> None:
    assert is_fine(RULE, met(output=("batch", classes), target=labels()))


def test_a_single_output_is_another_story() -> None:
    assert is_fine(RULE, met(output=("batch", 1), target=labels()))


@pytest.mark.parametrize("loss", ["BCEWithLogitsLoss", "MSELoss"])
def test_silent_about_other_losses(loss: str) -> None:
    assert not findings(RULE, met(loss, target=labels()))


def test_silent_where_the_labels_are_no_indices() -> None:
    assert not findings(RULE, met(target=labels(whole=False)))


def test_silent_where_a_count_is_unknown() -> None:
    assert why_silent(RULE, met(target=labels(Unknown("a subset")))) == "a subset"
    assert why_silent(RULE, met(output=Unknown("a file"), target=labels())) == "a file"
