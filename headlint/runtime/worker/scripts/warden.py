"""Watches over the scenarios of one script: each runs in a child of its own, and what happens there stays there."""

from __future__ import annotations

import json
import os
import select
import shutil
import signal
import tempfile
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from headlint.runtime.slices.modules import make_ready
from headlint.runtime.worker.process import close_all_but, end, write_all

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from headlint.runtime.slices.program import Program
    from headlint.runtime.slices.scenarios import Scenario

_LONGEST = 64 << 20
_SHARE = 0.6
"""The part of the remaining time that one scenario may take where others are waiting."""
_FRAME = b"\x00headlint "


@dataclass(slots=True)
class Script:
    """A script and the circumstances in which it is run.

    `reached` are the lines of it at which something was seen, `gone` the ways that were gone.
    """

    path: str
    program: Program
    device: str
    home: str
    deadline: float
    reached: set[int] = field(default_factory=set)
    gone: set[Scenario] = field(default_factory=set)


def watch_over(request: dict[str, Any], pipe: int, device: str, home: str) -> None:
    """Run a script's scenarios one after the other, and tell each one's history, or why there is none."""
    from headlint.runtime.slices.program import slice_program

    def say(message: dict[str, Any]) -> dict[str, Any]:
        write_all(pipe, json.dumps(message | {"id": request["id"]}, separators=(",", ":")).encode() + b"\n")
        return message

    deadline = time.monotonic() + request["timeout"]
    try:
        program = slice_program(request["path"], request["text"])
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        say({"why": f"Python can't read it: {error}"})
        return
    folder = tempfile.mkdtemp(dir=home)
    script = Script(request["path"], program, device, folder, deadline)
    try:
        fell = [message.pop("fell", None) for message in map(say, _all(script, _wanted(program, request)))]
        if not request.get("entry") and all(one is not None for one in fell):
            fell += [message.pop("fell", None) for message in map(say, _all(script, program.spare))]
        if not request.get("entry"):
            _go_again(script, say)
        if not request.get("entry") and (left_out := [one.name for one in program.left_out if one not in script.gone]):
            count = len(program.scenarios)
            say({"why": f"one run goes {count} ways through a script, and leaves out {', '.join(left_out)}"})
        if all(one is not None for one in fell):
            say({"why": next(filter(None, fell), "")})
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _wanted(program: Program, request: dict[str, Any]) -> tuple[Scenario, ...]:
    """The script's own scenarios, or the one entry point that was asked for."""
    if not request.get("entry"):
        return program.scenarios
    from headlint.runtime.slices.scenarios import Scenario

    given = request.get("arguments") or {}
    shown = ", ".join(f"{name}={value!r}" for name, value in given.items()).replace("'", '"')
    return (Scenario(f"{request['entry']}({shown})", request["entry"], tuple(given.items())),)


def _go_again(script: Script, say: Callable[[dict[str, Any]], object]) -> None:
    """Go where the script's own ways have passed by surgery, while there is time and something to be gained."""
    for detour in script.program.detours:
        for way in detour.ways:
            missing = detour.lines - script.reached
            if not missing or way in script.gone:
                continue
            for message in _all(script, (way,)):
                if missing & script.reached and "history" in message:
                    say(message)


def _all(script: Script, scenarios: tuple[Scenario, ...]) -> Iterator[dict[str, Any]]:
    for number, scenario in enumerate(scenarios):
        left = script.deadline - time.monotonic()
        if left <= 0:
            names = ", ".join(one.name for one in scenarios[number:] if one.name)
            yield {"why": f"there was no time left for {names or 'the script'}"}
            return
        is_last = number == len(scenarios) - 1
        message = _one(script, scenario, left if is_last else left * _SHARE)
        imported = message.pop("modules", ())
        script.reached.update(message.pop("reached", ()))
        script.gone.add(scenario)
        yield message
        if not is_last:
            make_ready(imported)


def _one(script: Script, scenario: Scenario, seconds: float) -> dict[str, Any]:
    """Run one scenario in a child."""
    reading, writing = os.pipe()
    mark = _FRAME + os.urandom(12).hex().encode() + b" "
    pid = os.fork()
    if pid == 0:
        _become_child(script, scenario, writing, mark, seconds)
    os.close(writing)
    told, why = _listen(reading, mark, seconds)
    os.close(reading)
    status = end(pid)
    if told is not None:
        return dict(told)
    why = why or _obituary(status)
    return {"why": f"{scenario.name}: {why}" if scenario.name else why}


def _become_child(script: Script, scenario: Scenario, pipe: int, mark: bytes, seconds: float) -> None:
    """Never returns. What is needed to tell the result is taken hold of before the script can lay hands on it."""
    leave, write = os._exit, os.write
    try:
        os.setsid()
        close_all_but(pipe)
        from headlint.runtime.worker.scripts.behind_walls import run

        data = mark + run(script, scenario, seconds) + b"\n"
        while data:
            data = data[write(pipe, data) :]
    finally:
        leave(0)


def _listen(pipe: int, mark: bytes, seconds: float) -> tuple[Any, str]:
    """The document that a child tells, or why there is none."""
    deadline = time.monotonic() + seconds
    heard = bytearray()
    while True:
        ready, _, _ = select.select([pipe], [], [], max(0.0, deadline - time.monotonic()))
        if not ready:
            return None, f"it runs longer than {seconds:.0f} s" if seconds >= 1 else "it runs too long"
        data = os.read(pipe, 1 << 20)
        heard += data
        if not data or data.endswith(b"\n"):
            told = _document(heard, mark)
            if told is not None or not data:
                return told, ""
        if len(heard) > _LONGEST:
            return None, "it tells more than can be read"


def _document(heard: bytearray, mark: bytes) -> Any:
    """What stands behind the mark, which no script knows; whatever it may have written before that."""
    _, found, rest = heard.partition(mark)
    line, ended, _ = rest.partition(b"\n")
    if not found or not ended:
        return None
    try:
        told = json.loads(line)
    except ValueError:
        return None
    return told if isinstance(told, dict) else None


def _obituary(status: int) -> str:
    if os.WIFSIGNALED(status):
        number = os.WTERMSIG(status)
        name = signal.Signals(number).name if number in set(signal.Signals) else f"signal {number}"
        return f"the process that ran it was ended by {name}"
    return "the process that ran it ended before it could tell anything"
