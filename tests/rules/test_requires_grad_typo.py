from __future__ import annotations

import pytest

from headlint.finding import Safety, Severity
from headlint.history import Known, Owner, Unknown
from tests.rules.histories import (
    backbone,
    finding,
    findings,
    froze,
    head,
    is_fine,
    readied,
    replaced,
    why_silent,
    wrote,
)

RULE = "requires-grad-typo"
SLIPS = ["require_grad", "requires_grads", "requires_gard", "requre_grad", "required_grad", "requires_gradient"]


@pytest.mark.parametrize("name", [*SLIPS, "trainable"])
def test_a_slip_on_a_parameter(name: str) -> None:
    write = wrote(name, False, owner=Owner.PARAMETER, path="", kind="Parameter", target="param", count=4)
    found = finding(RULE, write, replaced(line=5), readied(backbone(), head()))
    assert found.message == f"`{name}` is no property of a tensor: writing it changes no gradient"
    assert found.notes == ("resnet18 stays trainable, all 2 parameters",)
    assert found.fix is not None
    assert found.fix.safety is Safety.SAFE
    assert [edit.replacement for edit in found.fix.edits] == ["param.requires_grad = False"]


@pytest.mark.parametrize("name", SLIPS)
def test_a_slip_on_a_module(name: str) -> None:
    found = finding(RULE, wrote(name, True))
    assert "of a module" in found.message
    assert found.fix is not None
    assert [edit.replacement for edit in found.fix.edits] == ["model.fc.requires_grad_(True)"]


def test_a_loop_that_picks_some_parameters_is_not_counted() -> None:
    write = wrote("require_grad", False, owner=Owner.PARAMETER, path="", target="param", count=3)
    assert finding(RULE, write, readied(backbone(), head(fresh=False))).notes == ("resnet18 stays trainable",)


def test_the_method_is_written_over() -> None:
    write = wrote("requires_grad_", False, owner=Owner.PARAMETER, before=Unknown("it is a method"))
    assert finding(RULE, write).message == "`requires_grad_` is a method of a tensor: writing it changes no gradient"


def test_a_warning_where_it_would_change_nothing() -> None:
    write = wrote("require_grad", True, owner=Owner.PARAMETER)
    assert finding(RULE, write, readied(backbone(), head())).severity is Severity.WARNING


@pytest.mark.parametrize("name", ["grad", "data", "requires", "is_frozen", "grad_fn", "retain_grad", "require_checks"])
def test_silent_about_other_names(name: str) -> None:
    assert not findings(RULE, wrote(name, False, owner=Owner.PARAMETER))


def test_silent_about_the_right_name() -> None:
    assert is_fine(RULE, froze())


def test_silent_about_a_flag_of_a_module() -> None:
    assert not findings(RULE, wrote("trainable", False))


def test_silent_where_the_attribute_was_there() -> None:
    assert not findings(RULE, wrote("requires_grads", True, before=Known(False)))


def test_silent_where_the_class_may_define_it() -> None:
    assert why_silent(RULE, wrote("requires_grads", True, before=Unknown("it is a class of yours")))
