from __future__ import annotations

from headlint.history import GradientSet, Left, Unknown
from tests.rules.histories import (
    RESNET18,
    at,
    backbone,
    built,
    finding,
    findings,
    head,
    is_fine,
    optimizer,
    readied,
    replaced,
    state,
    why_silent,
)

RULE = "trainable-not-optimized"
THAW = GradientSet(at(4), RESNET18, ("layer4.weight",), to=True, text="model.layer4.parameters()")
STEM = (state("conv1.weight", False, optimized=False, set_line=2),)


def stage(optimized: bool | Unknown) -> tuple:
    return (state("layer4.weight", True, optimized=optimized, set_line=4),)


def test_a_stage_that_no_group_takes() -> None:
    found = finding(RULE, built(), THAW, optimizer(line=5, holds=("fc.weight",)), readied(STEM, stage(False), head()))
    assert found.place == at(4)
    assert found.message == "thaws 1 parameter of resnet18, of which no optimizer holds any"
    assert [step.text for step in found.steps][-1] == "`model.layer4.parameters()` is thawed"


def test_a_part_of_a_stage() -> None:
    states = (*stage(False), state("layer4.bias", True, optimized=True, set_line=4))
    found = finding(RULE, THAW, optimizer(line=5), readied(STEM, states))
    assert found.message == "thaws 2 parameters of resnet18, of which no optimizer holds 1"


def test_silent_where_it_is_held() -> None:
    assert is_fine(RULE, THAW, optimizer(line=5), readied(STEM, stage(True), head()))


def test_silent_where_the_whole_model_is_thawed() -> None:
    states = readied(backbone(True, set_line=4, optimized=False), head())
    assert is_fine(RULE, THAW, optimizer(line=5, holds=("fc.weight",)), states)


def test_silent_about_a_new_head() -> None:
    states = readied(backbone(), head(optimized=False, set_line=4))
    assert is_fine(RULE, replaced(), THAW, optimizer(line=5, holds=("conv1.weight",)), states)


def test_silent_without_an_optimizer() -> None:
    assert not findings(RULE, THAW, readied(STEM, stage(False)))


def test_silent_where_the_groups_are_unknown() -> None:
    states = readied(STEM, stage(Unknown("a group is added in a loop")))
    assert why_silent(RULE, THAW, optimizer(line=5), states) == "a group is added in a loop"


def test_silent_where_the_state_is_unknown() -> None:
    assert why_silent(RULE, THAW, optimizer(line=5), readied(Unknown("it was handed on"))) == "it was handed on"


def test_thawed_when_training_had_begun() -> None:
    frozen = readied(STEM, backbone(False), head())
    left = Left(at(9), RESNET18, (*backbone(False), *stage(False), *head()))
    found = finding(RULE, optimizer(line=3, holds=("fc.weight",)), frozen, THAW, left)
    assert found.message.endswith("of which no optimizer holds any")
    held = Left(at(9), RESNET18, (*backbone(False), *stage(True), *head()))
    assert is_fine(RULE, optimizer(line=3, holds=("fc.weight",)), frozen, THAW, held)
