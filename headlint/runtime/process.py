"""The worker process as its client holds it: started with a scrubbed environment, spoken to in lines of JSON."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import threading
from contextlib import suppress
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Any

_BOOT = "import sys; sys.path.append(sys.argv[1]); from headlint.runtime.worker.process import main; main(sys.argv[2:])"
_KEPT = {
    *("PATH", "PYTHONPATH", "VIRTUAL_ENV", "LANG", "LANGUAGE", "TZ", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH"),
    *("SYSTEMROOT", "CUDA_HOME", "CUDA_VISIBLE_DEVICES", "CUDA_DEVICE_ORDER", "NVIDIA_VISIBLE_DEVICES"),
}
_START = 180.0
"""Seconds within which the worker has to have imported torch: two when it is cached, many on a slow disk."""


class WorkerDied(Exception):
    """The worker ended, or was ended, before it answered."""


def environment(home: str, device: str) -> dict[str, str]:
    """What the worker gets to see: no secrets, no proxies, nobody's caches."""
    kept = {name: value for name, value in os.environ.items() if name in _KEPT or name.startswith("LC_")}
    threads = {} if device != "meta" else {"OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1", "CUDA_VISIBLE_DEVICES": ""}
    told = {"HOME": home, "TMPDIR": home, "TEMP": home, "TMP": home, "MPLBACKEND": "Agg", "PYTHONWARNINGS": "ignore"}
    offline = {"HF_HUB_OFFLINE": "1", "TRANSFORMERS_OFFLINE": "1", "HF_DATASETS_OFFLINE": "1", "WANDB_MODE": "disabled"}
    return kept | threads | told | offline | {"PYTHONHASHSEED": "0", "PYTHONIOENCODING": "utf-8"}


class Process:
    """A running worker. It imports torch at once, and answers when it has."""

    def __init__(self, device: str) -> None:
        self._home = tempfile.mkdtemp(prefix="headlint-")
        self._sending = threading.Lock()
        self._answers: dict[int, SimpleQueue[Any]] = {}
        self._ready = threading.Event()
        self.ended = False
        root = str(Path(__file__).resolve().parent.parent.parent)
        self._process = subprocess.Popen(  # noqa: S603 -- our own interpreter, with our own code
            [sys.executable, "-P", "-c", _BOOT, root, device, self._home],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=environment(self._home, device),
            start_new_session=True,
        )
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            self._take(line)
        self.ended = True
        self._ready.set()
        for waiting in list(self._answers.values()):
            waiting.put(None)

    def _take(self, line: bytes) -> None:
        try:
            message = json.loads(line)
            number = message["id"]
        except (ValueError, TypeError, KeyError):
            return
        if number == 0:
            self._ready.set()
        elif number in self._answers:
            self._answers[number].put(message)

    def ask(self, number: int, request: dict[str, Any], timeout: float) -> list[dict[str, Any]]:
        """Everything that the worker has to say about a request. Raises `WorkerDied` if it can't."""
        answers = self._answers[number] = SimpleQueue()
        try:
            if not self._ready.wait(_START):
                raise WorkerDied("torch could not be imported in time")
            self._send(request | {"id": number})
            return self._collect(answers, timeout)
        finally:
            del self._answers[number]

    def _send(self, request: dict[str, Any]) -> None:
        assert self._process.stdin is not None
        try:
            with self._sending:
                self._process.stdin.write(json.dumps(request).encode() + b"\n")
                self._process.stdin.flush()
        except (OSError, ValueError) as error:
            raise WorkerDied(self.obituary()) from error

    def _collect(self, answers: SimpleQueue[Any], timeout: float) -> list[dict[str, Any]]:
        told: list[dict[str, Any]] = []
        while True:
            try:
                message = answers.get(timeout=timeout)
            except Empty:
                self.kill()
                raise WorkerDied("the worker did not answer in time") from None
            if message is None:
                raise WorkerDied(self.obituary())
            told.append(message)
            if message.get("end"):
                return told

    def obituary(self) -> str:
        """How the worker ended."""
        try:
            code = self._process.wait(5)
        except subprocess.TimeoutExpired:
            return "the worker process broke off"
        if code < 0:
            return f"the worker process was killed by signal {-code}"
        return f"the worker process ended with exit code {code}"

    def kill(self) -> None:
        """End it and all that it started."""
        self._process.kill()
        self._process.wait()
        self.ended = True

    def close(self) -> None:
        """Let it end, or make it; take its temporary folder away."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        with suppress(OSError):
            self._process.stdin.close()
        try:
            self._process.wait(0.05)
        except subprocess.TimeoutExpired:
            self.kill()
        self._reader.join(5)
        self._process.stdout.close()
        shutil.rmtree(self._home, ignore_errors=True)
