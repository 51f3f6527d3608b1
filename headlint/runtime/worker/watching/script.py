"""What the worker is given of a script: its slice and the ways into it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    import ast


class Program(Protocol):
    """The slice of a script, which keeps the positions of the script as written."""

    @property
    def tree(self) -> ast.Module: ...

    def statement_of(self, line: int) -> int:
        """The first line of the innermost statement that encloses a line."""


class Scenario(Protocol):
    """One way into a script; `target` is what it calls, '' for the module level alone."""

    @property
    def name(self) -> str: ...

    @property
    def target(self) -> str: ...

    def call(self, namespace: dict[str, Any]) -> object:
        """Call the entry point in a namespace in which the module level was executed."""
