"""The oracle leads through every way once, and survives a program that asks otherwise the second time."""

from __future__ import annotations

import pytest

from headlint.static.oracle import Oracle
from headlint.static.witness import tell


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


@pytest.mark.parametrize(
    ("argument", "test", "first"),
    [
        ('"--resume", action="store_true"', "args.resume", "not args.resume"),
        ('"--fresh", action="store_false"', "args.fresh", "args.fresh"),
        ('"--epochs", type=int, default=3', "args.epochs > 5", "not args.epochs > 5"),
        ('"--loss", default="focal"', 'args.loss == "focal"', "args.loss is 'focal'"),
        ('"--weights"', "args.weights is None", "args.weights is None"),
        ('"--size", type=int, required=True', "args.size > 5", "args.size > 5"),
    ],
)
def test_what_nobody_says_otherwise_comes_first(argument: str, test: str, first: str) -> None:
    script = f"""import argparse
from torch import nn
from torchvision import models
parser = argparse.ArgumentParser()
parser.add_argument({argument})
args = parser.parse_args()
model = models.resnet18()
if {test}:
    model.fc = nn.Linear(512, 3)
else:
    model.fc = nn.Linear(512, 4)
"""
    told = tell("train.py", script)
    assert len(told) > 1
    assert told[0].scenario == first
