from __future__ import annotations

from dataclasses import replace

from headlint.history import Purpose, Unknown
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
    why_silent,
    wrote,
)

RULE = "nothing-frozen"


def test_all_of_a_pretrained_model_trains() -> None:
    found = finding(RULE, built(), optimizer(), readied(backbone(), head()))
    assert found.place == at(1)
    assert found.message == "all 4 parameters of resnet18 train: nothing of it is frozen"


def test_silent_where_something_is_frozen() -> None:
    assert is_fine(RULE, built(), optimizer(), readied(backbone(False), head()))


def test_silent_where_the_optimizer_takes_the_head_alone() -> None:
    assert is_fine(RULE, built(), optimizer(), readied(backbone(optimized=False), head()))


def test_silent_about_random_weights() -> None:
    model = replace(RESNET18, pretrained=False)
    assert not findings(RULE, built(model), optimizer(model), readied(backbone(), head(), model=model))


def test_silent_where_nobody_trains() -> None:
    states = readied(backbone(optimized=False), head(optimized=False), purpose=Purpose.UNSEEN)
    assert is_fine(RULE, built(), states)


def test_silent_where_somebody_tried_to_freeze() -> None:
    events = built(), wrote("requires_grad", False, path="", kind="ResNet"), optimizer(), readied(backbone(), head())
    assert is_fine(RULE, *events)


def test_silent_where_the_state_is_unknown() -> None:
    assert why_silent(RULE, built(), readied(Unknown("`prepare` may change it"))) == "`prepare` may change it"
    assert why_silent(RULE, built(), readied(backbone(Unknown("it depends")), head())) == "it depends"
