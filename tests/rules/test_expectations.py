from __future__ import annotations

import pytest

from headlint.finding import Finding, Severity
from tests.expectations import Expected, MalformedError, differences, examples, expectations
from tests.rules.histories import at

FOUND = Finding("freeze-after-head", Severity.ERROR, at(3), "freezes the new head `fc` as well")


def test_a_comment_expects_a_finding_on_its_line() -> None:
    text = 'x = 1\ny = 2  # error: [freeze-after-head] "the new head `fc`"\n'
    assert expectations(text) == [Expected(2, "error", "freeze-after-head", "the new head `fc`")]


def test_two_findings_on_one_line() -> None:
    text = 'x = 1  # error: [a-b] "one"  # warning: [c-d] "two"\n'
    assert [(one.severity, one.rule) for one in expectations(text)] == [("error", "a-b"), ("warning", "c-d")]


def test_a_near_miss_expects_nothing() -> None:
    assert expectations("x = 1  # ok\ny = 2  # okay, that is prose\n") == []


def test_a_string_is_no_comment() -> None:
    assert expectations("x = '# error: [a-b] \"one\"'\n") == []


@pytest.mark.parametrize(
    "comment",
    [
        '# error: head-width-mismatch "one"',
        "# error: [head-width-mismatch]",
        "# warning: [head-width-mismatch] 'one'",
        '# ok  # error: [head-width-mismatch] "one"',
    ],
)
def test_a_comment_that_is_almost_an_expectation_is_refused(comment: str) -> None:
    with pytest.raises(MalformedError):
        expectations(f"x = 1  {comment}\n")


def test_agreement() -> None:
    assert differences([Expected(3, "error", "freeze-after-head", "the new head")], [FOUND]) == []


@pytest.mark.parametrize(
    "expected",
    [
        Expected(2, "error", "freeze-after-head", "the new head"),
        Expected(3, "warning", "freeze-after-head", "the new head"),
        Expected(3, "error", "nothing-trainable", "the new head"),
        Expected(3, "error", "freeze-after-head", "the old head"),
    ],
)
def test_every_part_of_an_expectation_counts(expected: Expected) -> None:
    assert [difference.split(",")[0] for difference in differences([expected], [FOUND])] == ["missing", "not expected"]


def test_one_finding_meets_one_expectation() -> None:
    twice = [Expected(3, "error", "freeze-after-head", "the new head")] * 2
    assert len(differences(twice, [FOUND])) == 1


def test_examples_are_read_from_documentation() -> None:
    text = "What it is.\n\nBad:\n```python\na = 1\n```\n\nSo:\n```python\nb = 1\n```\n\n"
    text += "Good:\n```python\nc = 1\n\nd = 2\n```\n"
    assert examples(text) == [("Bad", "a = 1\n"), ("Good", "c = 1\n\nd = 2\n")]
