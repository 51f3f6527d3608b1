"""The client's side: what it says without torch, and that it survives its worker."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest

from headlint.runtime.client import Runner, missing

PLAIN = "import torch.nn as nn\nfrom torchvision import models\nmodel = models.{0}()\nmodel.fc = nn.Linear(512, {1})\n"


def test_importing_the_client_imports_no_torch() -> None:
    probe = "import sys, headlint.runtime.client as c; c.missing(); sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", probe], check=False).returncode == 0


def test_what_is_missing_is_said_with_the_command_that_brings_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda _: None)
    assert "torch and torchvision" in missing()
    assert 'pip install "headlint[runtime]"' in missing()


@pytest.mark.parametrize(
    "text", ["model = (", "def f(:\n", "\0", "x = " + "(" * 500 + ")" * 500], ids=["open", "colon", "null", "nested"]
)
def test_a_text_that_python_cannot_read_has_a_reason_and_starts_nothing(text: str) -> None:
    running = Runner()
    outcome = running.run("broken.py", text)
    assert outcome.histories == ()
    assert "Python can't read" in outcome.why
    running.close()


@pytest.mark.runtime
def test_a_killed_worker_is_started_anew() -> None:
    pytest.importorskip("torch")
    with Runner() as running:
        assert running.run("a.py", PLAIN.format("resnet18", 10)).histories
        assert running._process is not None
        os.kill(running._process._process.pid, signal.SIGKILL)
        outcome = running.run("b.py", PLAIN.format("resnet18", 10))
    assert outcome.histories
    assert not outcome.why


@pytest.mark.runtime
def test_scripts_that_run_at_once_keep_their_own_histories() -> None:
    pytest.importorskip("torch")
    with Runner(jobs=2) as running, ThreadPoolExecutor(4) as pool:
        told = list(pool.map(lambda n: running.run(f"{n}.py", PLAIN.format("resnet18", n)), range(11, 17)))
    for number, outcome in zip(range(11, 17), told, strict=True):
        assert {event.place.path for history in outcome.histories for event in history.events} == {f"{number}.py"}


@pytest.mark.runtime
def test_ways_that_are_left_out_are_told() -> None:
    pytest.importorskip("torch")
    branches = "".join(f"    if name == 'm{n}':\n        return None\n" for n in range(33))
    rest = "    model = models.alexnet()\n    del model.classifier\n"
    with Runner() as running:
        outcome = running.run("zoo.py", f"from torchvision import models\ndef f(name):\n{branches}{rest}")
    assert outcome.histories
    assert outcome.why == 'one run goes 33 ways through a script, and leaves out f(name="m32")'
