from __future__ import annotations

import pytest

from headlint.finding import Severity
from headlint.history import Criterion, Purpose, Unknown
from tests.rules.histories import (
    BACKBONE,
    HEAD,
    at,
    backbone,
    built,
    chose,
    finding,
    findings,
    froze,
    head,
    is_fine,
    readied,
    replaced,
    state,
    why_silent,
)

RULE = "freeze-by-count"
ALL = (*BACKBONE, *HEAD)
STAGES = ("conv1.weight", "layer1.weight", "layer2.weight", "layer3.weight", "layer4.weight")


def counted(*frozen: str, left: tuple[str, ...] = (), remark: str = "", to: bool = False):
    return chose("i < 7", (), by=Criterion.COUNT, to=to, frozen=frozen, left=left, remark=remark)


def up_to(number: int):
    return tuple(state(path, index >= number, set_line=4) for index, path in enumerate(STAGES))


def test_the_count_takes_the_new_head_along() -> None:
    events = built(), replaced(), froze(line=4), counted(*ALL), readied(backbone(False), head(False, set_line=4))
    found = finding(RULE, *events)
    assert (found.place, found.severity) == (at(3), Severity.ERROR)
    assert found.message == "`i < 7` freezes all 4 parameters of resnet18, the new head `fc` among them"
    assert not findings("freeze-after-head", *events)


def test_the_count_is_larger_than_the_model() -> None:
    found = finding(RULE, counted(*ALL), replaced(line=5), readied(backbone(False, set_line=4), head()))
    assert found.severity is Severity.WARNING
    assert found.message == "`i < 7` freezes all 4 parameters that resnet18 came with: no count"


def test_silent_where_the_old_head_was_left_out() -> None:
    assert is_fine(RULE, counted(*BACKBONE), replaced(line=5), readied(backbone(False, set_line=4), head()))


def test_the_count_stops_inside_a_layer() -> None:
    states = (state("conv1.weight", False), state("conv1.bias"), state("layer4.weight"))
    found = finding(RULE, counted("conv1.weight", left=("conv1.bias",)), readied(states, head()))
    assert found.message == "`i < 7` stops inside `conv1` of resnet18: weight frozen, bias trainable"


def test_silent_where_every_bias_trains() -> None:
    states = tuple(state(f"layer{n}.{name}", name == "bias") for n in (1, 2) for name in ("weight", "bias"))
    assert is_fine(RULE, counted("layer1.weight", "layer2.weight"), readied(states, head()))


@pytest.mark.parametrize("remark", ["freeze everything before layer4", "all but layer4 and fc", "only fc learns"])
def test_a_comment_says_otherwise(remark: str) -> None:
    found = finding(RULE, counted(*STAGES[:2], left=STAGES[2:], remark=remark), readied(up_to(2), head()))
    assert found.message.startswith("`i < 7` freezes conv1, layer1 of resnet18; layer2, layer3, layer4, fc train, and")


@pytest.mark.parametrize(
    "remark",
    ["", "up to layer1", "conv1 and layer1", "train from layer2 on", "the first two stages", "the model's features"],
)
def test_silent_where_no_comment_says_otherwise(remark: str) -> None:
    assert is_fine(RULE, counted(*STAGES[:2], left=STAGES[2:], remark=remark), readied(up_to(2), head()))


def test_nothing_is_counted() -> None:
    found = finding(RULE, counted(left=ALL), readied(backbone(), head()))
    assert found.message == "`i < 7` picks none of the 4 parameters of resnet18: nothing is frozen"


def test_silent_in_inference() -> None:
    states = readied(backbone(False, set_line=4), head(False, set_line=4), purpose=Purpose.INFERENCE)
    assert is_fine(RULE, replaced(), froze(line=4), counted(*ALL), states)


def test_silent_where_the_state_is_unknown() -> None:
    assert why_silent(RULE, counted(*ALL), readied(Unknown("`tune` may change it"))) == "`tune` may change it"
