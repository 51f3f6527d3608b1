"""The user's own modules beside a script, made as tolerant as the script itself: one broken line costs only itself."""

from __future__ import annotations

import importlib.machinery
import sys
from typing import TYPE_CHECKING, Any

from headlint.runtime.slices.program import tolerant_module

if TYPE_CHECKING:
    from types import CodeType, ModuleType

MARKER = "__headlint__"


class Elsewhere:
    """What a module of the user's calls in place of its training: it passes on where the script itself stands."""

    is_elsewhere = True

    def __init__(self, path: str) -> None:
        self._path = path

    def training(self, _: int) -> None:
        for name in ("__main__", "headlint_script"):
            marker = getattr(sys.modules.get(name), MARKER, None)
            line = self._line()
            if marker is not None and line:
                marker.training(line)
                return

    def _line(self) -> int:
        """The line of the script that led here, 0 if none did."""
        frame = sys._getframe(1)
        while frame.f_back is not None and frame.f_code.co_filename != self._path:
            frame = frame.f_back
        return frame.f_lineno if frame.f_code.co_filename == self._path else 0


class Loader(importlib.machinery.SourceFileLoader):
    """Loads a module of the user's."""

    def __init__(self, name: str, file: str, script: str) -> None:
        super().__init__(name, file)
        self._script = script

    def get_code(self, fullname: str) -> CodeType | None:
        source = self.get_source(fullname)
        try:
            tree = tolerant_module(source or "")
        except (SyntaxError, ValueError, RecursionError):
            return super().get_code(fullname)
        code: Any = compile(tree, self.path, "exec", dont_inherit=True)
        return code  # type: ignore[no-any-return]  # a module compiles to code

    def exec_module(self, module: ModuleType) -> None:
        vars(module)[MARKER] = Elsewhere(self._script)
        super().exec_module(module)
