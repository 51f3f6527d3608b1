"""Calls a function or a class that nothing in its script calls, with what can be known of its arguments."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, Any

from headlint.runtime.slices.choices import Other
from headlint.runtime.worker.counts import counts
from headlint.runtime.worker.holes import Hole, HoleFloat, HoleInt
from headlint.runtime.worker.scripts.commandline import is_command

if TYPE_CHECKING:
    from collections.abc import Iterable

_WIDTHS = ("num_", "n_", "nb_")
_PATIENT = (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD)
_made: list[object] = []
"""What was made stays alive until the history is told, as in a caller's variable."""


def call(target: Any, given: dict[str, Any], hooks: Iterable[str]) -> Any:
    """Call a function; or make an object, and call those of its methods that build."""
    if target is None:
        raise NameError("there is nothing of that name in it")
    if isinstance(target, Hole):
        return None
    positional, named = arguments(target, given)
    made = target(*positional, **named)
    _made.append(made)
    if inspect.iscoroutine(made):
        made.close()
    for hook in hooks:
        method = getattr(made, hook, None)
        if callable(method) and not isinstance(method, Hole):
            values, more = arguments(method, {})
            _made.append(method(*values, **more))
    return made


def arguments(target: Any, given: dict[str, Any]) -> tuple[list[Any], dict[str, Any]]:
    """What is passed: the given ones, stand-ins for those without a default."""
    try:
        signature = inspect.signature(target)
    except (TypeError, ValueError):
        return [], given
    positional: list[Any] = []
    named: dict[str, Any] = {}
    chosen = _nested(given)
    if is_command(target):
        return [], chosen
    for name, parameter in signature.parameters.items():
        if parameter.kind in _PATIENT or (name not in chosen and parameter.default is not parameter.empty):
            continue
        value = chosen[name] if name in chosen else stand_in(name, parameter.annotation)
        if isinstance(value, Other):
            value = _other(value, name, parameter.annotation)
        if parameter.kind is parameter.POSITIONAL_ONLY:
            positional.append(value)
        else:
            named[name] = value
    return positional, named


def _other(value: Other, name: str, annotation: Any) -> Any:
    if value.kind is None:
        return stand_in(name, annotation)
    return HoleInt() if value.kind is int else HoleFloat(0.5)


def _nested(given: dict[str, Any]) -> dict[str, Any]:
    """`args.model` as a hole whose `model` is known."""
    chosen: dict[str, Any] = {}
    for name, value in given.items():
        owner, _, attribute = name.partition(".")
        chosen[owner] = Hole(owner, {attribute: value}) if attribute else value
    return chosen


def stand_in(name: str, annotation: Any) -> Any:
    """A value for a parameter that nobody gives."""
    if annotation in (int, "int") or counts(name) or name.startswith(_WIDTHS):
        return HoleInt()
    if name == "device":
        return "cpu"
    return Hole(name)
