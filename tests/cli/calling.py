"""Calls headlint as a person would, and what it says."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING, NamedTuple

from click.testing import CliRunner

from headlint.cli import cli

if TYPE_CHECKING:
    from pathlib import Path

WIDTH = """\
import torch.nn as nn
from torchvision import models

model = models.resnet50(weights="IMAGENET1K_V2")
model.fc = nn.Linear(512, 10)
"""
CLEAN = WIDTH.replace("512", "model.fc.in_features")
TYPED = WIDTH.replace("512", "2048")


class Said(NamedTuple):
    code: int
    out: str
    err: str


def say(*arguments: object, given: str | bytes = "") -> Said:
    """Run the command line in this process."""
    result = CliRunner().invoke(cli, [str(argument) for argument in arguments], input=given)
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return Said(result.exit_code, result.stdout, result.stderr)


def check(*arguments: object, given: str | bytes = "") -> Said:
    """`headlint check --static`."""
    return say("check", "--static", *arguments, given=given)


def start(*arguments: str, cwd: Path | None = None, **env: str) -> subprocess.CompletedProcess[str]:
    """Run the command line in a process of its own."""
    inherited = {name: value for name, value in os.environ.items() if name not in {"NO_COLOR", "FORCE_COLOR"}}
    command = [sys.executable, "-m", "headlint", *arguments]
    return subprocess.run(command, cwd=cwd, env=inherited | env, capture_output=True, text=True, check=False)
