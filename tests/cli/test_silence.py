"""`headlint check --explain-silence`: why nothing is said at a place."""

from __future__ import annotations

import pytest

from tests.cli.calling import WIDTH, say

SCRIPT = """\
import argparse
import torch.nn as nn
from torchvision import models
from elsewhere import change, make_head

args = argparse.ArgumentParser().parse_args()
first = models.resnet18()
first.fc = nn.Linear(args.width, 10)
second = models.resnet50()
change(second)
second.fc = nn.Linear(512, 10)
third = getattr(models, args.arch)()
third.fc = nn.Linear(512, 10)
fourth = models.resnet18()
fourth.fc = make_head()
print("done")
"""


@pytest.fixture
def script(tmp_path):
    path = tmp_path / "train.py"
    path.write_text(SCRIPT)
    return path


@pytest.mark.parametrize(
    ("line", "words"),
    [
        (8, ["head-width-mismatch is silent", "given on the command line"]),
        (11, ["head-width-mismatch is silent", "`elsewhere.change` on line 10 may have changed it"]),
        (12, ["unknown", "given on the command line"]),
        (15, ["unknown", "can't look into `elsewhere.make_head`"]),
        (16, ["nothing here that any rule looks at"]),
    ],
)
def test_the_lacking_fact_is_named(script, line, words):
    said = say("check", "--explain-silence", f"{script}:{line}")
    assert said.code == 0
    assert all(word in said.out for word in words), said.out


def test_where_a_rule_speaks_it_says_so(tmp_path):
    path = tmp_path / "train.py"
    path.write_text(WIDTH)
    assert "head-width-mismatch speaks: the new head takes 512" in say("check", "--explain-silence", f"{path}:5").out


@pytest.mark.parametrize("place", ["train.py", "train.py:x", "nowhere.py:3"])
def test_what_is_no_place_is_refused(place):
    said = say("check", "--explain-silence", place)
    assert said.code == 2
    assert "Traceback" not in said.err
