"""What goes over the wire comes back as it was, and nothing else comes over it."""

from __future__ import annotations

import json
import types
import typing
from dataclasses import fields, is_dataclass
from enum import Enum
from typing import Any

import pytest

from headlint import finding, history
from headlint.runtime import wire
from headlint.runtime.wire import MalformedError


def example(hint: Any, deep: int = 0) -> Any:
    """A value of a type, as full as it can be without end."""
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if origin in (typing.Union, types.UnionType):
        return example(arguments[deep % len(arguments)], deep + 1)
    if origin is tuple:
        if arguments[-1] is Ellipsis:
            return () if deep > 4 else (example(arguments[0], deep + 1),) * 2
        return tuple(example(one, deep + 1) for one in arguments)
    if isinstance(hint, type) and issubclass(hint, Enum):
        return list(hint)[deep % len(hint)]
    if is_dataclass(hint):
        hints = typing.get_type_hints(hint, localns=wire.vocabulary())
        return hint(*(example(hints[field.name], deep + 1) for field in fields(hint)))
    plain: dict[Any, Any] = {int: deep, str: "ü\n", float: 0.5, bool: True, type(None): None}
    return plain[hint]


ALL = sorted(wire.vocabulary())


@pytest.mark.parametrize("name", ALL)
@pytest.mark.parametrize("deep", range(4))
def test_every_word_of_the_vocabulary_comes_back(name: str, deep: int) -> None:
    kind = wire.vocabulary()[name]
    value = example(kind, deep)
    assert wire.decode(json.loads(json.dumps(wire.encode(value))), kind) == value


def test_no_word_of_the_vocabulary_is_forgotten() -> None:
    ours = {
        name
        for module in (finding, history)
        for name, value in vars(module).items()
        if isinstance(value, type) and value.__module__.startswith(module.__name__) and not typing.get_origin(value)
    }
    assert {name for name in ours if is_dataclass(vars(history).get(name, vars(finding).get(name)))} <= set(ALL)
    assert {"History", "Readied", "Place", "Witness"} <= set(ALL)


def test_an_object_that_many_speak_of_is_sent_once() -> None:
    model = example(history.Model)
    place = example(finding.Place)
    told = history.History(history.Witness.RUNTIME, tuple(history.Loaded(place, model, True) for _ in range(50)))
    names = [node[0] for node in wire.encode(told)["nodes"]]
    assert names.count("Model") == 1
    assert wire.loads(wire.dumps(told)) == told


@pytest.mark.parametrize("value", [object(), [1], {"a": 1}, b"x", 1j, history.History])
def test_what_is_no_word_cannot_be_sent(value: object) -> None:
    with pytest.raises(MalformedError):
        wire.encode(value)


def test_a_stranger_of_the_same_name_cannot_be_sent() -> None:
    class Known:
        pass

    with pytest.raises(MalformedError):
        wire.encode(Known())


GOOD = wire.encode(history.History(history.Witness.RUNTIME, (), "scenario"))
BROKEN: dict[str, object] = {
    "no document": [],
    "no nodes": {"root": 1},
    "nodes no list": {"nodes": {}, "root": 1},
    "no root": {"nodes": []},
    "a node without a name": {"nodes": [[]], "root": {"node": 0}},
    "a node that is no list": {"nodes": ["History"], "root": {"node": 0}},
    "an unknown word": {"nodes": [["System", "rm"]], "root": {"node": 0}},
    "a field too few": {"nodes": [["Known"]], "root": {"node": 0}},
    "a field too many": {"nodes": [["Absent", 1]], "root": {"node": 0}},
    "a field of a wrong type": {"nodes": [["Unknown", 1]], "root": {"node": 0}},
    "a bool for a number": {"nodes": [["Span", True, 1, 1, 1]], "root": {"node": 0}},
    "no member of the enum": {"nodes": [["Witness", "both"]], "root": {"node": 0}},
    "a node that comes later": {"nodes": [["Absent"]], "root": {"node": 1}},
    "a negative node": {"nodes": [["Absent"]], "root": {"node": -1}},
    "a bare list": {"nodes": [], "root": [1]},
    "no history": {"nodes": [["Absent"]], "root": {"node": 0}},
    "a scalar": {"nodes": [], "root": 1},
}


@pytest.mark.parametrize("case", list(BROKEN))
def test_what_is_malformed_is_refused_with_one_exception(case: str) -> None:
    with pytest.raises(MalformedError):
        wire.history_of(BROKEN[case])


@pytest.mark.parametrize("text", ["", "{", "null", '"x"', "[" * 100_000], ids=["empty", "half", "null", "text", "deep"])
def test_what_is_no_json_is_refused(text: str) -> None:
    with pytest.raises(MalformedError):
        wire.loads(text)


def test_any_single_change_is_refused_or_understood() -> None:
    text = json.dumps(GOOD)
    for at in range(len(text)):
        try:
            wire.loads(text[:at] + text[at + 1 :])
        except MalformedError:
            continue
