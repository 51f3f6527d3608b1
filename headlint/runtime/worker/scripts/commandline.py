"""Command lines that nobody types: argparse, click, Hydra, fire and their like give their defaults."""

from __future__ import annotations

import argparse
import functools
import inspect
from pathlib import Path
from typing import TYPE_CHECKING, Any

from headlint.runtime.worker.counts import counts
from headlint.runtime.worker.holes import Hole, HoleFloat, HoleInt, filled, parts
from headlint.runtime.worker.scripts.configuration import Settings, configured

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable


def answer_command_lines() -> None:
    """Let argparse give defaults, whatever stands on headlint's own command line; it never ends the process."""
    parser: Any = argparse.ArgumentParser
    parser.parse_args = _parse_args
    parser.parse_known_args = _parse_known_args
    parser.parse_intermixed_args = _parse_args
    parser.exit = parser.error = parser.print_help = parser.print_usage = _nothing


class Arguments(list[Any]):
    """`sys.argv` of a script that nobody calls: what isn't there is a hole."""

    def __getitem__(self, key: Any) -> Any:
        return Hole("argument") if isinstance(key, int) and key >= len(self) else super().__getitem__(key)


_chosen: dict[str, Any] = {}


def choose(options: dict[str, Any]) -> None:
    """Have these options given on the command line, or wherever else they may come from."""
    _chosen.update(options)
    parts.update(options)


def _nothing(*_: Any, **__: Any) -> None:
    return None


def _parse_args(self: argparse.ArgumentParser, args: Any = None, namespace: Any = None) -> argparse.Namespace:
    return _parse_known_args(self, args, namespace)[0]


def _parse_known_args(
    self: argparse.ArgumentParser,
    args: Any = None,  # noqa: ARG001 -- nobody types any
    namespace: Any = None,
) -> tuple[argparse.Namespace, list[str]]:
    found = namespace if namespace is not None else argparse.Namespace()
    for action in self._actions:
        if action.dest in {argparse.SUPPRESS, "help"} or action.default is argparse.SUPPRESS:
            continue
        if not hasattr(found, action.dest):
            setattr(found, action.dest, _value(self, action))
    for name, value in self._defaults.items():
        if not hasattr(found, name):
            setattr(found, name, value)
    return found, []


def _value(parser: argparse.ArgumentParser, action: argparse.Action) -> Any:
    """An argument's default as argparse would give it; what a required one may be."""
    if action.dest in _chosen:
        return _chosen[action.dest]
    if isinstance(action, argparse._SubParsersAction):
        return next(iter(action.choices), None) if action.choices else None
    is_given = action.required or not action.option_strings
    if action.default is None and is_given:
        return _required(action)
    if isinstance(action.default, str):
        try:
            return parser._get_value(action, action.default)
        except (argparse.ArgumentError, TypeError, ValueError):
            return action.default
    return action.default


def _required(action: argparse.Action) -> Any:
    one = next(iter(action.choices)) if action.choices else of_type(action.type, action.dest)
    return [one] if action.nargs in {"+", "*"} or isinstance(action.nargs, int) else one


def of_type(kind: Any, name: str) -> Any:
    """A stand-in for a value of a type that nobody gives."""
    if kind is int or (counts(name) and kind is not str):
        return HoleInt()
    if kind is float:
        return HoleFloat(0.5)
    return kind() if kind is bool else Hole(name)


# ---- libraries that turn functions into commands


def commands() -> dict[str, Callable[[], dict[str, Any]]]:
    """The stand-ins for libraries of command lines, by their top-level names."""
    return {"click": _click, "typer": _typer, "fire": _fire, "absl": _absl, "hydra": _hydra, "omegaconf": _omegaconf}


def _option(*names: str, **settings: Any) -> Callable[[Any], Any]:
    """`@click.option("--lr", default=0.1)`."""

    def keep(function: Any) -> Any:
        target = inspect.unwrap(function)
        known = vars(target).setdefault("__headlint_options__", {})
        known[_option_name(names)] = _option_value(names, settings)
        return function

    return keep


def _option_name(names: Iterable[str]) -> str:
    plain = [name for name in names if name.isidentifier()]
    long = [name.split("/")[0].lstrip("-").replace("-", "_") for name in names if name.startswith("--")]
    return (plain or long or ["unknown"])[0]


def _option_value(names: Iterable[str], settings: dict[str, Any]) -> Any:
    if "default" in settings:
        return settings["default"]
    if settings.get("is_flag") or any("/--" in name for name in names):
        return False
    is_position = not any(name.startswith("-") for name in names)
    if is_position or settings.get("required"):
        return of_type(settings.get("type"), _option_name(names))
    return None


def _command(*args: Any, **_: Any) -> Any:
    """`@click.command()` and `@click.command`."""
    if args and inspect.isfunction(args[0]):
        return _started(args[0])
    return _started


def is_command(function: Any) -> bool:
    """Whether a function is a command with options of its own, which give what nobody types."""
    return "__headlint_options__" in vars(inspect.unwrap(function)) if callable(function) else False


def _started(function: Callable[..., Any]) -> Callable[..., Any]:
    complete = filled(function)

    def start(*args: Any, **named: Any) -> Any:
        options = vars(inspect.unwrap(function)).get("__headlint_options__", {})
        return complete(*args, **({} if args else options | named))

    start.command = start.group = _command  # type: ignore[attr-defined] # a group's own decorators
    start.__wrapped__ = function  # type: ignore[attr-defined] # what inspect.unwrap follows
    return start


def _click() -> dict[str, Any]:
    return {"command": _command, "group": _command, "option": _option, "argument": _option, "pass_context": filled}


def _typer() -> dict[str, Any]:
    def given(default: Any = None, *_: Any, **__: Any) -> Any:
        return default if default is not ... else Hole("argument")

    return {"Option": given, "Argument": given, "run": _run, "Typer": lambda *_, **__: _App()}


class _App:
    """A typer application: calling it runs its first command."""

    def __init__(self) -> None:
        self._commands: list[Callable[..., Any]] = []

    def command(self, *_: Any, **__: Any) -> Callable[[Any], Any]:
        def keep(function: Any) -> Any:
            self._commands.append(function)
            return function

        return keep

    callback = command

    def __call__(self, *_: Any, **__: Any) -> Any:
        return _run(self._commands[0]) if self._commands else None


def _run(function: Any = None, *_: Any, **__: Any) -> Any:
    if isinstance(function, dict):
        function = next(iter(function.values()), None)
    return filled(function)() if inspect.isfunction(function) else None


def _fire() -> dict[str, Any]:
    return {"Fire": _run}


def _absl() -> dict[str, Any]:
    return {"app": _AbslApp()}


class _AbslApp:
    @staticmethod
    def run(main: Any, *_: Any, **__: Any) -> Any:
        return filled(main)()


def _omegaconf() -> dict[str, Any]:
    return {"OmegaConf": Settings()}


def _hydra() -> dict[str, Any]:
    def main(config_path: Any = None, config_name: Any = None, **_: Any) -> Callable[[Any], Any]:
        def start(function: Callable[..., Any]) -> Callable[..., Any]:
            folder = str(Path(inspect.unwrap(function).__code__.co_filename).resolve().parent)
            return filled(functools.partial(function, configured(folder, config_path, config_name)))

        return start

    return {"main": main}
