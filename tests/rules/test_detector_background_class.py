from __future__ import annotations

from dataclasses import replace

import pytest

from headlint.finding import Severity
from headlint.history import Known, Layer
from tests.rules.histories import built, finding, findings, is_fine, linear
from tests.rules.test_detector_head_incomplete import FASTER, RETINA, predictor, put

RULE = "detector-background-class"


def test_a_head_for_the_background_alone() -> None:
    found = finding(RULE, put(FASTER, "roi_heads.box_predictor", predictor(1)))
    assert found.message == "the new head gives 1 class, which is the background for fasterrcnn_resnet50_fpn"
    assert found.severity is Severity.WARNING


def test_built_for_the_background_alone() -> None:
    found = finding(RULE, built(replace(FASTER, classes=1)))
    assert found.message == "fasterrcnn_resnet50_fpn is built for 1 class, which is the background"


def test_silent_about_two_classes() -> None:
    assert is_fine(RULE, put(FASTER, "roi_heads.box_predictor", predictor(2)))


def test_silent_about_detectors_without_background() -> None:
    assert not findings(RULE, built(replace(RETINA, classes=1)))


def named(*names: str) -> Layer:
    scores = replace(linear(1024, len(names)), gives=Known(len(names), names=names))
    return replace(predictor(len(names)), children=(("cls_score", scores),))


def test_names_of_objects_alone() -> None:
    found = finding(RULE, put(FASTER, "roi_heads.box_predictor", named("cat", "dog", "cow", "hen")))
    assert found.message == (
        "the new head of fasterrcnn_resnet50_fpn is for 4 classes, one for each name (cat, dog, cow, …), "
        "and none of them is the background"
    )


@pytest.mark.parametrize("name", ["__background__", "BG", "none", "0", "", "no_object", "N/A", "Hintergrund", "_"])
def test_silent_where_a_name_may_be_the_background(name: str) -> None:
    assert is_fine(RULE, put(FASTER, "roi_heads.box_predictor", named(name, "cat")))
