"""The oracle leads through every way once, and survives a program that asks otherwise the second time."""

from __future__ import annotations

from headlint.static.oracle import Oracle


def ways(*questions: int) -> list[tuple[int, ...]]:
    """The answers of all ways through questions with so many answers each."""
    oracle, told = Oracle(), []
    while True:
        told.append(tuple(oracle.choose(count) for count in questions))
        if not oracle.advance():
            return told


def test_every_way_is_gone_once() -> None:
    told = ways(2, 3)
    assert told[0] == (0, 0)
    assert sorted(told) == [(first, second) for first in range(2) for second in range(3)]


def test_a_question_that_has_fewer_answers_the_second_time() -> None:
    oracle = Oracle()
    assert [oracle.choose(3), oracle.choose(2)] == [0, 0]
    later = []
    while oracle.advance():
        later.append((oracle.choose(1), oracle.choose(2)))
    assert later == [(0, 0), (0, 0), (0, 1)]
