"""What a child does: it raises the walls around itself, runs a scenario, and makes its history a document."""

from __future__ import annotations

import json
import os
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from headlint.history import Built
from headlint.runtime import wire
from headlint.runtime.slices.program import package_of
from headlint.runtime.worker import session
from headlint.runtime.worker.running.real import most_memory
from headlint.runtime.worker.scripts.commandline import Arguments, choose, commands
from headlint.runtime.worker.scripts.lightning import lightning
from headlint.runtime.worker.scripts.local import followed
from headlint.runtime.worker.scripts.missing import Finder, own_roots
from headlint.runtime.worker.scripts.tolerance import first_fallen
from headlint.runtime.worker.walls import Walls, die_with_parent

if TYPE_CHECKING:
    from headlint.runtime.slices.scenarios import Scenario
    from headlint.runtime.worker.scripts.warden import Script

_RECURSION = 3000


def run(script: Script, scenario: Scenario, seconds: float) -> bytes:
    """The document of a scenario's history."""
    dumps, encode = json.dumps, wire.encode
    _settle(script)
    program = script.program.narrowed(scenario)
    choose(dict(scenario.options))
    die_with_parent()
    Walls(script.home).raise_up(seconds, script.device)
    history = session.run(script.path, program, scenario, script.device)
    came_to_nothing = not history.stopped and not any(history.of(Built))
    told: dict[str, Any] = {
        "history": encode(history),
        "fell": first_fallen(program.building) if came_to_nothing else None,
        "modules": followed,
        "reached": sorted({event.place.span.line for event in history.events if event.place.path == script.path}),
    }
    if script.device != "meta":
        told["memory"] = most_memory(script.device)
    return dumps(told, separators=(",", ":")).encode()


def _settle(script: Script) -> None:
    """Make the process look to the script like one that runs it, in the folder in which it lies."""
    folder = str(Path(script.path).resolve().parent)
    sys.argv = Arguments([script.path])
    sys.dont_write_bytecode = True
    sys.setrecursionlimit(_RECURSION)
    sys.path[:0] = own_roots(folder)
    sys.path.append(package_of(script.path, script.program.climbs)[1])
    sys.meta_path.insert(0, Finder(folder, script.path, commands() | lightning()))
    tempfile.tempdir = script.home
    for name in ("HOME", "TMPDIR", "TEMP", "TMP"):
        os.environ[name] = script.home
    if Path(folder).is_dir():
        os.chdir(folder)
