"""Texts and files as data."""

from __future__ import annotations

import doctest
import subprocess
import sys

import pytest

import headlint
import headlint.api
from tests.cli.calling import WIDTH


def test_the_examples_of_the_documentation() -> None:
    done = doctest.testmod(headlint.api)
    assert (done.attempted > 0, done.failed) == (True, 0)


def test_the_package_offers_all_of_it_and_loads_it_late() -> None:
    assert set(headlint.api.__all__) < set(headlint.__all__) == set(dir(headlint))
    probe = "import sys, headlint; sys.exit('headlint.api' in sys.modules or headlint.check_source is None)"
    assert subprocess.run([sys.executable, "-c", probe], check=False).returncode == 0
    with pytest.raises(AttributeError, match="check_modle"):
        headlint.check_modle  # noqa: B018  # reading it is what is tested


def test_a_text_that_is_no_python_is_one_clear_line() -> None:
    with pytest.raises(headlint.CheckError, match=r"^x\.py:1: it is not valid Python"):
        headlint.check_source("model = (", "x.py")


def test_a_rule_that_does_not_exist() -> None:
    with pytest.raises(ValueError, match="there is no rule nonsense"):
        headlint.check_source("", select=["nonsense"])


@pytest.mark.runtime
def test_a_run_of_one_function_with_arguments() -> None:
    pytest.importorskip("torch")
    text = (
        "import torch.nn as nn\nfrom torchvision import models\n\n\ndef build(name, width):\n"
        "    model = getattr(models, name)()\n    model.fc = nn.Linear(width, 10)\n    return model\n"
    )
    found = headlint.check_source(text, entry="build", arguments={"name": "resnet18", "width": 256})
    assert [(one.finding.rule, one.finding.place.line, one.verdict) for one in found] == [
        ("head-width-mismatch", 7, "observed")
    ]
    assert headlint.check_source(text, entry="build", arguments={"name": "resnet18", "width": 512}) == ()


@pytest.mark.runtime
def test_files_are_checked_with_their_runs(tmp_path) -> None:
    pytest.importorskip("torch")
    (tmp_path / "train.py").write_text(WIDTH)
    results = headlint.check_paths([str(tmp_path)], run=True)
    assert [judged.verdict for judged in results.judged] == ["confirmed"]
