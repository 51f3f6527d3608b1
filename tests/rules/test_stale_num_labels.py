from __future__ import annotations

from dataclasses import replace

from headlint.history import Absent, Known, LabelsSet, LossAsked, Unknown
from tests.rules.histories import (
    RESNET18,
    at,
    built,
    finding,
    findings,
    is_fine,
    linear,
    replaced,
    why_silent,
    wrote,
)

RULE = "stale-num-labels"
MODEL = replace(RESNET18, name="ResNetForImageClassification", library="transformers")
ASKED = LossAsked(at(9), MODEL, "Trainer")


def labels_set(count: int | Unknown, line: int = 4) -> LabelsSet:
    value = count if isinstance(count, Unknown) else Known(count)
    return LabelsSet(at(line), MODEL, "config.num_labels", value)


def test_the_loss_is_computed_for_the_old_labels() -> None:
    found = finding(RULE, built(MODEL), replaced(MODEL), ASKED)
    assert found.place == at(2)
    assert found.message == "`model.fc` gives 10 classes, and the model computes its loss for 1000 labels"
    assert [(step.place.line, step.text) for step in found.steps] == [
        (1, "ResNetForImageClassification is built with pretrained weights"),
        (2, "`model.fc` becomes a Linear from 512 to 10"),
        (9, "`Trainer` has it compute the loss"),
    ]
    assert found.fix is not None
    assert found.fix.title == "set `model.config.num_labels` and `model.num_labels` as well"


def test_another_wrong_number() -> None:
    found = finding(RULE, replaced(MODEL), labels_set(7), ASKED)
    assert "for 7 labels" in found.message


def test_silent_where_the_configuration_agrees() -> None:
    assert is_fine(RULE, replaced(MODEL), labels_set(10), ASKED)


def test_silent_where_one_of_both_numbers_agrees() -> None:
    assert is_fine(RULE, replaced(MODEL), labels_set(10), wrote("num_labels", 3, model=MODEL, before=Absent()), ASKED)


def test_silent_where_the_number_is_unknown() -> None:
    assert why_silent(RULE, replaced(MODEL), labels_set(Unknown("it is read")), ASKED) == "it is read"


def test_silent_where_the_new_layer_is_unknown() -> None:
    assert why_silent(RULE, replaced(MODEL, new=linear(512, Unknown("it is read"))), ASKED) == "it is read"


def test_silent_where_nobody_asks_for_the_loss() -> None:
    assert not findings(RULE, replaced(MODEL))


def test_silent_about_another_model_that_is_asked() -> None:
    assert not findings(RULE, replaced(MODEL), LossAsked(at(9), replace(MODEL, number=5), "Trainer"))


def test_silent_about_what_gives_no_classes() -> None:
    assert not findings(RULE, replaced(MODEL, path="dropout"), ASKED)


def test_silent_where_the_counts_agree_already() -> None:
    assert is_fine(RULE, replaced(MODEL, new=linear(512, 1000)), ASKED)
