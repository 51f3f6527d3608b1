from __future__ import annotations

from dataclasses import replace

import pytest

from headlint.history import Absent, Escaped, Known, Unknown, Wrote
from tests.rules.histories import RESNET18, at, finding, findings, is_fine, replaced, wrote

RULE = "num-classes-written"


def on_model(value: int | Unknown = 10, name: str = "num_classes", model=RESNET18) -> Wrote:
    return wrote(name, value, model=model, path="", kind="ResNet", before=Absent())


def test_a_count_and_no_head() -> None:
    found = finding(RULE, on_model())
    assert found.message == "`num_classes` says 10, but resnet18 still gives 1000 classes"


@pytest.mark.parametrize("line", [2, 8])
def test_silent_where_a_head_is_replaced(line: int) -> None:
    head = replaced(line=line)
    assert is_fine(RULE, *sorted([on_model(), head], key=lambda event: event.place))


def test_silent_where_nothing_changes() -> None:
    assert not findings(RULE, on_model(1000))


def test_silent_where_the_count_is_unknown() -> None:
    assert not findings(RULE, on_model(Unknown("it is an argument")))


def test_silent_where_the_model_is_handed_on() -> None:
    assert is_fine(RULE, on_model(), Escaped(at(5), RESNET18, "rebuild_head"))


def test_silent_about_parts_of_a_model() -> None:
    assert not findings(RULE, wrote("num_classes", 10, path="head", kind="RetinaNetHead", before=Known(91)))


def test_silent_about_models_of_ones_own() -> None:
    assert not findings(RULE, on_model(model=replace(RESNET18, library="")))
    assert not findings(RULE, on_model(model=replace(RESNET18, classes=Unknown("it has none"))))


def test_silent_about_other_names() -> None:
    assert not findings(RULE, on_model(name="num_features"))
