"""Real numbers tell what meta tells: the same verdicts on the CPU and on a GPU."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import pytest

from headlint import verdict
from headlint.rule import rules
from headlint.static.witness import tell
from tests.full import is_full, part
from tests.runtime.test_fixtures import SCRIPTS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from headlint.runtime.client import Outcome, Runner
    from tests.scripts import Script

pytestmark = pytest.mark.runtime
torch = pytest.importorskip("torch")

LIGHT = ("resnet18", "resnet34", "mobilenet", "squeezenet", "shufflenet", "efficientnet_b0")
HEAVY = ("vgg", "alexnet", "vit_", "inception", "swin", "resnet101", "resnet152", "wide_", "transformers", "detection")
SAMPLE = 5


@pytest.fixture(scope="module")
def on_cpu() -> Iterator[Runner]:
    from headlint.runtime.client import Runner

    with Runner(device="cpu", timeout=120.0) as running:
        yield running


@pytest.fixture(scope="module")
def on_cuda() -> Iterator[Runner]:
    from headlint.runtime.client import Runner

    with Runner(device="cuda", timeout=120.0) as running:
        yield running


def light() -> list[Script]:
    """Some fixtures whose models a small machine runs in a second; with the full switch, all or a part of them all."""
    if is_full():
        wanted = set(part(one.name for one in SCRIPTS))
        return [one for one in SCRIPTS if one.name in wanted]
    able = [one for one in SCRIPTS if any(n in one.text for n in LIGHT) and not any(n in one.text for n in HEAVY)]
    return sorted(random.Random(0).sample(able, min(SAMPLE, len(able))))


def verdicts(script: Script, outcome: Outcome) -> set[tuple[str, int, str]]:
    read = verdict.testimony(rules(), tell(script.name, script.text))
    run = verdict.testimony(rules(), outcome.histories) if outcome.histories else None
    assert run is None or not run.crashes
    judged = verdict.join(rules(), read, run, outcome.why)
    return {(one.finding.rule, one.finding.place.line, one.verdict.value) for one in judged}


@pytest.mark.parametrize("script", light(), ids=lambda script: script.name)
def test_the_cpu_agrees_with_meta(runner: Runner, on_cpu: Runner, script: Script) -> None:
    real = on_cpu.run(script.name, script.text)
    assert verdicts(script, real) == verdicts(script, runner.run(script.name, script.text))
    assert real.memory > 0 or not any(history.events for history in real.histories)


@pytest.mark.gpu
@pytest.mark.skipif(not torch.cuda.is_available(), reason="there is no CUDA device here")
@pytest.mark.parametrize("script", SCRIPTS, ids=[script.name for script in SCRIPTS])
def test_a_gpu_agrees_with_meta(runner: Runner, on_cuda: Runner, script: Script) -> None:
    real = on_cuda.run(script.name, script.text)
    assert verdicts(script, real) == verdicts(script, runner.run(script.name, script.text))


TOO_LARGE = """
import torch.nn as nn


def build():
    model = nn.Sequential(nn.Linear(1 << 17, 1 << 17), nn.Linear(1 << 17, 10))
    return model


model = build()
"""
STUCK = """
import torch
import torch.nn as nn
from torchvision import models


class Scale(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        return x * 2

    @staticmethod
    def backward(ctx, grad):
        raise ValueError(grad)


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.head = nn.Linear(8, 2)

    def forward(self, x):
        return Scale.apply(self.head(x))


model = Net()
"""


def test_a_model_that_does_not_fit_says_so_in_a_line(on_cpu: Runner) -> None:
    outcome = on_cpu.run("large.py", TOO_LARGE)
    reasons = [outcome.why, *(history.stopped for history in outcome.histories)]
    assert any("it doesn't fit into the memory" in why for why in reasons), reasons


def test_a_backward_pass_that_fails_is_told(on_cpu: Runner) -> None:
    from headlint.history import Returned

    outcome = on_cpu.run("stuck.py", STUCK)
    told = [event.shape for history in outcome.histories for event in history.of(Returned)]
    assert [getattr(shape, "why", "") for shape in told] == ["its backward pass stops with a ValueError"]
