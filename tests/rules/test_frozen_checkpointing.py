from __future__ import annotations

from headlint.history import CutOff, Purpose
from tests.rules.histories import (
    BACKBONE,
    RESNET18,
    at,
    backbone,
    finding,
    findings,
    head,
    is_fine,
    readied,
    why_silent,
)

RULE = "frozen-checkpointing"


def cut_off(*trainable: str, frozen: int = 0) -> CutOff:
    return CutOff(at(6), RESNET18, trainable, frozen)


def test_what_trains_gets_no_gradient() -> None:
    found = finding(RULE, readied(backbone(), head()), cut_off(*BACKBONE))
    assert found.place == at(6)
    assert found.message == (
        "2 trainable parameters of resnet18 get no gradient: `conv1.weight`, …; "
        "they are checkpointed, and nothing before them trains"
    )


def test_silent_where_all_of_it_is_frozen() -> None:
    assert is_fine(RULE, readied(backbone(False), head()), cut_off(frozen=2))


def test_silent_in_inference() -> None:
    assert is_fine(RULE, readied(backbone(), head(), purpose=Purpose.INFERENCE), cut_off(*BACKBONE))


def test_silent_where_the_rest_of_the_script_is_unknown() -> None:
    events = readied(backbone(), head(), purpose=Purpose.UNSEEN), cut_off(*BACKBONE)
    assert why_silent(RULE, *events, stopped="line 3 raises") == "line 3 raises"


def test_silent_where_nothing_is_checkpointed() -> None:
    assert not findings(RULE, readied(backbone(), head()))
