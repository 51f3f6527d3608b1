"""The values that the static witness computes with.

A value is a plain `Known`, or a `Thing` of its own. What can't be known is an `Opaque`: it remembers why, and what its
attributes turned out to be, so that the same unknown asked twice gives the same answer.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from headlint.history import Known, Unknown
from headlint.static.opaque import Opaque, Thing, Value
from headlint.static.program import Bound, Class, File, Function, Instance, Partial, Scope, Super, Symbol

if TYPE_CHECKING:
    from collections.abc import Sequence

    from headlint.history import Activation, Shape, Truth
    from headlint.static.heap import Module
    from headlint.static.origins import Installation


__all__ = [
    "NONE",
    "UNTRACKED",
    "Bound",
    "Class",
    "File",
    "Function",
    "Generator",
    "Instance",
    "Items",
    "Opaque",
    "Optimizer",
    "Partial",
    "Pattern",
    "Scope",
    "Super",
    "Symbol",
    "Table",
    "Tensor",
    "Thing",
    "Trail",
    "Value",
    "fact",
    "truth",
    "why_unknown",
]

Trail: TypeAlias = "tuple[Activation, ...] | Unknown"
"""The activations behind the last layer of another kind, in the order in which they are applied."""

UNTRACKED = Unknown("headlint doesn't know what it went through")


class Items(Thing):
    """A list or a tuple. `why` is why there may be other items than these, '' if there are not.

    `sample` is what those others are like, where that is known.
    """

    __slots__ = ("fixed", "items", "sample", "text", "why")

    def __init__(
        self,
        items: Sequence[Value],
        *,
        why: str = "",
        fixed: bool = False,
        text: str = "",
        sample: Value | None = None,
    ) -> None:
        self.sample = sample
        self.items = list(items)
        self.why = why
        self.fixed = fixed
        self.text = text


class Table(Thing):
    """A dictionary with plain keys. `why` is as for `Items`."""

    __slots__ = ("entries", "why")

    def __init__(self, entries: dict[object, Value], why: str = "") -> None:
        self.entries = entries
        self.why = why


class Optimizer(Thing):
    """An optimizer. `held` are the parameters that it is known to hold, `why` is why there may be more, '' if not."""

    __slots__ = ("held", "name", "number", "why")

    def __init__(self, number: int, name: str, held: Sequence[Thing], why: str) -> None:
        self.number = number
        self.name = name
        self.held = list(held)
        self.why = why


class Grid(NamedTuple):
    """What a flattened feature map was: its channels, and the side of the images that made it as large as it is."""

    channels: int
    side: int


class Tensor(Thing):
    """A tensor of a known shape; `giver` names the layer or model that it comes from.

    `source` is that layer or model, where it is one module; `installation` is how a layer came to its place, None if
    the user did not put it there. `trail` are the activations that it went through last. `side` is that of the images
    with whose size the size of this feature map goes, 0 if it goes with none. A flattened map keeps its `grid`.
    """

    __slots__ = ("giver", "grid", "installation", "shape", "side", "source", "trail")

    def __init__(
        self,
        shape: Shape,
        giver: str,
        installation: Installation | None = None,
        trail: Trail = UNTRACKED,
        *,
        source: Module | None = None,
        side: int = 0,
    ) -> None:
        self.shape = shape
        self.giver = giver
        self.installation = installation
        self.trail = trail
        self.source = source
        self.side = side
        self.grid: Grid | None = None

    def become(self, shape: Shape, trail: Trail | None = None) -> Tensor:
        """The same tensor in another shape, or after other activations."""
        made = Tensor(shape, self.giver, self.installation, self.trail if trail is None else trail, source=self.source)
        match self.shape.dims, shape.dims:
            case before, after if before == after:
                made.side, made.grid = self.side, self.grid
            case (_, int(channels), int(height), int(width)), (_, int(flat)) if self.side:
                if flat == channels * height * width != channels:
                    made.grid = Grid(channels, self.side)
        return made

    def pooled(self, shape: Shape, trail: Trail, kind: str) -> Tensor:
        """What a layer of a kind leaves of a feature map, which gives what the map's own giver gives."""
        made = self.become(shape, trail)
        made.side = 0 if kind.startswith("Adaptive") else self.side
        return made


class Pattern(Thing):
    """A compiled regular expression."""

    __slots__ = ("text",)

    def __init__(self, text: str) -> None:
        self.text = text


class Generator(Thing):
    """An iterator that can be used up once: `model.parameters()`, `filter(…)`, a generator expression."""

    __slots__ = ("is_used_up", "items")

    def __init__(self, items: Items) -> None:
        self.items = items
        self.is_used_up = False

    def use_up(self) -> Items:
        """Read it to its end: what is left, and nothing the next time."""
        left, self.items, self.is_used_up = self.items, Items([]), True
        return left


NONE = Known(None)
TRUE = Known(True)
FALSE = Known(False)


def truth(value: Value) -> Truth:
    """Whether a value counts as true in a condition."""
    match value:
        case Known(plain):
            return bool(plain)
        case Items(why="") | Table(why=""):
            return bool(value.items if isinstance(value, Items) else value.entries)
        case Opaque():
            return True if value.is_object else Unknown(value.why)
        case Items() | Table() | Tensor():
            return Unknown("its length is not known")
        case Bound(method=str() as name):
            return Unknown(f"headlint doesn't know what `.{name}` is here")
    return True


def fact(value: Value) -> Known | Unknown:
    """A value as a fact of the history: a plain one, or unknown with the reason."""
    if isinstance(value, Known):
        return value
    return Unknown(value.why if isinstance(value, Opaque) else "it is no plain value")


def why_unknown(value: Value) -> str:
    """The reason of an unknown value, '' for any other."""
    return value.why if isinstance(value, Opaque) else ""
