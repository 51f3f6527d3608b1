"""What the two witnesses come to together."""

from __future__ import annotations

import pytest

from headlint import verdict
from headlint.finding import Place, Severity, Span
from headlint.history import Escaped, History, Model, Witness
from headlint.rule import Abstained, Fault, Fine, Rule
from headlint.verdict import Verdict

PLACE = Place("train.py", Span(4, 1, 4, 9), 4)
SEEN = Place("train.py", Span(4, 0, 4, 0), 4)
MODEL = Model(1, "resnet18", "torchvision", pretrained=True, classes=1000)


def judge(history):
    """Says what the first event's `to` says."""
    for event in history.of(Escaped):
        match event.to:
            case "fault":
                yield Fault(event.place, f"told by the {history.witness}")
            case "read":
                yield Fault(event.place, "told by the source", read=True)
            case "fine":
                yield Fine(event.place)
            case "unknown":
                yield Abstained(event.place, "its width is not known")
            case "crash":
                raise RuntimeError("oh")


def rule(*witnesses):
    return Rule("some-rule", Severity.ERROR, frozenset(witnesses or Witness), "", judge)


def told(witness, *words):
    place = PLACE if witness is Witness.STATIC else SEEN
    return [History(witness, (Escaped(place, MODEL, word),)) for word in words]


def joined(read, ran, *, one=None, why=""):
    one = one or rule()
    run = None if ran is None else verdict.testimony([one], told(Witness.RUNTIME, *ran))
    return list(verdict.join([one], verdict.testimony([one], told(Witness.STATIC, *read)), run, why))


@pytest.mark.parametrize(
    ("read", "ran", "expected"),
    [
        (["fault"], ["fault"], Verdict.CONFIRMED),
        (["fault"], ["fine", "fault"], Verdict.CONFIRMED),
        (["fault"], ["fine"], Verdict.REFUTED),
        (["fault"], ["unknown"], Verdict.SUSPECTED),
        (["fault"], ["fine", "unknown"], Verdict.SUSPECTED),
        (["fault"], [], Verdict.SUSPECTED),
        (["read"], ["fine"], Verdict.READ),
        (["read"], None, Verdict.READ),
        (["read"], ["fault"], Verdict.CONFIRMED),
        (["fault"], None, Verdict.SUSPECTED),
        (["fault", "fine"], ["fine"], Verdict.SUSPECTED),
        ([], ["fault"], Verdict.OBSERVED),
        (["fine"], ["fault"], Verdict.OBSERVED),
    ],
)
def test_each_pair_of_testimonies(read, ran, expected):
    (judged,) = joined(read, ran)
    assert judged.verdict is expected
    assert judged.counts is (expected is not Verdict.REFUTED)


@pytest.mark.parametrize(("read", "ran"), [([], []), (["fine"], ["fine"]), (["unknown"], ["unknown"]), ([], None)])
def test_nothing_is_said_where_neither_finds_anything(read, ran):
    assert joined(read, ran) == []


def test_what_the_source_alone_can_know_is_read():
    (judged,) = joined(["fault"], ["fine"], one=rule(Witness.STATIC))
    assert judged.verdict is Verdict.READ


def test_a_run_that_was_not_made_says_why():
    (judged,) = joined(["fault"], None, why="torch is missing")
    assert judged.why == "torch is missing"


def test_an_unknown_fact_says_why():
    (judged,) = joined(["fault"], ["unknown"])
    assert judged.why == "its width is not known"


def test_a_rule_that_raises_costs_its_own_findings():
    good = Rule("good-rule", Severity.ERROR, frozenset(Witness), "", lambda _history: iter([Fault(PLACE, "found")]))
    heard = verdict.testimony([rule(), good], told(Witness.STATIC, "crash"))
    assert [crash.rule for crash in heard.crashes] == ["some-rule"]
    assert [finding.rule for finding in heard.findings.values()] == ["good-rule"]
