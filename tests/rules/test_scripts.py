"""What headlint reads in every fixture and every documented example, strictly both ways."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from headlint import verdict
from headlint.history import Witness
from headlint.static.witness import tell
from tests.expectations import differences, expectations
from tests.scripts import Script, asked, documented, fixtures

if TYPE_CHECKING:
    from headlint.verdict import Testimony


def read(script: Script) -> Testimony:
    return verdict.testimony(asked(script), tell(script.name, script.text))


@pytest.mark.parametrize("script", [*fixtures(), *documented()], ids=lambda script: script.name)
def test_the_reading_meets_the_expectations(script: Script) -> None:
    testimony = read(script)
    assert testimony.crashes == []
    known = {rule.name for rule in asked(script) if Witness.STATIC in rule.witnesses}
    expected = [one for one in expectations(script.text) if one.rule in known]
    assert differences(expected, testimony.findings.values()) == []
