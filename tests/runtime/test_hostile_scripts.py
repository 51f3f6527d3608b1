"""Every wall has a script that runs against it. None harms the next script's result, and each costs itself alone."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from headlint.history import Built, Replaced, Returned, Shape

if TYPE_CHECKING:
    from headlint.runtime.client import Outcome, Runner

pytestmark = pytest.mark.runtime
pytest.importorskip("torch")

GOOD = """
import torch.nn as nn
from torchvision import models

model = models.resnet18(weights=None)
model.fc = nn.Linear(model.fc.in_features, 10)
"""


def is_well(outcome: Outcome) -> bool:
    """Whether the good script was run to its end."""
    returned = [event.shape for history in outcome.histories for event in history.of(Returned)]
    return not outcome.why and returned == [Shape(("batch", 10))]


def touches(path: Path) -> dict[str, str]:
    """Ways to change a file or a folder outside the temporary folder."""
    return {
        "open": f"open({str(path)!r}, 'w').write('x')",
        "append": f"open({str(path)!r}, 'a').write('x')",
        "os.open": f"os.write(os.open({str(path)!r}, os.O_WRONLY | os.O_CREAT), b'x')",
        "remove": f"os.remove({str(path)!r})",
        "rename": f"os.rename({str(path)!r}, {str(path) + '.moved'!r})",
        "rmtree": f"shutil.rmtree({str(path.parent)!r})",
        "mkdir": f"os.mkdir({str(path.parent / 'new')!r})",
        "symlink": f"os.symlink('/etc', {str(path.parent / 'link')!r})",
        "chmod": f"os.chmod({str(path)!r}, 0)",
        "truncate": f"os.truncate({str(path)!r}, 0)",
        "pathlib": f"pathlib.Path({str(path)!r}).write_text('x')",
        "descriptor": f"os.remove(path={path.name!r}, dir_fd=os.open({str(path.parent)!r}, os.O_RDONLY))",
    }


@pytest.mark.parametrize("way", list(touches(Path("x"))))
def test_nothing_outside_the_temporary_folder_is_changed(runner: Runner, tmp_path: Path, way: str) -> None:
    kept = tmp_path / "kept.txt"
    kept.write_text("mine")
    kept.chmod(0o644)
    act = touches(kept)[way]
    runner.run("hostile.py", f"import os, pathlib, shutil\ndef build():\n    return {act}\nmodel = build()\n{GOOD}")
    assert [path.name for path in tmp_path.iterdir()] == ["kept.txt"]
    assert kept.read_text() == "mine"
    assert kept.stat().st_mode & 0o777 == 0o644


PROCESSES = {
    "subprocess": "subprocess.run(['touch', MARK])",
    "system": "os.system('touch ' + MARK)",
    "fork": "os.fork() or (open(MARK, 'w'), os._exit(0))",
    "spawn": "os.posix_spawn('/usr/bin/touch', ['touch', MARK], {})",
    "exec": "os.execv('/usr/bin/touch', ['touch', MARK])",
    "multiprocessing": "multiprocessing.Process(target=open, args=(MARK, 'w')).start()",
}


@pytest.mark.parametrize("way", list(PROCESSES))
def test_no_process_is_started(runner: Runner, tmp_path: Path, way: str) -> None:
    mark = tmp_path / "mark"
    act = PROCESSES[way].replace("MARK", repr(str(mark)))
    runner.run(
        "hostile.py", f"import os, subprocess, multiprocessing\ndef build():\n    return {act}\nmodel = build()\n"
    )
    time.sleep(0.2)
    assert not mark.exists()
    assert is_well(runner.run("good.py", GOOD))


def test_no_connection_is_made(runner: Runner) -> None:
    import socket

    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen()
        server.settimeout(0.5)
        address = server.getsockname()
        act = f"socket.create_connection({address!r}, 2)"
        runner.run("hostile.py", f"import socket\ndef build():\n    return {act}\nmodel = build()\n")
        with pytest.raises(TimeoutError):
            server.accept()


def test_secrets_of_the_environment_are_not_seen(runner: Runner, monkeypatch: pytest.MonkeyPatch) -> None:
    from headlint.runtime.process import environment

    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "s3cret")
    monkeypatch.setenv("HTTPS_PROXY", "s3cret")
    assert "s3cret" not in environment("/nowhere", "meta").values()


ENDINGS = {
    "os._exit": "os._exit(3)",
    "sys.exit": "sys.exit(3)",
    "kill itself": "os.kill(os.getpid(), 9)",
    "kill its group": "os.killpg(0, 9)",
    "kill its parent": "os.kill(os.getppid(), 9)",
    "segfault": "ctypes.string_at(0)",
    "native exit": "ctypes.CDLL(None)._exit(3)",
    "deep recursion": "dive(0)",
    "memory": "[bytearray(1 << 30) for _ in range(64)]",
    "thread": "threading.Thread(target=time.sleep, args=(1000,)).start()",
    "flood": "[sys.stdout.write('x' * 65536) for _ in range(2000)] + [os.write(2, b'x' * 65536) for _ in range(2000)]",
    "babble": "[os.write(n, b'{}\\n' * 100) for n in range(3, 20) if is_open(n)]",
    "lie": """[os.write(n, b'{"id":1,"end":true,"over":true}\\n') for n in range(3, 20) if is_open(n)]""",
    "builtins": "[setattr(builtins, name, None) for name in ('len', 'isinstance', 'open')]",
    "json": "setattr(json, 'dumps', None)",
    "close": "os.closerange(3, 100)",
}
PREAMBLE = """
import builtins, ctypes, json, os, sys, threading, time
def dive(n):
    return dive(n + 1)
def is_open(n):
    try:
        os.fstat(n)
        return True
    except OSError:
        return False
"""


@pytest.mark.parametrize("way", list(ENDINGS))
def test_a_script_that_breaks_costs_itself_alone(runner: Runner, way: str) -> None:
    began = time.monotonic()
    text = f"{PREAMBLE}def build():\n    return {ENDINGS[way]}\nmodel = build()\n{GOOD}"
    outcome = runner.run("hostile.py", text)
    assert time.monotonic() - began < 45
    assert outcome.histories or outcome.why
    assert is_well(runner.run("good.py", GOOD))


def test_a_computation_without_an_end_is_ended_with_a_reason_and_hurts_nobody() -> None:
    from headlint.runtime.client import Runner

    with Runner(timeout=8.0) as running:
        outcome = running.run("hostile.py", f"{GOOD}\nmodel.fc = nn.Linear(512, sum(iter(int, 1)))\n")
        assert outcome.why
        assert is_well(running.run("good.py", GOOD))


def test_a_checkpoint_is_never_opened(runner: Runner, tmp_path: Path) -> None:
    import pickle

    class Bomb:
        def __reduce__(self) -> tuple[object, tuple[str]]:
            return os.system, (f"touch {tmp_path / 'exploded'}",)

    bomb = tmp_path / "model.pth"
    bomb.write_bytes(pickle.dumps(Bomb()))
    for call in (f"torch.load({str(bomb)!r}, weights_only=False)", f"pickle.load(open({str(bomb)!r}, 'rb'))"):
        runner.run("hostile.py", f"import pickle, torch\n{GOOD}\nmodel.load_state_dict({call})\n")
    assert not (tmp_path / "exploded").exists()


def test_a_history_that_came_before_a_script_broke_is_its_own(runner: Runner) -> None:
    outcome = runner.run("hostile.py", f"{GOOD}\nmodel.head.in_features\n")
    events = [event for history in outcome.histories for event in history.events]
    assert [type(event) for event in events[:2]] == [Built, Replaced]
