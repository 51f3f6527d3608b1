"""The configuration files of a project, as Hydra would compose them: the main file and its defaults, nothing else.

What isn't in a file, is interpolated, or lies in no file that can be found, is a hole.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from headlint.runtime.worker.holes import Hole

_DEEPEST = 8


def configured(folder: str, config_path: Any, config_name: Any) -> Hole:
    """What `@hydra.main(config_path=…, config_name=…)` passes to its function."""
    if not isinstance(config_name, str) or not isinstance(config_path, str | None):
        return Hole("config")
    return as_hole("config", _composed(Path(folder) / (config_path or "."), config_name, _DEEPEST))


class Settings:
    """`OmegaConf`, where it isn't installed: what a file or a dictionary says is known."""

    @staticmethod
    def load(path: Any, *_: Any) -> Hole:
        """The values of a file."""
        return as_hole("config", _read(Path(path)) if isinstance(path, str | Path) else {})

    @staticmethod
    def create(values: Any = None, **_: Any) -> Hole:
        """The values of a dictionary."""
        return as_hole("config", values if isinstance(values, dict) else {})

    def __getattr__(self, _: str) -> Hole:
        return Hole("config")


def as_hole(name: str, values: dict[str, Any]) -> Hole:
    """A hole in which some values are known."""
    return Hole(name, {key: _known(key, value) for key, value in values.items() if isinstance(key, str)})


def _known(name: str, value: Any) -> Any:
    if isinstance(value, dict):
        return as_hole(name, value)
    is_open = isinstance(value, str) and ("${" in value or value == "???")
    return Hole(name) if is_open else value


def _composed(folder: Path, name: str, depth: int) -> dict[str, Any]:
    values = _read(folder / f"{name.removesuffix('.yaml')}.yaml")
    defaults = values.pop("defaults", [])
    found: dict[str, Any] = {}
    for entry in defaults if isinstance(defaults, list) and depth else []:
        if isinstance(entry, str) and entry != "_self_":
            found |= _composed(folder, entry, depth - 1)
        elif isinstance(entry, dict):
            for group, choice in entry.items():
                if isinstance(choice, str):
                    found[str(group)] = _composed(folder / str(group), choice, depth - 1)
    return _merged(found, values)


def _merged(below: dict[str, Any], above: dict[str, Any]) -> dict[str, Any]:
    both = dict(below)
    for key, value in above.items():
        old = both.get(key)
        both[key] = _merged(old, value) if isinstance(old, dict) and isinstance(value, dict) else value
    return both


def _read(path: Path) -> dict[str, Any]:
    """The values of a YAML file; none where there is no such file, or nothing to read it with."""
    try:
        import yaml  # type: ignore[import-untyped]  # its types are a package of their own

        found = yaml.safe_load(path.read_text(encoding="utf-8"))
    except Exception:  # no package, no file, no YAML: the last one's class is only there if the package is
        return {}
    return found if isinstance(found, dict) else {}
