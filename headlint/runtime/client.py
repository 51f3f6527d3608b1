"""The client's side of the runtime witness: hands scripts to a worker process, and survives whatever becomes of it.

Nothing here imports torch.
"""

from __future__ import annotations

import ast
import importlib.util
import itertools
import threading
import time
import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from headlint.runtime.process import Process, WorkerDied
from headlint.runtime.wire import MalformedError, history_of

if TYPE_CHECKING:
    from types import TracebackType

    from headlint.history import History

_GRACE = 20.0
"""Seconds beyond a script's own time limit after which the worker itself counts as hanging."""


def missing() -> str:
    """What is missing to run models, and how to get it, '' if nothing is. Imports nothing."""
    absent = [name for name in ("torch", "torchvision") if importlib.util.find_spec(name) is None]
    if not absent:
        return ""
    return f'{" and ".join(absent)} can\'t be imported here: pip install "headlint[runtime]"'


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of running a script.

    `histories` are what was seen, one a scenario. `why` is '' if everything ran, else why nothing or not everything
    did, as a clause. `seconds` is how long it took, `memory` the most bytes that one scenario held, 0 on meta.
    """

    histories: tuple[History, ...]
    why: str
    seconds: float
    memory: int = 0


class Runner:
    """Runs scripts in a worker process, `jobs` at once where `run` is called from several threads.

    `device` is `meta`, `cpu` or `cuda`; `timeout` is how many seconds one script may take, all its scenarios together.
    A worker that dies or hangs costs the script that it was at, and is started anew for the next.
    """

    def __init__(self, *, device: str = "meta", timeout: float = 60.0, jobs: int = 1) -> None:
        self._device = device
        self._timeout = timeout
        self._slots = threading.BoundedSemaphore(max(1, jobs))
        self._numbers = itertools.count(1)
        self._starting = threading.Lock()
        self._alone = threading.Lock()
        self._process: Process | None = None

    def start(self) -> None:
        """Start the worker, which begins to import torch; returns at once."""
        with self._starting:
            if self._process is None or self._process.ended:
                if self._process is not None:
                    self._process.close()
                self._process = Process(self._device)

    def run(self, path: str, text: str, entry: str = "", arguments: dict[str, Any] | None = None) -> Outcome:
        """Run the part of a script that builds and prepares models.

        `path` is told in places as it is given. `entry` names one function or class of the script to call with
        `arguments`, in place of those that headlint finds itself.
        """
        began = time.monotonic()
        why = _unreadable(text)
        if why:
            return Outcome((), why, 0.0)
        request = {"path": path, "text": text, "timeout": self._timeout, "entry": entry, "arguments": arguments or {}}
        with self._slots:
            messages = self._attempt(request)
        histories, why = _heard(messages)
        held = [number for message in messages if isinstance(number := message.get("memory"), int)]
        return Outcome(histories, why, time.monotonic() - began, max(held, default=0))

    def _attempt(self, request: dict[str, Any]) -> list[dict[str, Any]]:
        """Ask, and once more with nobody beside: another script may have taken the worker along."""
        try:
            return self._ask(request)
        except WorkerDied:
            with self._alone:
                try:
                    return self._ask(request)
                except WorkerDied as death:
                    return [{"why": str(death)}]

    def _ask(self, request: dict[str, Any]) -> list[dict[str, Any]]:
        self.start()
        process = self._process
        assert process is not None
        return process.ask(next(self._numbers), request, self._timeout + _GRACE)

    def close(self) -> None:
        """End the worker."""
        with self._starting:
            if self._process is not None:
                self._process.close()
                self._process = None

    def __enter__(self) -> Runner:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _unreadable(text: str) -> str:
    """Why Python can't read a text, '' if it can."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            ast.parse(text)
    except SyntaxError as error:
        return f"Python can't read line {error.lineno or 1}: {error.msg}"
    except (ValueError, RecursionError, MemoryError) as error:
        return f"Python can't read it: {error}"
    return ""


def _heard(messages: list[dict[str, Any]]) -> tuple[tuple[History, ...], str]:
    """The histories in a worker's messages, and why there are no more."""
    histories: list[History] = []
    reasons: list[str] = []
    for message in messages:
        if message.get("why"):
            reasons.append(str(message["why"]))
        if "history" in message:
            try:
                histories.append(history_of(message["history"]))
            except (MalformedError, RecursionError):
                reasons.append("what the worker told is not readable")
    return tuple(histories), "; ".join(dict.fromkeys(reasons))
