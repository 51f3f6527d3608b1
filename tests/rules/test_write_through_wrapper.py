from __future__ import annotations

import pytest

from headlint.finding import Safety
from headlint.history import Absent, Model, Unknown
from tests.rules.histories import at, finding, findings, is_fine, linear, replaced, took_part

RULE = "write-through-wrapper"


def wrapper(name: str = "DataParallel") -> Model:
    return Model(2, name, "", Unknown("it is a wrapper"), Unknown("it is a wrapper"))


def put(model: Model, path: str = "fc"):
    return replaced(model, path=path, new=linear(512), old=Absent(), target=f"model.{path}")


@pytest.mark.parametrize("name", ["DataParallel", "DistributedDataParallel"])
def test_a_head_on_the_wrapper(name: str) -> None:
    found = finding(RULE, put(wrapper(name)))
    assert found.place == at(2)
    assert found.message == f"puts `fc` on the {name}, which calls its `module` and nothing else"
    assert found.fix is not None
    assert (found.fix.title, found.fix.safety) == ("write `model.module.fc`", Safety.DISPLAY)


def test_it_is_one_story() -> None:
    assert not findings("head-never-called", put(wrapper()), took_part(False, wrapper(), path="fc"))


def test_silent_where_the_script_calls_it() -> None:
    assert is_fine(RULE, put(wrapper()), took_part(True, wrapper(), path="fc"))


def test_silent_about_the_module_inside() -> None:
    assert not findings(RULE, put(wrapper(), path="module"))


def test_silent_about_other_classes() -> None:
    assert not findings(RULE, put(wrapper("MyWrapper")))


def test_silent_about_a_new_name_on_a_model() -> None:
    assert not findings(RULE, replaced(path="classifier"))
