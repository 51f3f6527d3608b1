"""`[tool.headlint]` in pyproject.toml, or headlint.toml: the nearest one above the working folder."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

_KEYS: dict[str, type] = {
    "select": list,
    "ignore": list,
    "static": bool,
    "device": str,
    "timeout": (float),
    "output-format": str,
    "fail-on": str,
}


class ConfigError(Exception):
    """The configuration can't be used; the text is one clear line."""


def load(start: Path) -> dict[str, Any]:
    """The settings that hold for a folder; empty if no file gives any.

    Raises `ConfigError`.
    """
    for folder in (start, *start.parents):
        own = folder / "headlint.toml"
        if own.is_file():
            return _checked(own, _read(own))
        project = folder / "pyproject.toml"
        if project.is_file():
            table = _read(project).get("tool", {}).get("headlint")
            if table is not None:
                return _checked(project, table)
    return {}


def _read(path: Path) -> dict[str, Any]:
    data = path.read_bytes()
    if path.name == "pyproject.toml" and b"headlint" not in data:
        return {}
    import tomllib

    try:
        return tomllib.loads(data.decode())
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path}: it is not valid TOML ({error})") from None


def _checked(path: Path, table: dict[str, Any]) -> dict[str, Any]:
    for key, value in table.items():
        if key not in _KEYS:
            raise ConfigError(f"{path}: headlint has no setting `{key}`; it knows {', '.join(sorted(_KEYS))}")
        wanted = _KEYS[key]
        fits = isinstance(value, (int, float)) if wanted is float else isinstance(value, wanted)
        if not fits or (wanted is list and not all(isinstance(item, str) for item in value)):
            kind = {list: "a list of texts", bool: "true or false", str: "a text", float: "a number"}[wanted]
            raise ConfigError(f"{path}: `{key}` takes {kind}")
    return table
