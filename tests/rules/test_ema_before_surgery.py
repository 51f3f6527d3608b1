from __future__ import annotations

from dataclasses import replace

from headlint.history import Averaged, Misfit
from tests.rules.histories import RESNET18, at, built, finding, findings, is_fine, replaced

RULE = "ema-before-surgery"
AVERAGED = Averaged(at(2), RESNET18, at(9), "AveragedModel", (Misfit("fc", (512, 1000), (512, 10)),))


def test_the_copy_has_the_old_head() -> None:
    found = finding(RULE, built(), replaced(line=3), AVERAGED)
    assert found.place == at(2)
    assert found.message == (
        "`AveragedModel` copies resnet18 before it is finished: `fc` gives 1000 in the copy, and 10 in the model"
    )
    assert [(step.place.line, step.text) for step in found.steps] == [
        (1, "resnet18 is built with pretrained weights"),
        (3, "`model.fc` becomes a Linear from 512 to 10"),
        (9, "the copy is brought up to date"),
    ]


def test_a_copy_is_told_once() -> None:
    assert len(findings(RULE, AVERAGED, replace(AVERAGED, updated_at=at(12)))) == 1


def test_silent_where_the_copy_fits() -> None:
    assert is_fine(RULE, replace(AVERAGED, misfits=()))


def test_silent_about_copies_that_nobody_brings_up_to_date() -> None:
    assert not findings(RULE, built(), replaced())
