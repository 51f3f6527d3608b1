from __future__ import annotations

from headlint.history import MadeInForward
from tests.rules.histories import at, finding, findings, optimizer

RULE = "layer-made-in-forward"


def test_a_layer_that_is_thrown_away() -> None:
    found = finding(RULE, MadeInForward(at(7), "Linear", 2), optimizer())
    assert found.place == at(7)
    assert found.message == (
        "the Linear is made anew in every forward pass: its 2 parameters begin at random and are never trained"
    )


def test_silent_without_an_optimizer() -> None:
    assert not findings(RULE, MadeInForward(at(7), "Linear", 2))


def test_silent_about_layers_that_are_kept() -> None:
    assert not findings(RULE, optimizer())
