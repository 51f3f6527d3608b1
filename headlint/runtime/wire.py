"""Histories as text: what the worker sends and the client reads. JSON of one fixed form, never pickle.

A document is `{"nodes": [...], "root": value}`. A node is a dataclass, `[name, field, ...]`, or a member of an enum,
`[name, value]`. Inside, a scalar stands for itself, `{"tuple": [...]}` for a tuple, and `{"node": n}` for an earlier
node: a model that a hundred events speak of is sent once. Decoding checks each name and the type of each field.
"""

from __future__ import annotations

import json
import types
import typing
from dataclasses import fields, is_dataclass
from enum import Enum
from functools import cache
from typing import Any, TypeVar

from headlint import finding, history

T = TypeVar("T")

_SCALARS = (str, int, float, bool, type(None))


class MalformedError(ValueError):
    """A value that can't be sent, or a text that is no document of the asked kind."""


@cache
def vocabulary() -> dict[str, type[Any]]:
    """Every dataclass and enum that can be sent, by name."""
    found = (value for module in (finding, history) for value in vars(module).values() if isinstance(value, type))
    return {kind.__name__: kind for kind in found if _is_ours(kind)}


def _is_ours(kind: type[Any]) -> bool:
    return kind.__module__.startswith((finding.__name__, history.__name__)) and (
        is_dataclass(kind) or issubclass(kind, Enum)
    )


def encode(value: object) -> dict[str, Any]:
    """The document of a value of the vocabulary. Raises `MalformedError` if something in it isn't of the vocabulary."""
    writer = _Writer()
    root = writer.write(value)
    return {"nodes": writer.nodes, "root": root}


def dumps(told: history.History) -> str:
    """A history as one line of JSON."""
    return json.dumps(encode(told), separators=(",", ":"))


class _Writer:
    """Writes values; each object once, by identity."""

    def __init__(self) -> None:
        self.nodes: list[list[object]] = []
        self._numbers: dict[int, int] = {}
        self._kept: list[object] = []  # an identity is only good for as long as its object lives

    def write(self, value: object) -> object:
        if isinstance(value, Enum):
            return self._node(value, lambda: [self.write(value.value)])
        if isinstance(value, tuple):
            return {"tuple": [self.write(item) for item in value]}
        if isinstance(value, _SCALARS):
            return value
        if is_dataclass(value):
            return self._node(value, lambda: [self.write(getattr(value, field.name)) for field in fields(value)])
        raise MalformedError(f"a value of type {type(value).__name__} can't be sent")

    def _node(self, value: object, content: typing.Callable[[], list[object]]) -> object:
        if id(value) not in self._numbers:
            name = type(value).__name__
            if vocabulary().get(name) is not type(value):
                raise MalformedError(f"{name} is no word of the vocabulary")
            written = [name, *content()]
            self._numbers[id(value)] = len(self.nodes)
            self.nodes.append(written)
            self._kept.append(value)
        return {"node": self._numbers[id(value)]}


def decode(document: object, kind: type[T]) -> T:
    """The value of a document. Raises `MalformedError` if it is no document of a `kind`."""
    try:
        reader = _Reader()
        for node in _member(document, "nodes", list):
            reader.add(node)
        value = reader.read(document["root"])  # type: ignore[index]  # a document with nodes is a dictionary
    except MalformedError:
        raise
    except (ValueError, TypeError, KeyError, IndexError, RecursionError) as error:
        raise MalformedError(f"it is no document ({type(error).__name__}: {error})") from None
    _check(value, kind)
    return value  # type: ignore[no-any-return]  # the check above is what makes it a T


def history_of(document: object) -> history.History:
    """The history that a parsed JSON document tells. Raises `MalformedError` if it tells none."""
    return decode(document, history.History)


def loads(text: str) -> history.History:
    """The history that `dumps` wrote. Raises `MalformedError` for any other text."""
    try:
        document = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise MalformedError(f"it is no JSON: {error}") from None
    return history_of(document)


class _Reader:
    """Reads values back, and checks them."""

    def __init__(self) -> None:
        self._values: list[Any] = []

    def add(self, node: object) -> None:
        if not isinstance(node, list) or not node or not isinstance(node[0], str):
            raise MalformedError("a node is no list that begins with a name")
        kind = vocabulary().get(node[0])
        if kind is None:
            raise MalformedError(f"{node[0]!r} is no word of the vocabulary")
        self._values.append(self._build(kind, [self.read(item) for item in node[1:]]))

    def _build(self, kind: type[Any], content: list[Any]) -> Any:
        if issubclass(kind, Enum):
            return kind(*content)
        hints = _hints(kind)  # type: ignore[arg-type]  # a class is hashable
        if len(content) != len(hints):
            raise MalformedError(f"{kind.__name__} has {len(hints)} fields, not {len(content)}")
        for value, hint in zip(content, hints, strict=True):
            _check(value, hint)
        return kind(*content)

    def read(self, value: object) -> Any:
        if isinstance(value, _SCALARS):
            return value
        if not isinstance(value, dict) or len(value) != 1:
            raise MalformedError("neither a scalar, nor a tuple, nor a node")
        if "tuple" in value:
            return tuple(self.read(item) for item in _member(value, "tuple", list))
        number = _member(value, "node", int)
        if not 0 <= number < len(self._values):
            raise MalformedError(f"there is no node {number} yet")
        return self._values[number]


def _member(value: object, name: str, kind: type[T]) -> T:
    member = value.get(name) if isinstance(value, dict) else None
    if type(member) is not kind:
        raise MalformedError(f"{name!r} should be a {kind.__name__}")
    return member


@cache
def _hints(kind: type[Any]) -> tuple[Any, ...]:
    """The types of a dataclass's fields, in order."""
    found = typing.get_type_hints(kind, localns=vocabulary())
    return tuple(found[field.name] for field in fields(kind))


def _check(value: object, hint: Any) -> None:
    if not _fits(value, hint):
        raise MalformedError(f"{type(value).__name__} stands where {hint} should")


def _fits(value: object, hint: Any) -> bool:
    origin = typing.get_origin(hint)
    if origin in (typing.Union, types.UnionType):
        return any(_fits(value, one) for one in typing.get_args(hint))
    if origin is tuple:
        return isinstance(value, tuple) and _fits_items(value, typing.get_args(hint))
    if hint is float:
        return type(value) in (int, float)
    if hint in _SCALARS:
        return type(value) is hint
    return isinstance(value, hint)


def _fits_items(value: tuple[object, ...], hints: tuple[Any, ...]) -> bool:
    if len(hints) == 2 and hints[1] is Ellipsis:
        return all(_fits(item, hints[0]) for item in value)
    return len(value) == len(hints) and all(map(_fits, value, hints))
