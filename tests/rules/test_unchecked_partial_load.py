from __future__ import annotations

from dataclasses import replace

import pytest

from headlint.finding import Severity
from headlint.history import Misfit, Purpose, Unknown
from tests.rules.histories import (
    at,
    backbone,
    built,
    finding,
    head,
    is_fine,
    loaded,
    readied,
    resnet,
    why_silent,
)

RULE = "unchecked-partial-load"
RANDOM = resnet(pretrained=False)
LOAD = replace(loaded(RANDOM, line=2), strict=False, checked=False, raw=True, text="state")
FROZEN = readied(backbone(False, set_line=3), head(), model=RANDOM)


def test_a_frozen_backbone_depends_on_what_nobody_looks_at() -> None:
    found = finding(RULE, built(RANDOM), LOAD, FROZEN)
    assert (found.place, found.severity) == (at(2), Severity.WARNING)
    assert found.message == (
        "nobody looks at what `strict=False` leaves out of `state`, "
        "and the 2 frozen parameters of resnet18 get their weights nowhere else"
    )
    assert [step.place.line for step in found.steps] == [1, 3]


def test_names_that_are_known_to_differ_are_an_error() -> None:
    found = finding(RULE, replace(LOAD, filled=0, count=62))
    assert found.severity is Severity.ERROR
    assert found.message == (
        "`state` holds none of the 62 parameters of resnet18 under their names, "
        "and `strict=False` says nothing of the rest"
    )


@pytest.mark.parametrize(("filled", "count"), [(60, 62), (31, 62), (0, 0)])
def test_silent_where_most_names_are_known_to_fit(filled: int, count: int) -> None:
    assert is_fine(RULE, replace(LOAD, filled=filled, count=count))


def test_silent_where_everything_has_to_fit() -> None:
    assert is_fine(RULE, replace(LOAD, strict=True), FROZEN)


def test_silent_where_somebody_looks() -> None:
    assert is_fine(RULE, replace(LOAD, checked=True), FROZEN)


def test_silent_where_the_names_were_changed() -> None:
    assert is_fine(RULE, replace(LOAD, raw=False), FROZEN)


def test_silent_where_loading_stops_anyway() -> None:
    assert is_fine(RULE, replace(LOAD, misfits=(Misfit("fc", (512, 1000), (512, 10)),)), FROZEN)


def test_silent_where_there_were_trained_weights() -> None:
    trained = resnet()
    load = replace(LOAD, model=trained)
    assert is_fine(RULE, load, readied(backbone(False, set_line=3), head(), model=trained))


def test_silent_where_everything_is_trained() -> None:
    assert is_fine(RULE, LOAD, readied(backbone(), head(), model=RANDOM))


def test_silent_in_inference() -> None:
    frozen = readied(backbone(False, set_line=3), head(), model=RANDOM, purpose=Purpose.INFERENCE)
    assert is_fine(RULE, LOAD, frozen)


@pytest.mark.parametrize("fact", ["strict", "checked"])
def test_silent_where_it_is_unknown_how_it_is_loaded(fact: str) -> None:
    assert why_silent(RULE, replace(LOAD, **{fact: Unknown("it is an option")}), FROZEN)


def test_silent_where_it_is_unknown_what_became_of_the_model() -> None:
    assert why_silent(RULE, LOAD, readied(Unknown("`tune` may have changed it"), model=RANDOM))
