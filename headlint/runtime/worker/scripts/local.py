"""The user's own modules beside a script, made as tolerant as the script itself: one broken line costs only itself."""

from __future__ import annotations

import importlib.machinery
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from headlint.runtime.slices.modules import tolerant_module

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import CodeType, ModuleType

MARKER = "__headlint__"
followed: list[str] = []
"""The files of the modules that were loaded in this process."""


def script_marker() -> Any:
    """The marker of the script that is being run, None if there is none."""
    found = (getattr(sys.modules.get(name), MARKER, None) for name in ("__main__", "headlint_script"))
    return next(filter(None, found), None)


class Elsewhere:
    """What a module of the user's calls in place of its training: it passes on where the script itself stands."""

    is_elsewhere = True

    def __init__(self, path: str) -> None:
        self._path = path

    def training(self, _: int) -> None:
        marker, line = script_marker(), self._line()
        if marker is not None and line:
            marker.training(line)

    def rehearse(self, function: Callable[[], Any]) -> None:
        marker = script_marker()
        if marker is not None:
            marker.rehearse(function)

    def stepped(self) -> None:
        marker = script_marker()
        if marker is not None:
            marker.stepped()

    def _line(self) -> int:
        """The line of the script that led here, 0 if none did."""
        frame = sys._getframe(1)
        while frame.f_back is not None and frame.f_code.co_filename != self._path:
            frame = frame.f_back
        return frame.f_lineno if frame.f_code.co_filename == self._path else 0


class Loader(importlib.machinery.SourceFileLoader):
    """Loads a module of the user's, and has it watched like the script itself."""

    def __init__(self, name: str, file: str, script: str, folder: str) -> None:
        super().__init__(name, file)
        self._script = script
        self._folder = folder

    def get_code(self, fullname: str) -> CodeType | None:
        source = self.get_source(fullname)
        try:
            module = tolerant_module(self.path, source or "")
        except (SyntaxError, ValueError, RecursionError):
            return super().get_code(fullname)
        followed.append(self.path)
        marker = script_marker()
        if marker is not None:
            marker.follow(self._told_path(), module)
        return module.code

    def _told_path(self) -> str:
        """The module's path as the user would spell it, who spelled the script's."""
        below = os.path.relpath(self.path, self._folder)
        return os.path.normpath(Path(self._script).parent / below)

    def exec_module(self, module: ModuleType) -> None:
        vars(module)[MARKER] = Elsewhere(self._script)
        super().exec_module(module)
