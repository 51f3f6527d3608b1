"""Every wall has a script that runs against it. None harms the next script's result, and each costs itself alone."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from headlint.history import Built, Replaced, Returned, Shape
from headlint.runtime.worker.landlock import version

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
        "mapped by torch": f"torch.from_file({str(path)!r}, shared=True, size=4, dtype=torch.uint8).fill_(65)",
        "descriptor": f"os.remove(path={path.name!r}, dir_fd=os.open({str(path.parent)!r}, os.O_RDONLY))",
    }


@pytest.mark.parametrize("way", list(touches(Path("x"))))
def test_nothing_outside_the_temporary_folder_is_changed(runner: Runner, tmp_path: Path, way: str) -> None:
    kept = tmp_path / "kept.txt"
    kept.write_text("mine")
    kept.chmod(0o644)
    if way == "mapped by torch" and not version():
        pytest.skip("this system has no Landlock to keep native code from it")
    act = touches(kept)[way]
    runner.run(
        "hostile.py", f"import os, pathlib, shutil, torch\ndef build():\n    return {act}\nmodel = build()\n{GOOD}"
    )
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
    "our modules": "[sys.modules.pop(name) for name in list(sys.modules) if name.startswith('headlint')]",
    "our functions": "setattr(sys.modules['headlint.runtime.wire'], 'encode', None)",
    "tracing": "sys.settrace(dive)",
    "datagrams": "socket.socket(2, 2).sendto(b'x', ('127.0.0.1', 9))",
    "a port": "socket.create_server(('127.0.0.1', 0))",
}
PREAMBLE = """
import builtins, ctypes, json, os, socket, sys, threading, time
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


ENDLESS = {
    "a computation": "sum(iter(int, 1))",
    "one that ignores signals": "[signal.signal(n, signal.SIG_IGN) for n in (2, 14, 15, 24)] and sum(iter(int, 1))",
    "an exit handler": "atexit.register(spin) and 0 or 10",
    "a forward pass": "10",
    "a thread that nobody ends": "threading.Thread(target=spin).start() or spin()",
    "catastrophic backtracking": "len(re.findall('(a+)+$', 'a' * 60 + 'b'))",
}
SPINNING = """
import atexit, re, signal, threading
def spin(*_):
    while True:
        pass
"""


@pytest.mark.parametrize("way", list(ENDLESS))
def test_what_never_ends_is_ended_with_a_reason_and_hurts_nobody(way: str) -> None:
    from headlint.runtime.client import Runner

    text = f"{SPINNING}{GOOD}\nmodel.fc = nn.Linear(512, {ENDLESS[way]})\n"
    if way == "a forward pass":
        text += "class Net(nn.Module):\n    def forward(self, x):\n        return spin()\nnet = Net()\nnet.m = model\n"
    began = time.monotonic()
    with Runner(timeout=8.0) as running:
        outcome = running.run("hostile.py", text)
        assert time.monotonic() - began < 60
        assert outcome.why or outcome.histories
        assert is_well(running.run("good.py", GOOD))


def test_secrets_are_not_found_in_the_environment_nor_in_other_processes(
    runner: Runner, monkeypatch: pytest.MonkeyPatch
) -> None:
    from headlint.history import Known
    from headlint.runtime.client import Runner

    monkeypatch.setenv("MY_SECRET", "x" * 77)
    look = "len(os.environ.get('MY_SECRET', 'none'))"
    pry = "len(open(f'/proc/{os.getppid()}/environ').read())"
    with Runner(timeout=30.0) as running:
        for width, wanted in ((look, [4]), (pry, [])):
            outcome = running.run("hostile.py", f"import os\n{GOOD}\nmodel.fc = nn.Linear(512, {width})\n")
            put = [event.new for history in outcome.histories for event in history.of(Replaced)][1:]
            assert [layer.gives.value for layer in put if isinstance(layer.gives, Known)] == wanted


def test_a_module_beside_the_script_meets_the_same_walls(runner: Runner, tmp_path: Path) -> None:
    kept = tmp_path / "kept.txt"
    kept.write_text("mine")
    acts = "    open({0!r}, 'w').write('x')\n    subprocess.run(['touch', {0!r} + '2'])\n"
    helper = f"import os, subprocess\ndef build():\n{acts}"
    (tmp_path / "helper.py").write_text(helper.format(str(kept)))
    runner.run(str(tmp_path / "train.py"), f"from helper import build\nmodel = build()\n{GOOD}")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["helper.py", "kept.txt"]
    assert kept.read_text() == "mine"
    assert is_well(runner.run("good.py", GOOD))


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
