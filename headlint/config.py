"""Settings from `[tool.headlint]` in pyproject.toml, or from headlint.toml, in the nearest folder above."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from headlint.nearness import near

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_OWN = "headlint.toml"
_SHARED = "pyproject.toml"


class BadConfigError(Exception):
    """Settings that can't be used. The message is one clear line with the file's name."""


def _words(value: Any) -> tuple[str, ...]:
    if isinstance(value, list) and all(isinstance(word, str) for word in value):
        return tuple(value)
    raise ValueError("a list of strings")


def _flag(value: Any) -> bool:
    if isinstance(value, bool):
        return value
    raise ValueError("true or false")


def _word(value: Any) -> str:
    if isinstance(value, str):
        return value
    raise ValueError("a string")


def _number(value: Any) -> float:
    if isinstance(value, (int, float)) and not isinstance(value, bool) and value > 0:
        return float(value)
    raise ValueError("a number above 0")


def _whole(value: Any) -> int:
    if isinstance(value, int) and not isinstance(value, bool) and value > 0:
        return value
    raise ValueError("a whole number above 0")


KEYS: Mapping[str, Callable[[Any], object]] = {
    "select": _words,
    "ignore": _words,
    "exclude": _words,
    "static": _flag,
    "require-run": _flag,
    "fail-on": _word,
    "device": _word,
    "output-format": _word,
    "timeout": _number,
    "jobs": _whole,
}


def common_folder(paths: tuple[str, ...]) -> str:
    """The folder that holds all paths, where the search for settings begins."""
    absolute = [os.path.abspath(path) for path in paths]  # noqa: PTH100 -- pathlib costs start-up time
    try:
        folder = os.path.commonpath(absolute)
    except ValueError:  # paths on several drives have nothing in common
        return os.getcwd()  # noqa: PTH109 -- as above
    return folder if os.path.isdir(folder) else os.path.dirname(folder)  # noqa: PTH112, PTH120 -- as above


def settings(folder: str) -> dict[str, Any]:
    """The settings that hold in a folder, by key; none if no file above it has any.

    Raises `BadConfigError`.
    """
    while True:
        for name, table in ((_OWN, ()), (_SHARED, ("tool", "headlint"))):
            path = os.path.join(folder, name)  # noqa: PTH118 -- as above
            found = _read(path, table)
            if found is not None:
                return _checked(path, found)
        parent = os.path.dirname(folder)  # noqa: PTH120 -- as above
        if parent == folder:
            return {}
        folder = parent


def _read(path: str, table: tuple[str, ...]) -> dict[str, Any] | None:
    """A table of a TOML file, None if there is none. The import of a parser waits until a file speaks of us."""
    try:
        with open(path, "rb") as file:  # noqa: PTH123 -- as above
            data = file.read()
    except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
        return None
    except OSError as error:
        raise BadConfigError(f"{path}: the file can't be read ({error.strerror})") from None
    if table and b"headlint" not in data:
        return None
    import tomllib

    try:
        found: Any = tomllib.loads(data.decode())
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BadConfigError(f"{path}: it is not valid TOML ({error})") from None
    for key in table:
        found = found.get(key) if isinstance(found, dict) else None
    if found is not None and not isinstance(found, dict):
        raise BadConfigError(f"{path}: tool.headlint must be a table")
    return found


def _checked(path: str, found: dict[str, Any]) -> dict[str, Any]:
    settings: dict[str, Any] = {}
    for key, value in found.items():
        if key not in KEYS:
            raise BadConfigError(f"{path}: there is no setting {key}{_near(key)}")
        try:
            settings[key] = KEYS[key](value)
        except ValueError as error:
            raise BadConfigError(f"{path}: {key} must be {error}") from None
    return settings


def _near(key: str) -> str:
    alike = near(key, KEYS, most=1)
    return f", did you mean {alike[0]}?" if alike else f"; there are {', '.join(KEYS)}"
