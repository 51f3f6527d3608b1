"""Where the script makes the layers and losses that findings speak of by name: activations and losses of torch."""

from __future__ import annotations

import sys
import sysconfig
from typing import TYPE_CHECKING

from headlint.history import Unknown

if TYPE_CHECKING:
    from types import FrameType

    from torch import nn

    from headlint.finding import Place
    from headlint.runtime.worker.watching.watch import Watch

ELSEWHERE = Unknown("it is written in another file")
_OF_LIBRARIES = (*{sysconfig.get_path(name) for name in ("stdlib", "platstdlib", "purelib", "platlib")}, "<")
_OWN = __file__.rpartition("headlint")[0] + "headlint"


def is_spoken_of(module: nn.Module) -> bool:
    """Whether it is an activation or a loss of torch."""
    kind = type(module)
    return kind.__module__.startswith("torch.nn.modules.") and kind.__module__.endswith((".activation", ".loss"))


def note_making(watch: Watch, module: nn.Module, frame: FrameType | None) -> None:
    """Remember where a module is made, and how the script says so."""
    place = place_of(watch, frame)
    if place is not None:
        watch.made[id(module)] = module, place, spelled(watch, frame)


def place_of(watch: Watch, frame: FrameType | None) -> Place | Unknown | None:
    """Where the code that runs is written: in the script, in another file of the user's, or in none (None)."""
    while frame is not None:
        name = frame.f_code.co_filename
        if name == watch.source.path:
            return watch.place(frame)
        if not name.startswith(_OF_LIBRARIES) and not name.startswith(_OWN) and "site-packages" not in name:
            return ELSEWHERE
        frame = frame.f_back
    return None


def spelled(watch: Watch, frame: FrameType | None) -> str:
    """The call that the nearest frame of the script makes, as it is written."""
    from ast import unparse

    user = watch.source.user_frame(frame or sys._getframe(1))
    call = watch.source.call(user) if user is not None else None
    return unparse(call) if call is not None else ""
