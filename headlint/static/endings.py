"""How following a block of statements can end before its last one."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from headlint.static.values import Value


class Returned(Exception):
    """A function returns."""

    def __init__(self, value: Value) -> None:
        super().__init__()
        self.value = value


class LoopLeft(Exception):
    """`break`."""


class LoopContinued(Exception):
    """`continue`."""


class WayEnds(Exception):
    """This way through the script ends here: something is raised, or the program exits."""


class OutOfPatience(Exception):
    """So much has been evaluated that the reading must stop."""
