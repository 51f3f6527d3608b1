"""The witness test: what a fixture marks as a mistake must really happen when it runs, and nothing else may."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from headlint import verdict
from headlint.history import Witness
from headlint.rule import rules
from headlint.static.witness import tell
from headlint.verdict import Verdict
from tests.expectations import expectations
from tests.scripts import Script, asked, fixtures

if TYPE_CHECKING:
    from headlint.runtime.client import Outcome, Runner
    from headlint.verdict import Judged

pytestmark = pytest.mark.runtime
pytest.importorskip("torch")

SCRIPTS = fixtures()


def verdicts(script: Script, outcome: Outcome) -> list[Judged]:
    read = verdict.testimony(asked(script), tell(script.name, script.text))
    run = verdict.testimony(asked(script), outcome.histories) if outcome.histories else None
    assert run is None or not run.crashes
    return list(verdict.join(rules(), read, run, outcome.why))


def known_at_run_time(name: str) -> bool:
    return next(Witness.RUNTIME in rule.witnesses for rule in rules() if rule.name == name)


@pytest.mark.parametrize("script", SCRIPTS, ids=[script.name for script in SCRIPTS])
def test_a_run_agrees_with_what_a_fixture_marks(runner: Runner, script: Script) -> None:
    outcome = runner.run(script.name, script.text)
    judged = verdicts(script, outcome)
    told = {(one.finding.place.line, one.finding.rule): one for one in judged}
    marked = {(one.line, one.rule) for one in expectations(script.text)}

    refuted = [one.finding for one in judged if one.verdict is Verdict.REFUTED]
    surplus = [one.finding for one in judged if (one.finding.place.line, one.finding.rule) not in marked]
    unseen = {key for key in marked if known_at_run_time(key[1]) and not is_seen(told.get(key))}

    assert outcome.histories, outcome.why
    assert not refuted
    assert not surplus
    assert not unseen, [(key, told[key].why if key in told else "no finding") for key in unseen]


def is_seen(judged: Judged | None) -> bool:
    return judged is not None and judged.verdict in {Verdict.CONFIRMED, Verdict.OBSERVED, Verdict.READ}
