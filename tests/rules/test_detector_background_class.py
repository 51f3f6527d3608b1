from __future__ import annotations

from dataclasses import replace

from headlint.finding import Severity
from tests.rules.histories import built, finding, findings, is_fine
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
