from __future__ import annotations

from headlint.history import Model, Purpose, Unknown
from tests.rules.histories import (
    at,
    backbone,
    built,
    finding,
    findings,
    froze,
    head,
    is_fine,
    optimizer,
    readied,
    replaced,
    why_silent,
    wrote,
)

RULE = "nothing-trainable"
FROZEN = (backbone(False, set_line=3), head(False, fresh=False, set_line=3))
STUDENT = Model(1, "resnet34", "torchvision", pretrained=False, classes=10)


def test_the_head_that_came_with_the_model_is_frozen_too() -> None:
    found = finding(RULE, built(), froze(), optimizer(line=5), readied(*FROZEN))
    assert found.place == at(3)
    assert found.message == "all 4 parameters of resnet18 are frozen when training begins"
    assert [step.place.line for step in found.steps] == [1, 3]


def test_the_optimizer_gets_an_empty_list() -> None:
    assert findings(RULE, built(), froze(), optimizer(line=5, holds=(), count=0), readied(*FROZEN))


def test_no_optimizer_in_sight() -> None:
    assert findings(RULE, built(), froze(), readied(*FROZEN))


def test_the_last_freeze_is_the_place() -> None:
    assert finding(RULE, built(), froze(line=3), froze(line=4), readied(*FROZEN)).place == at(4)


def test_silent_about_a_teacher() -> None:
    states = backbone(False, set_line=3, optimized=False), head(False, fresh=False, optimized=False, set_line=3)
    assert is_fine(RULE, built(), froze(), optimizer(STUDENT, line=5), readied(*states))


def test_silent_about_a_layer_that_was_left_over() -> None:
    assert not findings(RULE, froze(), optimizer(line=5), readied(*FROZEN))


def test_silent_where_one_parameter_trains() -> None:
    assert is_fine(RULE, built(), froze(), optimizer(), readied(backbone(False), head()))


def test_silent_in_inference() -> None:
    assert not findings(RULE, built(), froze(), readied(*FROZEN, purpose=Purpose.INFERENCE))
    assert not findings(RULE, built(), froze(), readied(*FROZEN, purpose=Purpose.UNSEEN))


def test_silent_about_a_backbone_inside_another_model() -> None:
    assert not findings(RULE, built(), froze(), readied(*FROZEN, whole=False))


def test_silent_where_the_new_head_was_caught() -> None:
    states = readied(backbone(False, set_line=3), head(False, set_line=3))
    assert not findings(RULE, built(), replaced(), froze(), optimizer(line=5), states)


def test_silent_where_a_thaw_was_tried() -> None:
    assert not findings(RULE, built(), froze(), wrote("requires_grad", True), optimizer(line=5), readied(*FROZEN))


def test_silent_where_a_parameter_is_unknown() -> None:
    states = readied(backbone(False), head(Unknown("`args.unfreeze` decides")))
    assert why_silent(RULE, built(), froze(), optimizer(), states) == "`args.unfreeze` decides"


def test_silent_where_all_is_unknown() -> None:
    assert (
        why_silent(RULE, built(), froze(), readied(Unknown("`finetune` may change it"))) == "`finetune` may change it"
    )
