from __future__ import annotations

import pytest

from headlint.history import Model, Outcome, Rebuilt, Shape, Truth, Unknown
from tests.rules.histories import RESNET18, arrived, at, built, finding, findings, is_fine, linear, why_silent

RULE = "children-rebuild"
MODEL = Model(5, "Sequential", "", Unknown("it is no published model"), Unknown("unknown"))
MAP = ("batch", 512, 1, 1)
MAP_SHAPE = Shape(MAP)


def rebuilt(outcome: Outcome, gives: Shape | Unknown = MAP_SHAPE, called: Truth = True) -> Rebuilt:
    return Rebuilt(at(3), MODEL, RESNET18, 1, outcome, gives, called)


@pytest.mark.parametrize(
    ("outcome", "lost"),
    [(Outcome.FLATTEN, "its flatten is"), (Outcome.DIFFERENT, "the rest of its forward pass is")],
)
def test_a_map_reaches_a_linear(outcome: Outcome, lost: str) -> None:
    meets = arrived(linear(512), *MAP[1:], model=MODEL, line=4, giver="resnet18")
    history = (built(), rebuilt(outcome), meets)
    found = finding(RULE, *history)
    assert found.place == at(3)
    assert found.message == f"resnet18's children without the last give (batch, 512, 1, 1): {lost} no child of it"
    assert [step.text for step in found.steps][-1] == "a Linear from 512 to 10 gets (batch, 512, 1, 1)"
    assert not findings("head-rank-mismatch", *history)
    assert not findings("head-width-mismatch", *history)


def test_silent_where_it_is_flattened_later() -> None:
    assert is_fine(RULE, rebuilt(Outcome.FLATTEN), arrived(linear(512), 512, model=MODEL, line=4, giver="resnet18"))


def test_it_can_not_be_called() -> None:
    found = finding(RULE, rebuilt(Outcome.CRASHES, Unknown("it fails")))
    assert found.message.startswith("resnet18's children without the last can't be called one after the other")


def test_silent_where_it_is_not_called() -> None:
    assert is_fine(RULE, rebuilt(Outcome.CRASHES, Unknown("it fails"), called=False))
    assert why_silent(RULE, rebuilt(Outcome.CRASHES, Unknown("it fails"), called=Unknown("not seen"))) == "not seen"


def test_silent_about_what_is_identical() -> None:
    assert is_fine(RULE, rebuilt(Outcome.IDENTICAL))
