"""Runs one way through a script's slice and tells its history."""

from __future__ import annotations

import sys
import warnings
from contextlib import nullcontext
from types import ModuleType
from typing import TYPE_CHECKING, Any

from headlint.history import Doubt, History, Witness
from headlint.runtime.worker.errors import NO_ROOM, lacks_room
from headlint.runtime.worker.families.labels import labels_set
from headlint.runtime.worker.holes import decided
from headlint.runtime.worker.running.closing import close, leave
from headlint.runtime.worker.running.rehearsing import Rehearsal
from headlint.runtime.worker.watching.building import watch_building
from headlint.runtime.worker.watching.choosing import choosing
from headlint.runtime.worker.watching.devices import watch_devices
from headlint.runtime.worker.watching.keeping import hidden
from headlint.runtime.worker.watching.lacking import lacked
from headlint.runtime.worker.watching.libraries import watch_libraries
from headlint.runtime.worker.watching.loading import watch_loading
from headlint.runtime.worker.watching.mixing import Mixing, Staying
from headlint.runtime.worker.watching.modes import watch_modes
from headlint.runtime.worker.watching.optimizers import watch_optimizers
from headlint.runtime.worker.watching.places import Source
from headlint.runtime.worker.watching.surgery import watch_surgery
from headlint.runtime.worker.watching.unheard import imported, unheard
from headlint.runtime.worker.watching.watch import Watch

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import FrameType

    from headlint.runtime.slices.modules import Module
    from headlint.runtime.worker.watching.script import Program, Scenario

MARKER = "__headlint__"


class Marker:
    """What a slice calls where the script's own training stands."""

    def __init__(self, watch: Watch) -> None:
        self._watch = watch
        self._reached = False
        self._rehearsal = Rehearsal(watch)
        self.doubts: dict[tuple[int, str], None] = {}
        self._heard: list[BaseException] = []

    def training(self, line: int) -> None:
        """The script trains on this line: its models are as they go into their first training."""
        if not self._reached:
            self._reached = True
            close(self._watch, self._watch.source.at(line))

    def choosing(self, line: int, items: Iterator[Any], frame: FrameType) -> Iterator[Any]:
        """The items of the loop on this line, which may freeze what a condition picks."""
        return choosing(self._watch, line, items, frame)

    def rehearse(self, function: Callable[[], Any]) -> None:
        """What the script's training does once, without learning anything."""
        self._rehearsal.run(function)

    def stepped(self) -> None:
        """The script goes backward: what it rehearses is a training step."""
        self._rehearsal.stepped()

    def rehearse_steps(self) -> None:
        """The training steps of modules that a trainer would train."""
        self._rehearsal.run_steps()

    def follow(self, path: str, module: Module) -> None:
        """The script imports a module of the user's own, who knows it as `path`."""
        self._watch.source.follow(path, module)

    def fell(self, line: int, bound: tuple[str, ...], error: BaseException) -> None:
        """The statement on this line can't be executed here, and `bound` are unknown from there on."""
        names = f", so that `{'`, `'.join(bound)}` can't be known" if bound else ""
        self.doubts[line, f"it can't be executed here ({type(error).__name__}){names}"] = None
        self.failed(error)

    def failed(self, error: BaseException) -> None:
        """An error was raised, of which statements further out may tell again."""
        if all(error is not one for one in self._heard):
            self._heard.append(error)
            found = lacked(self._watch, error) or unheard(self._watch, error)
            if found is not None:
                self._watch.journal.add(found)


def run(path: str, program: Program, scenario: Scenario, device: str) -> History:
    """The history of one scenario of the script at `path`, with parameters on `device`: `meta`, `cpu` or `cuda`.

    Anything that the script raises ends it there; what became of its models until then is told.
    """
    decided.clear()
    watch = Watch(Source(path, program), device)
    watch.goes_backward = device != "meta"
    marker = Marker(watch)
    with watch.patches, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        watch_devices(watch)
        watch_loading(watch)
        watch_surgery(watch)
        watch_optimizers(watch)
        watch_modes(watch)
        watch_building(watch)
        watch_libraries(watch)
        with Mixing() if device == "meta" else Staying() if device == "cpu" else nullcontext():
            stopped = _follow(watch, marker, program, scenario)
            close(watch)
            leave(watch)
            marker.rehearse_steps()
    watch.journal.events += imported(watch)
    watch.journal.events += hidden(watch)
    watch.journal.events += labels_set(watch)
    doubts = tuple(Doubt(watch.source.at(line), why) for line, why in marker.doubts)
    return History(Witness.RUNTIME, tuple(watch.journal.events), scenario.name, doubts, stopped)


def _follow(watch: Watch, marker: Marker, program: Program, scenario: Scenario) -> str:
    """Run the module level and the entry point; why that ended early, '' if it didn't."""
    module = ModuleType("headlint_script" if scenario.target else "__main__")
    module.__file__ = watch.source.path
    namespace: dict[str, Any] = vars(module)
    namespace[MARKER] = marker
    watch.patches.entry(sys.modules, module.__name__, module)
    try:
        exec(compile(program.tree, watch.source.path, "exec"), namespace)  # noqa: S102  # running scripts is the job
        scenario.call(namespace)
    except BaseException as error:  # a script may end in any way, sys.exit included
        marker.failed(error)
        return _told(watch, error)
    finally:
        watch.quiet = 0
    return ""


def _told(watch: Watch, error: BaseException) -> str:
    """Why a script ended, with the line of the user's own that led there."""
    where, trace = "the script", error.__traceback__
    while trace is not None:
        if watch.source.is_user(trace.tb_frame):
            path = watch.source.place_at(trace).path
            where = f"line {trace.tb_lineno}" + ("" if path == watch.source.path else f" of {path}")
        trace = trace.tb_next
    if isinstance(error, SystemExit):
        return f"{where} ends the script"
    if lacks_room(error):
        return f"{where} stops: {NO_ROOM}"
    text = str(error).strip().split("\n")[0]
    return f"{where} raises {type(error).__name__}{f': {text}' if text else ''}"
