from __future__ import annotations

from dataclasses import replace

import pytest

from headlint.history import Joined, Lot, Unknown
from tests.rules.histories import RESNET18, at, built, finding, is_fine, why_silent

RULE = "head-on-other-device"
MOVED = Lot("cuda", "", at(2), "model.to")
JOINED = Joined(at(3), RESNET18, "fc", Lot("", ""), MOVED)


def test_the_head_stays_behind() -> None:
    found = finding(RULE, built(), JOINED)
    assert found.place == at(3)
    assert found.message == "resnet18 was moved to cuda, and the new `fc` is still where it was made, on the CPU"
    assert [(step.place.line, step.text) for step in found.steps] == [
        (1, "resnet18 is built with pretrained weights"),
        (2, "`model.to` moves it"),
    ]
    assert found.fix is not None
    assert found.fix.title == "move resnet18 after `fc` is in place, or move the new layer as well"


def test_a_device_that_is_decided_later() -> None:
    assert "moved to another device" in finding(RULE, replace(JOINED, rest=Lot("?", ""))).message


@pytest.mark.parametrize(
    ("own", "rest"),
    [("cuda", "cuda"), ("", ""), ("?", "?"), ("?", "cuda"), ("", "cpu"), ("cpu", "")],
)
def test_silent_where_both_may_lie_in_one_place(own: str, rest: str) -> None:
    assert is_fine(RULE, replace(JOINED, own=Lot(own, ""), rest=Lot(rest, "")))


@pytest.mark.parametrize("side", ["own", "rest"])
def test_silent_where_it_is_unknown_where_they_lie(side: str) -> None:
    lot = Lot(Unknown("a trainer moves it"), "")
    assert why_silent(RULE, replace(JOINED, **{side: lot})) == "a trainer moves it"
