"""What a command imports: the heavy libraries only where they are needed, and a test that this can be told."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from tests.cli.calling import WIDTH

if TYPE_CHECKING:
    from pathlib import Path

HEAVY = ("libcst", "torch", "torchvision", "timm", "transformers", "tomllib", "json", "importlib.metadata")
SCRIPT = """
import sys
from headlint.cli import cli
try:
    cli(sys.argv[1:])
except SystemExit:
    print("imported:", *sys.modules)
"""


def imported(folder: Path, *arguments: str) -> set[str]:
    """The modules that a command imports in a process of its own, where the libraries are there to be imported."""
    command = [sys.executable, "-c", SCRIPT, *arguments]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True)
    return set(done.stdout.rpartition("imported:")[2].split())


def test_a_folder_without_model_code_imports_nothing_heavy(folder: Path) -> None:
    (folder / "words.py").write_text("import os\n")
    (folder / "layers.py").write_text("import torch\nx = torch.ones(3)\n")
    assert imported(folder, "check", ".") & set(HEAVY) == set()


def test_a_static_check_of_a_candidate_imports_libcst_and_no_torch(folder: Path) -> None:
    (folder / "train.py").write_text(WIDTH)
    assert imported(folder, "check", "--static", ".") & {"libcst", "torch", "torchvision"} == {"libcst"}


def test_settings_of_others_are_not_parsed(folder: Path) -> None:
    (folder / "pyproject.toml").write_text("[tool.other]\n")
    assert "tomllib" not in imported(folder, "check", ".")


@pytest.mark.parametrize("heavy", ["libcst", "json"])
def test_these_tests_can_fail(folder: Path, heavy: str) -> None:
    (folder / "weighty.py").write_text(f"import {heavy}\n")
    script = f"import sys; sys.path.insert(0, {str(folder)!r}); import weighty\n{SCRIPT}"
    command = [sys.executable, "-c", script, "check", "."]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True)
    assert heavy in done.stdout.rpartition("imported:")[2].split()


@pytest.mark.runtime
def test_torch_can_be_seen_where_it_is_imported(folder: Path) -> None:
    pytest.importorskip("torch")
    (folder / "heavy.py").write_text("import torch\n")
    script = f"import sys; sys.path.insert(0, {str(folder)!r}); import heavy\n{SCRIPT}"
    done = subprocess.run([sys.executable, "-c", script, "check", "."], capture_output=True, text=True, check=True)
    assert "torch" in done.stdout.rpartition("imported:")[2].split()


@pytest.mark.runtime
def test_the_command_itself_never_imports_torch(folder: Path) -> None:
    pytest.importorskip("torch")
    (folder / "train.py").write_text(WIDTH)
    assert "torch" not in imported(folder, "check", ".")
