from __future__ import annotations

from headlint.finding import Severity
from headlint.history import Repeated
from tests.rules.histories import at, finding, findings, linear, replaced

RULE = "shared-layer-instance"


def test_one_layer_in_three_places() -> None:
    found = finding(RULE, Repeated(at(3), "Sequential", linear(512, 512), 3))
    assert found.message == "the Sequential holds one Linear 3 times: 2 parameters in place of 6"
    assert found.severity is Severity.WARNING


def test_one_layer_at_two_attributes() -> None:
    found = finding(RULE, Repeated(at(3), "Net", linear(512, 512), 2, ("left", "right")))
    assert found.message == "`left` and `right` of Net are one Linear: 2 parameters in place of 4"


def test_silent_about_other_layers() -> None:
    assert not findings(RULE, replaced())
