"""The models of the zoo that a script builds on a line, or before it: `headlint zoo train.py:12`.

The static witness reads the script, one way after another; each way may build another model on the same line.
"""

from __future__ import annotations

import ast
from dataclasses import replace
from typing import TYPE_CHECKING

from headlint.history import Built, Known, Replaced, Role, Unknown
from headlint.parsing import parse
from headlint.record import Record
from headlint.refusal import RefusedError
from headlint.spot import histories, read, spot
from headlint.zoo import Row, find
from headlint.zoo.variants import asked

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from headlint.finding import Place
    from headlint.history import Event, History, Model
    from headlint.source import Source
    from headlint.spot import Spot


class BuiltThere(Record):
    """A model as it is built at a place, which text stands there, and what it is called from then on.

    `replaced` is what the script puts into it afterwards.
    """

    place: Place
    text: str
    name: str
    model: Model
    row: Row
    replaced: tuple[Replaced, ...]


def built_there(wanted: str) -> tuple[BuiltThere, ...]:
    """The models that `FILE:LINE` speaks of: built on the line, changed on it, or else the last one built before it.

    Raises `RefusedError` for a place that isn't one, and where no model of the zoo is built.
    """
    if wanted.endswith((".py", ".ipynb")):
        form = f"a cell and a line, as in {wanted}:3:12" if wanted.endswith(".ipynb") else f"a line, as in {wanted}:12"
        raise RefusedError(f"{wanted} needs {form}; {_all_built(read(wanted))}")
    where = spot(wanted)
    ways = histories(where.source)
    found: dict[object, BuiltThere] = {}
    for way, event in _meant(ways, where):
        there = _there(way, event, where.source)
        if there is not None:
            found.setdefault((there.place, there.row, there.model.classes, there.model.pretrained), there)
    if not found:
        raise RefusedError(f"{wanted}: {_silence(ways, where)}; {_all_built(where.source)}")
    return tuple(found.values())


# ---- which models are meant


def _meant(ways: Sequence[History], where: Spot) -> list[tuple[History, Built]]:
    """The models that a line speaks of, on all ways through the script: by the first reading that finds any."""
    homes = _Homes(where)
    readings: tuple[Callable[[History], Iterable[Built]], ...] = (
        lambda way: (event for event in _of_the_zoo(way) if where.covered(event.place)),
        lambda way: _touched(way, where),
        homes.last_before,
        homes.last_called,
    )
    for reading in readings:
        found = [(way, event) for way in ways for event in reading(way)]
        if found:
            return found
    return []


def _of_the_zoo(way: History) -> list[Built]:
    return [event for event in way.of(Built) if event.model.library]


def _touched(way: History, where: Spot) -> list[Built]:
    numbers = {_number(event) for event in way.events if where.covered(event.place)}
    return [event for event in _of_the_zoo(way) if event.model.number in numbers]


def _number(event: Event) -> int:
    model: Model | None = getattr(event, "model", None)
    return model.number if model is not None else 0


class _Homes:
    """The functions and classes at a file's top, one of which a line lies in, or in none: its home."""

    def __init__(self, where: Spot) -> None:
        self._where = where
        self._tree = parse(where.source.text)
        kinds = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
        self._spans = [(node.lineno, node.end_lineno or 0) for node in self._tree.body if isinstance(node, kinds)]
        self._home = self._of(where.line)

    def _of(self, line: int) -> tuple[int, int]:
        return next(((first, last) for first, last in self._spans if first <= line <= last), (0, 0))

    def _shares(self, place: Place) -> bool:
        return place.path == self._where.source.path and self._of(place.line) == self._home

    def last_before(self, way: History) -> list[Built]:
        """The last model that is built above the line in its home."""
        above = [
            event for event in _of_the_zoo(way) if self._shares(event.place) and event.place.line <= self._where.line
        ]
        return sorted(above, key=lambda event: event.place.line)[-1:]

    def last_called(self, way: History) -> list[Built]:
        """The last model that a call above the line in its home has built somewhere else."""
        calls = (node for node in ast.walk(self._tree) if isinstance(node, ast.Call))
        if not any(self._of(call.lineno) == self._home and call.lineno <= self._where.line for call in calls):
            return []
        below = (self._shares(event.place) and event.place.line > self._where.line for event in way.events)
        until = next((index for index, is_below in enumerate(below) if is_below), len(way.events))
        built = [event for event in way.events[:until] if isinstance(event, Built) and event.model.library]
        return [event for event in built if self._knows(way, event)][-1:]

    def _knows(self, way: History, built: Built) -> bool:
        """Whether the home has to do with a model: a function by what it does to it, the file if nothing is entered."""
        if self._home == (0, 0):
            return not way.scenario.partition(" with ")[0].endswith("(…)")
        return any(self._shares(event.place) and _number(event) == built.model.number for event in way.events)


# ---- what is to be told of them


def _there(way: History, event: Built, source: Source) -> BuiltThere | None:
    row = _as_built(event)
    if row is None:
        return None
    own = source if event.place.path == source.path else read(event.place.path)
    changes = tuple(change for change in way.of(Replaced) if change.model.number == event.model.number)
    placed = tuple(replace(change, place=source.placed(change.place)) for change in changes)
    place = own.placed(event.place)
    return BuiltThere(place, own.line(place).strip(), _name(own.text, event), event.model, row, placed)


def _as_built(event: Built) -> Row | None:
    """The zoo's row of a model, for the classes and channels that it was built with."""
    row = _row(event)
    if isinstance(row, Unknown):
        return None
    model = event.model
    told = {argument.name: argument.value.value for argument in event.arguments if isinstance(argument.value, Known)}
    if isinstance(model.classes, int):
        told["num_classes"] = model.classes
    stem = next((slot for slot in model.slots if slot.role is Role.STEM), None)
    if stem is not None and isinstance(stem.layer.takes, Known):
        told["in_chans"] = stem.layer.takes.value
    changed = asked(row, told)
    return replace(row if isinstance(changed, Unknown) else changed, slots=model.slots)


def _row(event: Built) -> Row | Unknown:
    """The row, for the tag that the call names if it names one."""
    model = event.model
    for argument in event.arguments:
        if isinstance(argument.value, Known) and isinstance(argument.value.value, str):
            row = find(model.library, argument.value.value)
            if isinstance(row, Row) and row.name == model.name:
                return row
    return find(model.library, model.name, trained=model.pretrained is True)


def _name(text: str, event: Built) -> str:
    """What the script calls the model that it builds there: `net`, `self.backbone`; `model` if it has no name."""
    for node in ast.walk(parse(text)):
        if isinstance(node, ast.Assign | ast.AnnAssign) and node.lineno <= event.place.line <= (node.end_lineno or 0):
            target = node.targets[0] if isinstance(node, ast.Assign) else node.target
            builds = isinstance(node.value, ast.Call) and ast.unparse(node.value.func) == event.callee
            if builds and isinstance(target, ast.Name | ast.Attribute):
                return ast.unparse(target)
    return "model"


# ---- where there is none


def _silence(ways: Sequence[History], where: Spot) -> str:
    doubts = (doubt for way in ways for doubt in way.doubts)
    why = next((doubt.why for doubt in doubts if where.covered(doubt.place)), "")
    return f"no model of the zoo is built there or before{f' ({why})' if why else ''}"


def _all_built(source: Source) -> str:
    told = dict.fromkeys(_shown(event, source) for way in histories(source) for event in _of_the_zoo(way))
    return f"it builds {', '.join(told)}" if told else "none is built in all of the file"


def _shown(event: Built, source: Source) -> str:
    place = source.placed(event.place) if event.place.path == source.path else event.place
    cell = f"in cell {place.cell} " if place.cell else ""
    elsewhere = "" if event.place.path == source.path else f" of {event.place.path}"
    return f"{event.model.name} {cell}on line {place.line}{elsewhere}"
