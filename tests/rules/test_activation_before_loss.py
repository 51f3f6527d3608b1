from __future__ import annotations

from dataclasses import replace

import pytest

from headlint.finding import Safety
from headlint.history import Argument, Unknown
from tests.rules.histories import at, built, finding, findings, is_fine, replaced, why_silent
from tests.rules.meetings import activation, met

RULE = "activation-before-loss"


def test_a_softmax_before_cross_entropy() -> None:
    found = finding(RULE, built(), replaced(), met("CrossEntropyLoss", activation("Softmax", path="fc.1")))
    assert found.place.line == 4
    assert found.message == (
        "`nn.Softmax(dim=1)` stands before CrossEntropyLoss, which applies log-softmax itself: "
        "with 10 classes the loss can't go below 1.461"
    )
    assert [(step.place.line, step.text) for step in found.steps] == [
        (1, "resnet18 is built with pretrained weights"),
        (2, "`model.fc` becomes a Linear from 512 to 10"),
        (6, "`nn.CrossEntropyLoss` is built"),
        (8, "CrossEntropyLoss meets what resnet18 gives"),
        (4, "its output has gone through a softmax"),
    ]


@pytest.mark.parametrize(("classes", "floor"), [(2, "0.313"), (10, "1.461"), (100, "3.622"), (1000, "5.909")])
def test_the_floor(classes: int, floor: str) -> None:
    found = finding(RULE, met("CrossEntropyLoss", activation("Softmax"), output=("batch", classes)))
    assert found.message.endswith(f"with {classes} classes the loss can't go below {floor}")


@pytest.mark.parametrize("name", ["weight", "pos_weight"])
def test_no_floor_where_labels_are_weighed(name: str) -> None:
    event = met("BCEWithLogitsLoss", activation("Sigmoid"))
    weighed = replace(event.loss, arguments=(Argument(name, Unknown("a tensor"), None),))
    found = finding(RULE, replace(event, loss=weighed))
    assert found.message.endswith("which applies the sigmoid itself: the loss can't come near 0")


def test_no_floor_where_the_classes_are_unknown() -> None:
    found = finding(RULE, met("CrossEntropyLoss", activation("Softmax"), output=Unknown("it comes from a file")))
    assert found.message.endswith("the loss can't come near 0")


@pytest.mark.parametrize("kind", ["Sigmoid", "Softmax", "Softmax2d"])
@pytest.mark.parametrize("loss", ["CrossEntropyLoss", "BCEWithLogitsLoss", "MultiLabelSoftMarginLoss"])
def test_every_double(kind: str, loss: str) -> None:
    assert findings(RULE, met(loss, activation(kind)))


def test_a_layer_can_be_replaced_by_one_that_does_nothing() -> None:
    fix = finding(RULE, met("CrossEntropyLoss", activation("Softmax", path="fc.1"))).fix
    assert fix is not None
    assert fix.safety is Safety.UNSAFE
    assert [(edit.place.line, edit.replacement) for edit in fix.edits] == [(4, "nn.Identity()")]


@pytest.mark.parametrize("text", ["F.softmax(x, dim=1)", "Softmax(dim=1)"])
def test_what_is_no_layer_of_nn_is_left_to_the_user(text: str) -> None:
    path = "" if text.startswith("F.") else "fc.1"
    fix = finding(RULE, met("CrossEntropyLoss", activation("Softmax", text=text, path=path))).fix
    assert fix is not None
    assert (fix.safety, fix.edits) == (Safety.DISPLAY, ())


def test_fine_without_an_activation() -> None:
    assert is_fine(RULE, met("CrossEntropyLoss"))


@pytest.mark.parametrize("kind", ["LogSoftmax", "Log", "LogSigmoid"])
def test_fine_behind_logarithms(kind: str) -> None:
    assert is_fine(RULE, met("CrossEntropyLoss", activation("Softmax"), activation(kind, line=5)))


@pytest.mark.parametrize("loss", ["BCELoss", "NLLLoss", "MSELoss", "KLDivLoss"])
def test_silent_about_losses_that_take_other_things(loss: str) -> None:
    assert not findings(RULE, met(loss, activation("Sigmoid")))


def test_silent_where_the_end_is_unknown() -> None:
    why = "headlint doesn't know how a Net ends"
    assert why_silent(RULE, met("CrossEntropyLoss", trail=Unknown(why))) == why


def test_silent_about_a_single_output() -> None:
    events = met("CrossEntropyLoss", activation("Sigmoid"), output=("batch", 1))
    assert why_silent(RULE, events) == "a single output is another mistake"
    assert findings(RULE, met("BCEWithLogitsLoss", activation("Sigmoid"), output=("batch", 1)))


def test_fine_stands_where_a_finding_would() -> None:
    assert is_fine(RULE, met("CrossEntropyLoss", activation("LogSoftmax", line=5)))
    assert finding(RULE, met("CrossEntropyLoss", activation("Softmax", line=5))).place.key == at(5).key
