from __future__ import annotations

from headlint.finding import Safety, Severity
from headlint.history import Known, Owner, Purpose, Unknown
from tests.rules.histories import (
    at,
    backbone,
    built,
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

RULE = "module-requires-grad"
THAW = wrote("requires_grad", True)
FREEZE = wrote("requires_grad", False, path="", kind="ResNet", line=2)


def test_a_thaw_that_does_nothing_leaves_the_head_frozen() -> None:
    states = readied(backbone(False, set_line=3), head(False, set_line=3))
    found = finding(RULE, built(), replaced(), froze(), THAW, states)
    assert found.severity is Severity.ERROR
    assert found.message == "sets an attribute on a Linear and changes none of its 2 parameters"
    assert found.notes == ("the new head `fc` stays frozen, all 2 parameters: frozen on line 3",)


def test_a_freeze_that_does_nothing_leaves_the_backbone_training() -> None:
    found = finding(RULE, FREEZE, replaced(line=3), readied(backbone(), head()))
    assert found.severity is Severity.ERROR
    assert found.notes == ("resnet18 stays trainable, all 2 parameters",)


def test_what_a_second_write_tells() -> None:
    again = wrote("requires_grad", True, line=8, before=Known(True))
    states = readied(backbone(False, set_line=3), head(False, set_line=3))
    assert [found.place.line for found in findings(RULE, replaced(), froze(), THAW, again, states)] == [4, 8]


def test_some_were_frozen_by_other_means() -> None:
    states = readied(backbone(False, set_line=7), head(fresh=False))
    found = finding(RULE, FREEZE, states)
    assert found.notes == ("resnet18 stays trainable, 2 of 4 parameters",)


def test_the_fix_is_the_method() -> None:
    fix = finding(RULE, THAW, readied(backbone(), head(False))).fix
    assert fix is not None
    assert fix.safety is Safety.SAFE
    assert [(edit.place.span.column, edit.replacement) for edit in fix.edits] == [(1, "model.fc.requires_grad_(True)")]


def test_a_fix_that_would_freeze_the_new_head_is_unsafe() -> None:
    write = wrote("requires_grad", False, path="", kind="ResNet", line=3)
    fix = finding(RULE, replaced(), write, readied(backbone(), head())).fix
    assert fix is not None
    assert fix.safety is Safety.UNSAFE


def test_no_fix_for_a_value_that_is_not_written() -> None:
    assert finding(RULE, wrote("requires_grad", Unknown("it is an argument"))).fix is None


def test_several_owners() -> None:
    write = wrote("requires_grad", False, path="", kind="Module", target="child", count=10)
    assert finding(RULE, write).message == "sets an attribute on 10 modules and changes none of their parameters"


def test_the_place_spans_the_assignment() -> None:
    assert finding(RULE, THAW).place.key == at(4).key


def test_a_warning_where_the_head_trains_anyway() -> None:
    found = finding(RULE, replaced(), THAW, readied(backbone(), head()))
    assert found.severity is Severity.WARNING
    assert found.notes == ()


def test_a_warning_where_what_was_written_on_is_replaced() -> None:
    found = finding(RULE, wrote("requires_grad", False, line=2), replaced(line=3), readied(backbone(), head()))
    assert found.severity is Severity.WARNING


def test_a_warning_in_inference() -> None:
    found = finding(RULE, FREEZE, readied(backbone(), head(), purpose=Purpose.INFERENCE))
    assert found.severity is Severity.WARNING


def test_silent_where_the_class_defines_it() -> None:
    assert not findings(RULE, wrote("requires_grad", True, kind="Gated", before=Known(False)))


def test_silent_where_the_class_may_define_it() -> None:
    why = "`Gated` comes from another package"
    assert why_silent(RULE, wrote("requires_grad", True, kind="Gated", before=Unknown(why))) == why


def test_silent_about_parameters() -> None:
    assert is_fine(RULE, replaced(), froze())
    assert not findings(RULE, wrote("requires_grad", True, owner=Owner.PARAMETER))


def test_silent_about_other_names() -> None:
    assert not findings(RULE, wrote("name", "fc"))
