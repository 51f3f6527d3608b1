"""What a check costs, as ratios against what nobody can do without.

    python benchmarks/costs.py [static] [runtime] [further] [folder] [--rounds N]

How to read it. Absolute times depend on the machine and on what else it is doing; so the two sides of each ratio take
turns, round after round, and the ratio is that of their medians. The range behind it is that of the rounds' own ratios:
if it is wide, the machine was busy, and the number says little.

    static    `headlint check --static` on a script of 200 lines / `python -c "import libcst"`, CPU time.
              At most 1.3: reading a candidate costs hardly more than loading the parser.
    runtime   `headlint check` on a script with a resnet50 / `python -c "import torch, torchvision"`, time on the clock.
              At most 1.4: running a model costs hardly more than loading torch, which goes on while the script is read.
    further   What each of eight further scripts adds to the first, with resnet50, vit_b_16, torchvision's and timm's
              ConvNeXt, seconds of CPU time. At most 0.3: they share the worker, and what it has imported.
    folder    `headlint check` on 120 files without model code / `ruff check` on them without its cache, time on the
              clock. There is no bound: it says what the screen and the start of Python cost against a compiled linter.

Python's compiled files count as there: the first round is thrown away, and PYTHONDONTWRITEBYTECODE is unset.
"""

from __future__ import annotations

import argparse
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

HERE = Path(__file__).parent
ENVIRONMENT = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
HEADLINT = [sys.executable, "-m", "headlint", "check"]

PLAIN = '''"""Helpers for reading tables."""
import csv
from dataclasses import dataclass


@dataclass
class Row:
    name: str
    value: float = 0.0


def read(path):
    with open(path, newline="") as file:
        return [Row(line["name"], float(line["value"])) for line in csv.DictReader(file)]


def total(rows):
    return sum(row.value for row in rows)
'''
SURGERY = """import timm
import torch
from torch import nn
from torchvision import models

model = {builder}
for parameter in model.parameters():
    parameter.requires_grad = False
model.{head} = nn.Linear({width}, 10)
optimizer = torch.optim.Adam(model.{head}.parameters(), lr=1e-3)
"""
FURTHER = 8
HEADS = (
    ("models.resnet50(weights='DEFAULT')", "fc", 2048),
    ("models.vit_b_16(weights='DEFAULT')", "heads.head", 768),
    ("models.convnext_tiny(weights='DEFAULT')", "classifier[2]", 768),
    ("timm.create_model('convnext_tiny', pretrained=True)", "head.fc", 768),
)
LAYERS = '''"""A layer of our own."""
import torch
from torch import nn


class Block(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.inner = nn.Linear(width, width)
        self.norm = nn.LayerNorm(width)

    def forward(self, x):
        return x + self.norm(torch.relu(self.inner(x)))
'''


class Cost(NamedTuple):
    """What a command took, in seconds."""

    cpu: float
    clock: float


def cost(command: list[str]) -> Cost:
    """Run a command once. Exit codes are not looked at: findings are no failure."""
    before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    subprocess.run(command, env=ENVIRONMENT, capture_output=True, check=False)
    clock, after = time.perf_counter() - began, resource.getrusage(resource.RUSAGE_CHILDREN)
    return Cost(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, clock)


def compare(name: str, ours: list[str], theirs: list[str], kind: str, rounds: int) -> None:
    """Print the ratio of two commands' costs."""
    measured = [(getattr(cost(ours), kind), getattr(cost(theirs), kind)) for _ in range(rounds + 1)][1:]
    our, their = (statistics.median(side) for side in zip(*measured, strict=True))
    ratios = sorted(one / other for one, other in measured)
    spread = f"{ratios[0]:.2f} to {ratios[-1]:.2f}"
    print(f"{name:<8} {our / their:5.2f}  ({spread}; {our * 1e3:.0f} ms / {their * 1e3:.0f} ms, {kind})")


def static(rounds: int) -> None:
    """Reading a candidate against importing the parser."""
    script = str(HERE / "scripts" / "candidate.py")
    compare("static", [*HEADLINT, "--static", script], [sys.executable, "-c", "import libcst"], "cpu", rounds)


def runtime(rounds: int) -> None:
    """Running a resnet50 against importing torch."""
    script = str(HERE / "scripts" / "candidate.py")
    compare("runtime", [*HEADLINT, script], [sys.executable, "-c", "import torch, torchvision"], "clock", rounds)


def further(rounds: int) -> None:
    """What a script costs where others have gone before."""
    for builder, head, width in HEADS:
        with tempfile.TemporaryDirectory() as path:
            for number in range(FURTHER + 1):
                script = SURGERY.format(builder=builder, head=head, width=width)
                (Path(path) / f"train{number}.py").write_text(script)
            one, all_of_them = [*HEADLINT, f"{path}/train0.py"], [*HEADLINT, path]
            added = sorted((cost(all_of_them).cpu - cost(one).cpu) / FURTHER for _ in range(rounds))
        spread = f"{added[0]:.2f} to {added[-1]:.2f}"
        print(f"further  {statistics.median(added):5.2f}  s ({spread}; {builder}, cpu)")


def folder(rounds: int) -> None:
    """Passing over files without model code against ruff."""
    with tempfile.TemporaryDirectory() as path:
        for number in range(120):
            (Path(path) / f"module{number}.py").write_text((PLAIN if number % 3 else LAYERS) * 5)
        ruff = [sys.executable, "-m", "ruff", "check", "--no-cache", "--isolated", path]
        compare("folder", [*HEADLINT, path], ruff, "clock", rounds)


def main() -> None:
    """Measure what was asked for."""
    benchmarks = {"static": static, "runtime": runtime, "further": further, "folder": folder}
    parser = argparse.ArgumentParser(description="Measure what a check costs.")
    parser.add_argument("names", nargs="*", metavar="|".join(benchmarks), help="default: all")
    parser.add_argument("--rounds", type=int, default=7)
    given = parser.parse_args()
    if strange := set(given.names) - set(benchmarks):
        parser.error(f"there is no benchmark {min(strange)}")
    for name in given.names or benchmarks:
        benchmarks[name](given.rounds)


if __name__ == "__main__":
    main()
