"""Every fixture and every documented example is run: what is marked must happen in PyTorch, and nothing else may."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

pytest.importorskip("torch")
pytest.importorskip("torchvision")

from headlint import verdict
from headlint.history import Witness
from headlint.rule import rules
from headlint.static.witness import tell
from headlint.verdict import Verdict
from tests.expectations import differences, expectations
from tests.scripts import Script, asked, documented, fixtures

if TYPE_CHECKING:
    from headlint.runtime.client import Runner
    from headlint.verdict import Judged

pytestmark = pytest.mark.runtime

KNOWN_TO_BOTH = {rule.name for rule in rules() if set(Witness) == rule.witnesses}
KNOWN_TO_A_RUN_ALONE = {rule.name for rule in rules() if Witness.STATIC not in rule.witnesses}


def judged(runner: Runner, script: Script) -> list[Judged]:
    outcome = runner.run(script.name, script.text)
    read = verdict.testimony(asked(script), tell(script.name, script.text))
    run = verdict.testimony(asked(script), outcome.histories)
    assert run.crashes == []
    return list(verdict.join(rules(), read, run, outcome.why))


@pytest.mark.parametrize("script", [*fixtures(), *documented()], ids=lambda script: script.name)
def test_a_run_confirms_what_is_read(runner: Runner, script: Script) -> None:
    unconfirmed = [
        f"{one.verdict}, line {one.finding.place.line}: [{one.finding.rule}] {one.finding.message} {one.why}"
        for one in judged(runner, script)
        if one.verdict not in {Verdict.CONFIRMED, Verdict.READ} and one.finding.rule in KNOWN_TO_BOTH
    ]
    assert unconfirmed == []


@pytest.mark.parametrize("script", [*fixtures(), *documented()], ids=lambda script: script.name)
def test_a_run_observes_what_it_alone_can_know(runner: Runner, script: Script) -> None:
    expected = [one for one in expectations(script.text) if one.rule in KNOWN_TO_A_RUN_ALONE]
    if expected or any(script.name.startswith(f"{name}/") for name in KNOWN_TO_A_RUN_ALONE):
        found = [one.finding for one in judged(runner, script) if one.finding.rule in KNOWN_TO_A_RUN_ALONE]
        assert differences(expected, found) == []
