"""headlint in a test suite: the option, the fixture, and that neither costs anything to who uses none."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from tests.cli.calling import CLEAN, WIDTH

if TYPE_CHECKING:
    from pathlib import Path

MODEL = """
import torch
from torch import nn


def test_the_model(headlint):
    headlint(nn.Sequential(nn.Linear(8, 4), nn.Linear(4, {classes})), classes=3)
"""


def outcome_of(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    plugin = () if "headlint" in plugins() else ("-p", "headlint.pytest_plugin")
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-rA", *plugin, *arguments]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


def plugins() -> set[str]:
    from importlib.metadata import entry_points

    return {point.name for point in entry_points(group="pytest11")}


def static(folder: Path) -> Path:
    (folder / "headlint.toml").write_text("static = true\n")
    return folder


def test_a_file_is_an_item_and_a_mistake_fails_it(tmp_path: Path) -> None:
    (static(tmp_path) / "train.py").write_text(WIDTH)
    (tmp_path / "right.py").write_text(CLEAN)
    said = outcome_of(tmp_path, "--headlint")
    assert said.returncode == 1
    assert "train.py:5:22: error[head-width-mismatch]" in said.stdout
    assert "1 failed, 1 passed" in said.stdout
    assert "Traceback" not in said.stdout


def test_settings_hold(tmp_path: Path) -> None:
    (tmp_path / "headlint.toml").write_text('static = true\nignore = ["head-width-mismatch"]\n')
    (tmp_path / "train.py").write_text(WIDTH)
    assert "1 passed" in outcome_of(tmp_path, "--headlint").stdout
    (tmp_path / "headlint.toml").write_text("statik = true\n")
    assert "there is no setting statik" in outcome_of(tmp_path, "--headlint").stdout


def test_without_the_option_nothing_is_collected_or_imported(tmp_path: Path) -> None:
    (tmp_path / "train.py").write_text(WIDTH)
    (tmp_path / "test_it.py").write_text(
        "import sys\ndef test_it():\n    ours = {n for n in sys.modules if n.startswith('headlint')}\n"
        "    assert ours <= {'headlint', 'headlint.pytest_plugin'}, ours\n"
    )
    said = outcome_of(tmp_path)
    assert "1 passed" in said.stdout


@pytest.mark.runtime
def test_the_fixture_fails_a_test_of_a_wrong_model(tmp_path: Path) -> None:
    pytest.importorskip("torch")
    (tmp_path / "test_right.py").write_text(MODEL.format(classes=3))
    (tmp_path / "test_wrong.py").write_text(MODEL.format(classes=2))
    said = outcome_of(tmp_path)
    assert "1 failed, 1 passed" in said.stdout
    assert "error[demand-unmet] the model is to give 3 classes, but its output has the shape (batch, 2)" in said.stdout


@pytest.mark.runtime
def test_what_could_not_be_run_is_named_at_the_end(tmp_path: Path) -> None:
    pytest.importorskip("torch")
    (tmp_path / "train.py").write_text(f"{CLEAN}model.fc.weight.requires_grad = sum(1, 2)\n")
    said = outcome_of(tmp_path, "--headlint")
    assert "1 passed" in said.stdout
    assert "Ran only part of train.py: line 6 raises TypeError" in said.stdout
