from __future__ import annotations

from dataclasses import replace

import pytest

from headlint.history import Adapted, Unknown
from tests.rules.histories import RESNET18, at, built, finding, is_fine, why_silent

RULE = "peft-head-not-saved"
ADAPTED = Adapted(at(3), RESNET18, ("fc",), (), settled=True)


def test_the_head_is_neither_trained_nor_saved() -> None:
    found = finding(RULE, built(), ADAPTED)
    assert found.place == at(3)
    assert found.message == (
        "peft freezes the new head `fc` of resnet18 with random weights, and saves the adapters without it"
    )
    assert [step.place.line for step in found.steps] == [1]
    assert found.fix is not None
    assert found.fix.title == 'name it in the configuration: `modules_to_save=["fc"]`'


def test_other_names_do_not_help() -> None:
    assert finding(RULE, replace(ADAPTED, kept=("classifier", "score")))


@pytest.mark.parametrize(
    ("head", "name"), [("fc", "fc"), ("heads.head", "head"), ("heads.head", "heads"), ("classifier.1", "classifier")]
)
def test_silent_where_a_name_means_the_head(head: str, name: str) -> None:
    assert is_fine(RULE, replace(ADAPTED, heads=(head,), kept=(name,)))


def test_silent_where_the_names_are_unknown() -> None:
    assert why_silent(RULE, replace(ADAPTED, kept=Unknown("they are read"))) == "they are read"


def test_silent_where_somebody_may_thaw_it() -> None:
    assert why_silent(RULE, replace(ADAPTED, settled=Unknown("it is thawed"))) == "it is thawed"
