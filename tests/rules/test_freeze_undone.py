from __future__ import annotations

from dataclasses import replace

from headlint.history import Escaped, GradientSet, Purpose, Unknown
from tests.rules.histories import (
    BACKBONE,
    HEAD,
    RESNET18,
    at,
    backbone,
    built,
    finding,
    findings,
    froze,
    head,
    is_fine,
    optimizer,
    readied,
    replaced,
    why_silent,
)

RULE = "freeze-undone"
OPEN = (backbone(True, set_line=4), head(True, set_line=4))


def thaw(line: int = 4, *paths: str, model=RESNET18):
    return GradientSet(at(line), model, paths or (*BACKBONE, *HEAD), to=True, text="model.parameters()")


def test_everything_is_thawed_again() -> None:
    found = finding(RULE, built(), froze(line=2), replaced(line=3), thaw(), optimizer(line=5), readied(*OPEN))
    assert found.place == at(4)
    assert found.message == "thaws 2 parameters of resnet18 that line 2 froze: nothing stays frozen"
    assert [step.place.line for step in found.steps] == [1, 2, 4]


def test_silent_where_a_part_stays_frozen() -> None:
    states = (replace(OPEN[0][0], trainable=False), OPEN[0][1]), head()
    assert is_fine(RULE, froze(line=2), replaced(line=3), thaw(), readied(*states))


def test_silent_where_something_was_trained_before() -> None:
    states = readied(backbone(False, set_line=2), head())
    assert is_fine(RULE, froze(line=2), replaced(line=3), states, thaw(line=8))


def test_silent_where_an_optimizer_was_built_before() -> None:
    assert is_fine(RULE, froze(line=2), replaced(line=3), optimizer(line=3), thaw(), readied(*OPEN))


def test_silent_where_other_code_had_the_model() -> None:
    assert is_fine(RULE, froze(line=2), Escaped(at(3), RESNET18, "warm_up"), thaw(), readied(*OPEN))


def test_silent_where_one_statement_does_both() -> None:
    assert is_fine(RULE, froze(line=4), thaw(), readied(*OPEN))


def test_silent_where_no_optimizer_takes_what_was_thawed() -> None:
    states = backbone(True, set_line=4, optimized=False), head(True, set_line=4)
    assert is_fine(RULE, froze(line=2), thaw(), optimizer(line=5, holds=HEAD), readied(*states))


def test_silent_in_inference() -> None:
    assert is_fine(RULE, froze(line=2), thaw(), readied(*OPEN, purpose=Purpose.INFERENCE))


def test_silent_about_networks_of_ones_own() -> None:
    own = replace(RESNET18, library="")
    assert not findings(RULE, froze(own, line=2), thaw(model=own), readied(*OPEN, model=own))


def test_silent_where_the_state_is_unknown() -> None:
    assert why_silent(RULE, froze(line=2), thaw(), readied(Unknown("`tune` may change it"))) == "`tune` may change it"
