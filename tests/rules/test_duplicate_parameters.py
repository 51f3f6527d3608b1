from __future__ import annotations

from headlint.history import GroupAdded, Unknown
from tests.rules.histories import at, built, finding, is_fine, optimizer, why_silent

RULE = "duplicate-parameters"


def test_the_head_is_in_both_groups() -> None:
    found = finding(RULE, built(), optimizer(holds=("conv1.weight", "fc.weight", "fc.bias", "fc.weight", "fc.bias")))
    assert found.place == at(3)
    assert found.message == "Adam is handed 2 parameters of resnet18 twice: `fc.weight` and `fc.bias`"


def test_many_are_shown_by_examples() -> None:
    found = finding(RULE, built(), optimizer(holds=("a.w", "b.w", "c.w", "d.w") * 2))
    assert found.message == "Adam is handed 4 parameters of resnet18 twice: `a.w`, `b.w` and `c.w`, …"


def test_silent_where_each_is_held_once() -> None:
    assert is_fine(RULE, optimizer())


def test_silent_about_two_optimizers() -> None:
    assert is_fine(RULE, optimizer(), optimizer(line=4))


def test_silent_where_the_groups_are_unknown() -> None:
    assert why_silent(RULE, optimizer(holds=Unknown("it is an argument"))) == "it is an argument"


def test_a_group_of_what_is_held_already() -> None:
    added = GroupAdded(at(5), 1, "Adam", ((0, "fc.weight"), (0, "fc.bias")))
    found = finding(RULE, built(), optimizer(), added)
    assert found.place == at(5)
    assert found.message == "Adam is handed 2 parameters of resnet18 that it holds already: `fc.weight` and `fc.bias`"


def test_silent_about_a_group_of_new_parameters() -> None:
    assert is_fine(RULE, built(), optimizer(), GroupAdded(at(5), 1, "Adam", ()))
