"""Where modules come from: which are models of the history, and what put a new one in its place."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from headlint.finding import Place
    from headlint.history import Model
    from headlint.static.heap import Module
    from headlint.zoo import Row


class Origin:
    """Makes a module a model of the history: where it comes from, and what has been done to it as a whole."""

    __slots__ = (
        "closed",
        "edits",
        "escaped",
        "guards",
        "loaded",
        "model",
        "place",
        "resized",
        "rewired",
        "row",
        "stages",
    )

    def __init__(self, model: Model, place: Place, row: Row | None) -> None:
        self.model = model
        self.place = place
        self.row = row
        self.edits: dict[str, Module | None] = {}
        self.escaped = ""
        self.rewired = ""  # why its forward pass is another, where that is all that makes it uncertain
        self.loaded = False
        self.closed = False
        self.stages: set[str] = set()
        self.resized = False  # whether it was built for images of a size that the script gives
        self.guards: tuple[int, ...] = ()

    def escape(self, why: str) -> None:
        """Anything of it may have changed; the first reason stands."""
        if not self.escaped or self.escaped == self.rewired:
            self.escaped = why

    def rewire(self, why: str) -> None:
        """Its forward pass is another than the published one."""
        if not self.escaped:
            self.escaped = self.rewired = why


class Installation:
    """How a module that the user made came to its place: the statement that put it there."""

    __slots__ = ("model", "path", "place", "told")

    def __init__(self, model: Module, path: str, place: Place) -> None:
        self.model = model
        self.path = path
        self.place = place
        self.told = False
