"""Joins the two witnesses: what the source says against what a run saw, rule by rule and statement by statement."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from headlint.history import Witness
from headlint.record import Record
from headlint.rule import Abstained, Fault, Fine, Rule

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from headlint.finding import Finding, Place
    from headlint.history import History

Key = tuple[str, tuple[str, int, int]]


class Verdict(StrEnum):
    """What both witnesses together say of a finding.

    A statement that is right on one way through the script and wrong on another is refuted by no run that took the
    right one.

    `READ` is a finding that the source alone can know (that a width was typed as a literal), on which a run has
    nothing to say.
    """

    CONFIRMED = "confirmed"
    SUSPECTED = "suspected"
    OBSERVED = "observed"
    READ = "read"
    REFUTED = "refuted"


class Judged(Record):
    """A finding and its verdict. `observed` is what the run saw, in the rule's words; `why` is why none could tell."""

    finding: Finding
    verdict: Verdict
    observed: str = ""
    why: str = ""

    @property
    def counts(self) -> bool:
        """Whether it is shown by default and decides the exit code."""
        return self.verdict is not Verdict.REFUTED


class RuleCrash(Record):
    """A rule that raised: a defect of headlint's, which costs this rule's findings alone."""

    rule: str
    error: str


@dataclass(slots=True)
class Testimony:
    """What one witness's histories come to under the rules; `by_reading` are findings that a run can't know of."""

    findings: dict[Key, Finding] = field(default_factory=dict)
    fine: set[Key] = field(default_factory=set)
    abstained: dict[Key, tuple[Place, str]] = field(default_factory=dict)
    by_reading: set[Key] = field(default_factory=set)
    crashes: list[RuleCrash] = field(default_factory=list)

    def hear(self, rule: Rule, history: History) -> None:
        """Let a rule judge a history."""
        try:
            for judgement in rule.judge(history):
                key = (rule.name, judgement.place.key)
                match judgement:
                    case Fault():
                        if judgement.read and key not in self.findings:
                            self.by_reading.add(key)
                        self.findings.setdefault(key, rule.finding(judgement))
                    case Fine():
                        self.fine.add(key)
                    case Abstained():
                        self.abstained.setdefault(key, (judgement.place, judgement.why))
        except Exception as error:  # a rule may fail in any way, and must not take the others along
            self.crashes.append(RuleCrash(rule.name, f"{type(error).__name__}: {error}"))


def testimony(rules: Iterable[Rule], histories: Iterable[History]) -> Testimony:
    """What `rules` make of `histories`; a rule hears only the witnesses that can know its facts."""
    told = tuple(histories)
    result = Testimony()
    for rule in rules:
        for history in told:
            if history.witness in rule.witnesses:
                result.hear(rule, history)
    return result


def _judge_read(finding: Finding, rule: Rule, read: Testimony, run: Testimony | None, why: str) -> Judged:
    key = (finding.rule, finding.place.key)
    if Witness.RUNTIME not in rule.witnesses:
        return Judged(finding, Verdict.READ)
    if run is not None and key in run.findings:
        return Judged(finding, Verdict.CONFIRMED, observed=run.findings[key].message)
    if key in read.by_reading:
        return Judged(finding, Verdict.READ)
    if run is None:
        return Judged(finding, Verdict.SUSPECTED, why=why)
    if key in run.fine and key not in run.abstained and key not in read.fine:
        return Judged(finding, Verdict.REFUTED)
    if key in run.fine and key in read.fine:
        return Judged(finding, Verdict.SUSPECTED, why="the run took another way through this statement")
    unknown = run.abstained[key][1] if key in run.abstained else why or "the run did not reach this statement"
    return Judged(finding, Verdict.SUSPECTED, why=unknown)


def join(rules: Iterable[Rule], read: Testimony, run: Testimony | None, why: str = "") -> Iterator[Judged]:
    """The verdicts of one file, in no particular order.

    `run` is None where nothing was run; `why` is why nothing was, or why the run stopped early.
    """
    by_name = {rule.name: rule for rule in rules}
    for finding in read.findings.values():
        yield _judge_read(finding, by_name[finding.rule], read, run, why)
    for key, finding in (run.findings if run else {}).items():
        if key not in read.findings:
            yield Judged(finding, Verdict.OBSERVED)
