from __future__ import annotations

from dataclasses import replace

from headlint.finding import Severity
from headlint.history import Layer, Model, TookPart, Unknown
from tests.rules.histories import (
    RESNET18,
    UNREADABLE,
    at,
    built,
    finding,
    findings,
    is_fine,
    linear,
    replaced,
    why_silent,
)

RULE = "module-never-used"
NET = Model(1, "Net", "", UNREADABLE, UNREADABLE)


def took_part(answer: bool | Unknown, layer: Layer | None = None) -> TookPart:
    return TookPart(at(4), NET, "old", layer or linear(512), answer)


def test_a_layer_that_forward_never_gets_to() -> None:
    found = finding(RULE, built(NET), replaced(NET, 4, "old", target="self.old"), took_part(answer=False))
    assert found.message == "`self.old` takes no part in the forward pass of Net"
    assert found.severity is Severity.NOTE


def test_what_takes_part_is_fine() -> None:
    assert is_fine(RULE, took_part(answer=True))


def test_what_has_no_parameters_is_fine() -> None:
    assert is_fine(RULE, took_part(False, replace(linear(512), parameters=())))


def test_silent_where_it_is_unknown() -> None:
    assert why_silent(RULE, took_part(Unknown("the run didn't get there"))) == "the run didn't get there"


def test_silent_about_published_models() -> None:
    assert not findings(RULE, replace(took_part(answer=False), model=RESNET18))
