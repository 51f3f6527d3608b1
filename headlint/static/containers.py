"""Methods of lists, dictionaries and text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from headlint.history import Known
from headlint.static.binding import items_of
from headlint.static.searching import found
from headlint.static.values import NONE, Generator, Items, Opaque, Pattern, Table, Value, why_unknown

if TYPE_CHECKING:
    from collections.abc import Sequence


def method(owner: Value, name: str, positional: Sequence[Value], named: dict[str, Value]) -> Value:
    """A call of a method of a container or a text."""
    match owner:
        case Items():
            return _of_items(owner, name, positional)
        case Table():
            return _of_table(owner, name, positional, named)
        case Known(str() as text):
            return _of_text(text, name, positional)
        case Generator():
            return Opaque("headlint doesn't follow methods of iterators")
        case Pattern() if name in {"match", "search", "fullmatch"} and positional:
            return found(name, Known(owner.text), positional[0])
    return Opaque(f"headlint doesn't know the method `{name}` of this value")


def _of_items(items: Items, name: str, positional: Sequence[Value]) -> Value:
    match name, positional:
        case "append" | "add", [value]:
            items.items.append(value)
        case "extend" | "update", [more]:
            other = items_of(more)
            items.items += other.items
            items.why = items.why or other.why
        case "insert", [Known(int() as index), value]:
            items.items.insert(index, value)
        case "pop", [] if items.items:
            return items.items.pop()
        case "pop", [Known(int() as index)] if -len(items.items) <= index < len(items.items):
            return items.items.pop(index)
        case "copy", []:
            return Items(items.items, why=items.why)
        case "reverse", []:
            items.items.reverse()
        case (("index" | "count"), _):
            return Opaque("headlint doesn't search lists")
        case _:
            items.why = items.why or f"`{name}` changes the list in a way that headlint doesn't follow"
    return NONE


def _of_table(table: Table, name: str, positional: Sequence[Value], named: dict[str, Value]) -> Value:
    match name, positional:
        case "get" | "pop" | "setdefault", [Known(key), *rest]:
            if key in table.entries:
                return table.entries[key]
            return Opaque(table.why) if table.why else rest[0] if rest else NONE
        case "get" | "pop" | "setdefault", [key, *_]:
            return Opaque(why_unknown(key) or "which entry is read is not known")
        case "keys", []:
            return Items(_keys(table), why=table.why)
        case "values", []:
            return Items(list(table.entries.values()), why=table.why)
        case "items", []:
            pairs = zip(_keys(table), table.entries.values(), strict=True)
            return Items([Items(pair, fixed=True) for pair in pairs], why=table.why)
        case "copy", []:
            return Table(dict(table.entries), table.why)
        case "update", _:
            return _updated(table, positional, named)
    return Opaque(f"headlint doesn't follow `{name}` of a dictionary")


def _keys(table: Table) -> list[Value]:
    return [
        Known(key) if isinstance(key, (str, int, float)) or key is None else Opaque("the key is no plain value")
        for key in table.entries
    ]


def _updated(table: Table, positional: Sequence[Value], named: dict[str, Value]) -> Value:
    for more in positional:
        if isinstance(more, Table):
            table.entries.update(more.entries)
            table.why = table.why or more.why
        else:
            table.why = table.why or why_unknown(more) or "what it is updated with is not known"
    table.entries.update(named)
    return NONE


def _of_text(text: str, name: str, positional: Sequence[Value]) -> Value:
    plain = [value.value for value in positional if isinstance(value, Known)]
    if len(plain) != len(positional):
        match name, positional:
            case "startswith" | "endswith", [Items(why="", items=parts)] if all(
                isinstance(part, Known) for part in parts
            ):
                plain = [tuple(str(part.value) for part in parts if isinstance(part, Known))]  # type: ignore[list-item]  # str methods take a tuple
            case "join", [Items(why="", items=parts)] if all(isinstance(part, Known) for part in parts):
                return Known(text.join(str(part.value) for part in parts if isinstance(part, Known)))
            case _:
                return Opaque(
                    next((why_unknown(value) for value in positional if why_unknown(value)), "the text is not known")
                )
    return _computed(text, name, plain)


def _computed(text: str, name: str, plain: Sequence[object]) -> Value:
    known = {
        "startswith",
        "endswith",
        "lower",
        "upper",
        "strip",
        "replace",
        "format",
        "removeprefix",
        "removesuffix",
        "count",
        "find",
    }
    if name == "split":
        try:
            return Items([Known(part) for part in text.split(*plain)])  # type: ignore[arg-type]  # checked by the call itself
        except (TypeError, ValueError):
            return Opaque("the text can't be split like this")
    if name not in known:
        return Opaque(f"headlint doesn't follow `{name}` of a text")
    try:
        return Known(getattr(text, name)(*plain))
    except (TypeError, ValueError, IndexError, KeyError):
        return Opaque("the call on the text fails")
