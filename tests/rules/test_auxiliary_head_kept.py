from __future__ import annotations

import pytest

from headlint.finding import Severity
from headlint.history import History, Purpose, Unknown
from headlint.rule import Fault, rules
from headlint.static.witness import tell
from tests.rules.histories import (
    INCEPTION,
    RESNET18,
    at,
    backbone,
    finding,
    findings,
    head,
    is_fine,
    linear,
    readied,
    replaced,
    why_silent,
    wrote,
)

RULE = "auxiliary-head-kept"
NEW = replaced(INCEPTION, new=linear(2048, 5))
AUXILIARY = head(fresh=False, path="AuxLogits.fc")
READY = readied(backbone(), head(), AUXILIARY, model=INCEPTION)


def test_the_second_head_keeps_its_classes() -> None:
    found = finding(RULE, NEW, READY)
    assert found.severity is Severity.WARNING
    assert found.place == at(2)
    assert found.message == "the auxiliary head `AuxLogits.fc` still gives 1000 classes"


def test_silent_where_it_is_replaced() -> None:
    second = replaced(INCEPTION, 3, path="AuxLogits.fc", new=linear(768, 5))
    assert is_fine(RULE, NEW, second, READY)


def test_silent_where_it_is_replaced_as_a_whole() -> None:
    assert is_fine(RULE, NEW, replaced(INCEPTION, 3, path="AuxLogits", new=linear(768, 5)), READY)


def test_silent_where_it_is_switched_off() -> None:
    flag = wrote("aux_logits", False, model=INCEPTION, path="", kind="Inception3")
    assert is_fine(RULE, NEW, flag, READY)


def test_silent_where_it_is_taken_away() -> None:
    assert is_fine(RULE, NEW, readied(backbone(), head(), model=INCEPTION))


def test_silent_in_inference() -> None:
    states = readied(backbone(), head(), AUXILIARY, model=INCEPTION, purpose=Purpose.INFERENCE)
    assert is_fine(RULE, NEW, states)


def test_silent_where_the_classes_stay() -> None:
    assert not findings(RULE, replaced(INCEPTION, new=linear(2048, 1000)), READY)


def test_silent_about_models_with_one_head() -> None:
    assert not findings(RULE, replaced(), readied(backbone(), head(), model=RESNET18))


def test_silent_where_the_state_is_unknown() -> None:
    assert why_silent(RULE, NEW, readied(Unknown("it was handed on"), model=INCEPTION))


def of_two_heads(*paths: str) -> History:
    """`deit_tiny_distilled_patch16_224` with new heads at `paths`."""
    lines = [f"model.{path} = nn.Linear(192, 5)" for path in paths]
    start = "import timm\nimport torch.nn as nn\nmodel = timm.create_model('deit_tiny_distilled_patch16_224')\n"
    (history,) = tell("script.py", start + "\n".join(lines) + "\n")
    return history


@pytest.mark.parametrize(
    ("new", "kept"),
    [(("head",), ["head_dist"]), (("head_dist",), ["head"]), (("head", "head_dist"), [])],
)
def test_the_other_of_two_heads(new: tuple[str, ...], kept: list[str]) -> None:
    rule = next(one for one in rules() if one.name == RULE)
    faults = [one for one in rule.judge(of_two_heads(*new)) if isinstance(one, Fault)]
    assert [one.message for one in faults] == [f"the other head `{path}` still gives 1000 classes" for path in kept]
