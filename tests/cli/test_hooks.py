"""The pre-commit hooks start commands that exist."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.cli.calling import WIDTH, start

if TYPE_CHECKING:
    from collections.abc import Mapping

HOOKS = Path(__file__).parent.parent.parent / ".pre-commit-hooks.yaml"


def hooks() -> Mapping[str, str]:
    """The hooks' commands by their ids."""
    return dict(re.findall(r"^- id: (\S+)\n(?:  .*\n)*?  entry: (.*)$", HOOKS.read_text("utf-8"), re.MULTILINE))


def test_there_are_two() -> None:
    assert set(hooks()) == {"headlint", "headlint-runtime"}


def test_the_plain_one_runs_nothing(folder: Path) -> None:
    (folder / "train.py").write_text(WIDTH)
    done = start(*hooks()["headlint"].split()[1:], "train.py")
    assert done.returncode == 1
    assert "Nothing was run: --static only reads." in done.stdout


@pytest.mark.runtime
def test_the_other_one_runs_models(folder: Path) -> None:
    pytest.importorskip("torch")
    (folder / "train.py").write_text(WIDTH)
    done = start(*hooks()["headlint-runtime"].split()[1:], "train.py")
    assert done.returncode == 1
    assert "[confirmed]" in done.stdout
