from __future__ import annotations

from headlint.history import Absent, Purpose, Unknown
from tests.rules.histories import (
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
    why_silent,
)

RULE = "head-not-optimized"
PART = optimizer(line=4, holds=("layer4.weight",))
LEFT_OUT = readied(backbone(), head(optimized=False))


def test_the_groups_leave_the_head_out() -> None:
    found = finding(RULE, built(), replaced(), PART, LEFT_OUT)
    assert found.place == at(4)
    assert found.message == "Adam holds 1 parameter of resnet18, and none of the new head `fc`"
    assert [step.place.line for step in found.steps] == [1, 2, 4]


def test_the_last_optimizer_is_the_place() -> None:
    assert finding(RULE, replaced(), PART, optimizer(line=6, holds=("conv1.weight",)), LEFT_OUT).place == at(6)


def test_silent_where_the_head_is_held() -> None:
    assert is_fine(RULE, replaced(), PART, readied(backbone(), head()))


def test_silent_where_the_head_came_later() -> None:
    assert not findings(RULE, optimizer(line=1), replaced(), LEFT_OUT)


def test_silent_where_nothing_of_the_model_is_held() -> None:
    assert not findings(RULE, replaced(), optimizer(line=4, holds=()), LEFT_OUT)


def test_silent_where_the_head_is_frozen() -> None:
    assert is_fine(RULE, replaced(), PART, readied(backbone(), head(False, optimized=False)))


def test_silent_where_the_head_is_never_called() -> None:
    assert not findings(RULE, replaced(path="head", old=Absent()), PART, LEFT_OUT)


def test_silent_in_inference() -> None:
    states = readied(backbone(), head(optimized=False), purpose=Purpose.INFERENCE)
    assert is_fine(RULE, replaced(), PART, states)


def test_silent_where_the_groups_are_unknown() -> None:
    states = readied(backbone(), head(optimized=Unknown("a group is added in a loop")))
    assert why_silent(RULE, replaced(), PART, states) == "a group is added in a loop"
