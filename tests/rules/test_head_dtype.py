from __future__ import annotations

from dataclasses import replace

import pytest

from headlint.history import Joined, Lot, Unknown
from tests.rules.histories import RESNET18, at, built, finding, is_fine, why_silent

RULE = "head-dtype"
JOINED = Joined(at(3), RESNET18, "fc", Lot("", ""), Lot("", "float16", at(2), "model.half"))


def test_the_head_has_another_type() -> None:
    found = finding(RULE, built(), JOINED)
    assert found.place == at(3)
    assert found.message == "the numbers of resnet18 are float16, and those of the new `fc` are float32"
    assert [(step.place.line, step.text) for step in found.steps] == [
        (1, "resnet18 is built with pretrained weights"),
        (2, "`model.half` changes the type"),
    ]


def test_the_head_alone_was_changed() -> None:
    found = finding(RULE, replace(JOINED, own=Lot("", "float64", at(4), "model.fc.double"), rest=Lot("", "")))
    assert found.message == "the numbers of resnet18 are float32, and those of the new `fc` are float64"
    assert [step.place.line for step in found.steps] == [4]


@pytest.mark.parametrize(
    ("own", "rest"),
    [("float16", "float16"), ("", "float32"), ("float32", ""), ("", ""), ("?", "float16"), ("", "?")],
)
def test_silent_where_both_may_have_one_type(own: str, rest: str) -> None:
    assert is_fine(RULE, replace(JOINED, own=Lot("", own), rest=Lot("", rest)))


def test_silent_where_the_device_is_told_already() -> None:
    assert is_fine(RULE, replace(JOINED, rest=Lot("cuda", "float16")))


@pytest.mark.parametrize("side", ["own", "rest"])
def test_silent_where_a_type_is_unknown(side: str) -> None:
    lot = Lot("", Unknown("`autocast` changes types on the way"))
    assert why_silent(RULE, replace(JOINED, **{side: lot})) == "`autocast` changes types on the way"
