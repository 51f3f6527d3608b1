from __future__ import annotations

from dataclasses import replace

from headlint.history import Compiled
from tests.rules.histories import RESNET18, at, backbone, finding, findings, froze, head, is_fine, readied, thawed

RULE = "freeze-after-compile"
STATES = readied(backbone(False), head())


def compiled(model=RESNET18, line: int = 2) -> Compiled:
    return Compiled(at(line), model)


def test_a_used_model_is_thawed() -> None:
    found = finding(RULE, compiled(), STATES, thawed(line=7))
    assert found.place == at(7)
    assert found.message == "changes 2 parameters of resnet18, which line 2 compiled, after its first step"
    assert [step.place.line for step in found.steps] == [2, 7]


def test_silent_before_the_first_step() -> None:
    assert is_fine(RULE, compiled(), froze(), STATES)


def test_silent_where_it_is_compiled_anew() -> None:
    assert is_fine(RULE, compiled(), STATES, compiled(line=6), thawed(line=7))


def test_silent_about_models_that_are_not_compiled() -> None:
    other = replace(RESNET18, number=5)
    assert not findings(RULE, compiled(other), STATES, thawed(line=7))
