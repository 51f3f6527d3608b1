from __future__ import annotations

from dataclasses import replace

from headlint.finding import Edit, Safety
from headlint.history import HeadMet, Unknown, Written
from tests.rules.histories import at, finding, findings, is_fine, why_silent

RULE = "mismatched-sizes-refused"
SWIN = "microsoft/swin-tiny-patch4-window7-224"
MET = HeadMet(at(4), "SwinForImageClassification", "transformers", SWIN, 1000, 10, "num_labels", tolerant=False)


def test_a_head_that_does_not_fit_is_refused() -> None:
    found = finding(RULE, MET)
    assert found.place == at(4)
    assert found.message == (
        f"{SWIN} brings a head for 1000 classes, which a SwinForImageClassification with 10 does not take: "
        "loading it stops"
    )
    assert found.fix is not None
    assert (found.fix.title, found.fix.safety) == (
        "leave the old head out: `ignore_mismatched_sizes=True`",
        Safety.DISPLAY,
    )


def test_the_permission_is_written_behind_the_number() -> None:
    written = Written(at(5, 9, 13, 4), "num_labels=10")
    found = finding(RULE, replace(MET, written=written))
    assert found.place == written.place
    assert found.fix is not None
    assert found.fix.safety is Safety.SAFE
    assert found.fix.edits == (Edit(written.place, "num_labels=10, ignore_mismatched_sizes=True"),)


def test_a_configuration_has_no_place_for_the_permission() -> None:
    found = finding(RULE, replace(MET, argument="config", written=Written(at(4), "config=config")))
    assert found.fix is not None
    assert found.fix.safety is Safety.DISPLAY


def test_silent_with_permission() -> None:
    assert is_fine(RULE, replace(MET, tolerant=True))


def test_silent_where_the_numbers_agree() -> None:
    assert is_fine(RULE, replace(MET, asked=1000))


def test_silent_where_the_number_is_unknown() -> None:
    assert why_silent(RULE, replace(MET, asked=Unknown("it comes from the data"))) == "it comes from the data"


def test_silent_where_the_permission_is_unknown() -> None:
    assert why_silent(RULE, replace(MET, tolerant=Unknown("it is an option"))) == "it is an option"


def test_silent_about_other_libraries() -> None:
    assert not findings(RULE, replace(MET, library="torchvision"))
