from __future__ import annotations

from dataclasses import replace

from headlint.finding import Safety
from headlint.history import Unknown
from tests.rules.histories import (
    RESNET18,
    RESNET50,
    VGG16,
    built,
    finding,
    findings,
    is_fine,
    linear,
    replaced,
    returned,
    took_part,
    why_silent,
)

RULE = "head-never-called"


def test_a_name_that_forward_does_not_read() -> None:
    found = finding(
        RULE,
        built(RESNET50),
        replaced(RESNET50, path="classifier", new=linear(2048)),
        took_part(False, RESNET50),
        returned(RESNET50, 1000),
    )
    assert found.message == (
        "resnet50 never calls `classifier`: its head is `fc`, and the output still has 1000 classes"
    )
    assert found.fix is not None
    assert (found.fix.title, found.fix.safety) == ("put it at `model.fc`", Safety.DISPLAY)


def test_the_innermost_head_is_named() -> None:
    found = finding(RULE, replaced(VGG16, path="fc"), took_part(False, VGG16, path="fc"))
    assert found.message == "vgg16 never calls `fc`: its head is `classifier[6]`, and the output still has 1000 classes"


def test_the_output_is_told_as_it_was_seen() -> None:
    found = finding(RULE, replaced(path="head"), took_part(False, path="head"), returned(RESNET18, 365))
    assert "still has 365 classes" in found.message


def test_the_classes_are_left_out_where_the_head_was_replaced_as_well() -> None:
    found = finding(
        RULE, replaced(path="head"), replaced(line=3), took_part(False, path="head"), returned(RESNET18, 10)
    )
    assert found.message == "resnet18 never calls `head`: its head is `fc`"


def test_a_model_without_known_heads() -> None:
    odd = replace(RESNET18, name="oddnet", library="timm", slots=(), classes=Unknown("it has no classes"))
    found = finding(RULE, replaced(odd, path="head"), took_part(False, odd, path="head"))
    assert found.message == "oddnet never calls `head`"
    assert found.fix is None


def test_silent_about_a_spare_part_of_ones_own_network() -> None:
    own = replace(RESNET18, name="Net", library="", slots=(), classes=Unknown("it is the user's own class"))
    assert findings(RULE, replaced(own, path="spare"), took_part(False, own, path="spare")) == []


def test_silent_where_it_takes_part() -> None:
    assert is_fine(RULE, replaced(path="classifier"), took_part(True))


def test_silent_where_the_users_code_may_call_it() -> None:
    why = "`model.projection` is called in `train`"
    assert why_silent(RULE, replaced(path="projection"), took_part(Unknown(why), path="projection")) == why


def test_silent_about_a_slot_that_the_model_has() -> None:
    assert not findings(RULE, replaced(), took_part(False, path="fc"))


def test_silent_where_it_was_taken_away_again() -> None:
    assert not findings(RULE, took_part(False))
