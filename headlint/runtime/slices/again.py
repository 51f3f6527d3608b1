"""Ways to go once more: to surgery that the script's own ways passed by.

A factory that the script calls with one set of arguments may replace a head only for another. Each function and class
is known here with the lines at which it puts something into a model, and with what to call to get there.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from headlint.runtime.slices.calls import FUNCTIONS, walk
from headlint.runtime.slices.choices import all_arguments, flags, gates, tables_in
from headlint.runtime.slices.scenarios import Scenario, defaults_of, entries, ways_into
from headlint.runtime.slices.trainers import builds

if TYPE_CHECKING:
    from collections.abc import Iterator

    from headlint.runtime.slices.names import Function, Names


@dataclass(frozen=True, slots=True)
class Detour:
    """Ways that may lead to the statements at these lines."""

    lines: frozenset[int]
    ways: tuple[Scenario, ...]


def detours(tree: ast.Module, names: Names) -> tuple[Detour, ...]:
    """The detours of a script, one for each function or class with surgery in it."""
    nodes, tables = list(entries(tree, names, mains=True)), tables_in(tree)
    found = []
    for node in (one for one in tree.body if isinstance(one, (*FUNCTIONS, ast.ClassDef))):
        lines = frozenset(_surgery(node, names))
        own = ways_into(node, tables) if node in nodes else ()
        ways = dict.fromkeys([*own, *(way for one in nodes for way in _through(one, node))])
        if lines and ways:
            found.append(Detour(lines, tuple(ways)))
    return tuple(found)


def _surgery(node: ast.AST, names: Names) -> Iterator[int]:
    """The lines of the statements that put something new into a part of what they are given or have built."""
    for inner in walk(node):
        if isinstance(inner, ast.Assign) and builds(inner.value, names):
            parts = (one for one in inner.targets if isinstance(one, (ast.Attribute, ast.Subscript)))
            if any(not _is_own(part) for part in parts):
                yield inner.lineno


def _is_own(target: ast.Attribute | ast.Subscript) -> bool:
    """`self.head`."""
    return isinstance(target.value, ast.Name) and target.value.id == "self"


def _through(caller: Function | ast.ClassDef, called: Function | ast.ClassDef) -> Iterator[Scenario]:
    """The ways through a function that hands its own parameters on to another, which chooses by them."""
    if isinstance(caller, ast.ClassDef) or isinstance(called, ast.ClassDef) or caller is called:
        return
    defaults = defaults_of(caller)
    for call in (inner for inner in walk(caller) if isinstance(inner, ast.Call)):
        if isinstance(call.func, ast.Name) and call.func.id == called.name:
            handed = {name: defaults[given] for given, name in _handed(call, called) if given in defaults}
            back = {name: given for given, name in _handed(call, called)}
            for name, value in _asked(called, handed):
                told = f"{caller.name}({back[name]}={value!r})"
                yield Scenario(told, caller.name, ((back[name], value),))


def _asked(called: Function, handed: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    for name, value in (*flags(called, handed), *gates(called, handed)):
        if name in handed and value is not handed[name]:
            yield name, value


def _handed(call: ast.Call, called: Function) -> Iterator[tuple[str, str]]:
    """The names that a call hands on as they are, each with the parameter that it becomes."""
    parameters = [one.arg for one in all_arguments(called)]
    given = [*zip(parameters, call.args, strict=False), *((one.arg, one.value) for one in call.keywords)]
    for name, value in given:
        if isinstance(value, ast.Name) and name is not None:
            yield value.id, name
