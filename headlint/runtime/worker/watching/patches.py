"""Puts watching functions in the place of a library's own, and the library's back afterwards."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from types import TracebackType

_NOTHING = object()


class Patches:
    """Attributes and entries that are replaced for as long as a script runs."""

    def __init__(self) -> None:
        self._before: list[tuple[Any, str, Any, bool]] = []
        self._items: list[tuple[list[Any], Any]] = []

    def attribute(self, owner: Any, name: str, value: Any) -> None:
        """Replace an attribute of a class or a module; one that was only inherited is taken away afterwards."""
        self._before.append((owner, name, vars(owner).get(name, _NOTHING), False))
        setattr(owner, name, value)

    def entry(self, table: Any, key: Any, value: Any) -> None:
        """Replace an entry of a dictionary."""
        self._before.append((table, key, table.get(key, _NOTHING), True))
        table[key] = value

    def item(self, items: list[Any], value: Any) -> None:
        """Put something in front of a list."""
        self._items.append((items, value))
        items.insert(0, value)

    def __enter__(self) -> Patches:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for items, value in self._items:
            items.remove(value)
        while self._before:
            owner, name, value, is_entry = self._before.pop()
            if is_entry:
                owner.pop(name, None) if value is _NOTHING else owner.__setitem__(name, value)
            else:
                delattr(owner, name) if value is _NOTHING else setattr(owner, name, value)
