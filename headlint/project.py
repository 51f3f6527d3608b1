"""Where the user's own modules lie: from which folders a project's scripts import them."""

from __future__ import annotations

import os
from functools import cache

_MARKS = (".git", "pyproject.toml", "setup.py", "setup.cfg", "requirements.txt")
_HIGHEST = 5


# os.path and plain strings throughout: pathlib costs start-up time
def roots(folder: str) -> list[str]:
    """The folders from which a project's modules are imported: the script's own, and those up to the project's root."""
    found: list[str] = []
    current = folder or "."
    for _ in range(_HIGHEST):
        found += [current, os.path.join(current, "src")]  # noqa: PTH118 -- as said above
        if _is_marked(current):
            break
        current = os.path.normpath(os.path.join(current, ".."))  # noqa: PTH118 -- as said above
    return found


def _is_marked(folder: str) -> bool:
    return any(os.path.exists(os.path.join(folder, mark)) for mark in _MARKS)  # noqa: PTH110, PTH118 -- as said above


def is_whole(folder: str) -> bool:
    """Whether the last of a folder's roots is the project's: something marks it as such."""
    return _is_marked(os.path.dirname(roots(folder)[-1]))  # noqa: PTH120 -- as said above


@cache
def is_test(path: str) -> bool:
    """Whether a file holds tests, by pytest's names for them: a test trains nothing, and hands out what is at hand."""
    name = os.path.basename(path)  # noqa: PTH119 -- pathlib costs start-up time
    return name.startswith("test_") or name.endswith("_test.py")


def lookup(folder: str, module: str) -> str | None:
    """The file that a module name means for a script in `folder`."""
    level = len(module) - len(module.lstrip("."))
    parts = [part for part in module.lstrip(".").split(".") if part]
    starts = [os.path.normpath(os.path.join(folder, *[".."] * (level - 1)))] if level else roots(folder)  # noqa: PTH118 -- as said above
    for start in starts:
        base = os.path.join(start, *parts)  # noqa: PTH118 -- as said above
        for candidate in (f"{base}.py", os.path.join(base, "__init__.py")):  # noqa: PTH118 -- as said above
            if os.path.isfile(candidate):  # noqa: PTH113 -- as said above
                return os.path.normpath(candidate)
    return None
