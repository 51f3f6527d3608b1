"""The worker process: imports torch once, then runs each script in processes of its own and passes on what they tell.

Three generations: the worker serves its client; a *warden*, forked for each script, slices it and watches the clock; a
*child*, forked for each scenario, goes behind the walls and runs it. Neither worker nor warden ever executes any of
the user's code, so nothing that a script does reaches another one's result.

Requests and answers are lines of JSON: `{"id", "path", "text", "timeout", "entry", "arguments"}` comes in, any number
of `{"id", "history"}` and `{"id", "why"}` go out, and `{"id", "end"}` is the last. The first answer, `{"id": 0}`, says
that torch has been imported.
"""

from __future__ import annotations

import gc
import json
import os
import selectors
import sys
import time
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from headlint.runtime.worker import installed

_LONGEST = 64 << 20
_GRACE = 5.0
_TICK = 0.5


@dataclass(slots=True)
class Ward:
    """A warden at work, as the worker sees it."""

    number: int
    pid: int
    deadline: float
    heard: bytearray = field(default_factory=bytearray)


class Worker:
    """Takes requests from one descriptor and answers on another, several scripts at once."""

    def __init__(self, requests: int, answers: int, device: str, home: str) -> None:
        self._requests, self._answers = requests, answers
        self._device, self._home = device, home
        self._selector = selectors.DefaultSelector()
        self._wards: dict[int, Ward] = {}
        self._heard = bytearray()

    def serve(self) -> None:
        """Serve until the client closes its end."""
        self._selector.register(self._requests, selectors.EVENT_READ)
        self._say({"id": 0})
        while True:
            for key, _ in self._selector.select(_TICK):
                if key.fd != self._requests:
                    self._hear_ward(key.fd)
                elif not self._hear_client():
                    return
            for pipe, ward in list(self._wards.items()):
                if time.monotonic() > ward.deadline:
                    self._end(pipe, "it could not be ended in time")

    def _say(self, message: dict[str, Any]) -> None:
        write_all(self._answers, json.dumps(message, separators=(",", ":")).encode() + b"\n")

    def _hear_client(self) -> bool:
        data = os.read(self._requests, 1 << 20)
        self._heard += data
        *lines, rest = self._heard.split(b"\n")
        self._heard = rest
        for line in lines:
            self._begin(json.loads(line))
        return bool(data)

    def _begin(self, request: dict[str, Any]) -> None:
        installed.load(request["text"])
        reading, writing = os.pipe()
        pid = os.fork()
        if pid == 0:
            self._become_warden(request, writing)
        os.close(writing)
        self._wards[reading] = Ward(request["id"], pid, time.monotonic() + request["timeout"] + _GRACE)
        self._selector.register(reading, selectors.EVENT_READ)

    def _become_warden(self, request: dict[str, Any], pipe: int) -> None:
        """Never returns."""
        try:
            os.setsid()
            close_all_but(pipe)
            from headlint.runtime.worker.scripts.warden import watch_over

            watch_over(request, pipe, self._device, self._home)
        finally:
            os._exit(0)

    def _hear_ward(self, pipe: int) -> None:
        ward = self._wards[pipe]
        data = os.read(pipe, 1 << 20)
        ward.heard += data
        *lines, rest = ward.heard.split(b"\n")
        ward.heard = rest
        for line in lines:
            write_all(self._answers, line + b"\n")
        if not data:
            self._end(pipe, "")
        elif len(rest) > _LONGEST:
            self._end(pipe, "it tells more than can be read")

    def _end(self, pipe: int, why: str) -> None:
        ward = self._wards.pop(pipe)
        self._selector.unregister(pipe)
        os.close(pipe)
        end(ward.pid)
        self._say({"id": ward.number, "why": why, "end": True})


def write_all(descriptor: int, data: bytes | bytearray) -> None:
    """Write all of it."""
    while data:
        data = data[os.write(descriptor, data) :]


def close_all_but(kept: int) -> None:
    """Leave a process nothing to write to but `kept` and what goes nowhere."""
    nowhere = os.open(os.devnull, os.O_RDWR)
    for standard in (0, 1, 2):
        os.dup2(nowhere, standard)
    os.closerange(3, kept)
    os.closerange(kept + 1, max(kept + 1, os.sysconf("SC_OPEN_MAX") if os.sysconf("SC_OPEN_MAX") < 65536 else 4096))


def end(pid: int) -> int:
    """End a process with its group, if it still runs; how it ended, as `os.waitpid` tells it."""
    for kill in (os.killpg, os.kill):
        with suppress(OSError):
            kill(pid, 9)
    with suppress(OSError):
        return os.waitpid(pid, 0)[1]
    return 0


def import_libraries(device: str) -> None:
    """Import what scripts and the worker need. Nothing is computed: a fork must not inherit a thread pool in use."""
    import torch
    import torchvision

    from headlint.runtime.worker import session
    from headlint.runtime.worker.scripts import behind_walls, warden
    from headlint.runtime.worker.scripts.answering import answer
    from headlint.runtime.worker.watching.everywhere import look_up

    assert torchvision
    assert session
    assert warden
    assert behind_walls
    if device == "meta":
        torch.set_num_threads(1)
    answer()
    look_up()
    gc.collect()
    gc.freeze()  # a collection in a child would copy every page that the worker's objects lie on


def main(arguments: list[str]) -> None:
    """Serve on standard input and output; `arguments` are the device and the folder for temporary files."""
    device, home = arguments
    requests, answers = os.dup(0), os.dup(1)
    nowhere = os.open(os.devnull, os.O_RDWR)
    for standard in (0, 1, 2):
        os.dup2(nowhere, standard)
    import_libraries(device)
    with suppress(KeyboardInterrupt, BrokenPipeError):
        Worker(requests, answers, device, home).serve()
    os._exit(0)


if __name__ == "__main__":
    main(sys.argv[1:])
