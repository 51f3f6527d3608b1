from __future__ import annotations

from dataclasses import replace

from headlint.history import HeadMet, Misfit, Unknown, Written
from tests.rules.histories import at, built, finding, findings, is_fine, loaded, replaced, why_silent

RULE = "checkpoint-size-mismatch"
MET = HeadMet(at(4), "resnet18", "torchvision", "pretrained=True", 1000, 10, "num_classes", tolerant=False)
LOADED = replace(loaded(line=5), text="state", misfits=(Misfit("fc", (512, 1000), (512, 10)),))


def test_weights_and_classes_of_ones_own() -> None:
    found = finding(RULE, MET)
    assert found.place == at(4)
    assert found.message == "`pretrained=True` is for 1000 classes, and resnet18 can't be built with 10 for it"
    assert found.fix is not None
    assert found.fix.title == "build resnet18 without `num_classes`, and replace its head afterwards"


def test_the_number_is_pointed_at() -> None:
    written = Written(at(6, 5, 14, 4), "num_classes=10")
    assert finding(RULE, replace(MET, written=written)).place == written.place


def test_a_state_dictionary_with_another_head() -> None:
    found = finding(RULE, built(), replaced(), LOADED)
    assert found.place == at(5)
    assert found.message == "`state` does not fit resnet18: `fc` gives 1000 there, and 10 in the model"
    assert [step.place.line for step in found.steps] == [1, 2]


def test_a_state_dictionary_of_another_backbone() -> None:
    misfits = (Misfit("fc", (2048, 10), (512, 10)), Misfit("conv1", (3, 32), (3, 64)))
    found = finding(RULE, replace(LOADED, misfits=misfits))
    assert found.message == (
        "`state` does not fit resnet18: `fc` takes 2048 there, and 512 in the model, and 1 more of its layers differ"
    )


def test_silent_where_it_fits() -> None:
    assert is_fine(RULE, replaced(), replace(LOADED, misfits=()))


def test_silent_where_the_numbers_agree() -> None:
    assert is_fine(RULE, replace(MET, asked=1000))


def test_silent_where_the_number_is_unknown() -> None:
    assert why_silent(RULE, replace(MET, asked=Unknown("it comes from the data"))) == "it comes from the data"


def test_silent_about_transformers_which_has_a_rule_of_its_own() -> None:
    assert not findings(RULE, replace(MET, library="transformers"))
