"""The values that the static witness computes with.

A value is a plain `Known`, or a `Thing` of its own. What can't be known is an `Opaque`: it remembers why, and what its
attributes turned out to be, so that the same unknown asked twice gives the same answer.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from headlint.history import Known, Unknown
from headlint.static.opaque import Opaque, Thing, Value

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import libcst as cst

    from headlint.history import Activation, Shape, Truth
    from headlint.static.blocks import Statement
    from headlint.static.heap import Installation
    from headlint.static.places import Places


__all__ = [
    "NONE",
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

_UNTRACKED = Unknown("headlint doesn't know what it went through")


class Symbol(Thing):
    """Something of a library, by its full dotted name: `torch.nn.Linear`."""

    __slots__ = ("name",)

    def __init__(self, name: str) -> None:
        self.name = name


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


class Scope:
    """The names of a function, a class body or a module, and the scope around it."""

    __slots__ = ("is_class", "names", "outer", "stars", "top")

    def __init__(self, outer: Scope | None = None) -> None:
        self.names: dict[str, Value] = {}
        self.outer = outer
        self.top: Scope = outer.top if outer else self
        self.stars: list[str | File] = []
        self.is_class = False

    def find(self, name: str) -> Value | None:
        """The value of a name here or further out."""
        scope: Scope | None = self
        while scope is not None:
            if name in scope.names:
                return scope.names[name]
            scope = scope.outer
        return None


class Function(Thing):
    """A function of the program, or a lambda. Its parameters and its body are read when it is called."""

    __slots__ = ("_parameters", "_statement", "body", "cls", "decorators", "name", "places", "scope", "setter")

    def __init__(
        self,
        name: str,
        parameters: Callable[[], cst.Parameters],
        body: Callable[[], Sequence[Statement]] | cst.BaseExpression,
        scope: Scope,
        statement: Callable[[], Statement | None],
        places: Places,
    ) -> None:
        self.name = name
        self._parameters = parameters
        self.body = body
        self.scope = scope
        self._statement = statement
        self.places = places
        self.cls: Class | None = None
        self.decorators: tuple[str, ...] = ()
        self.setter: Function | None = None

    @property
    def parameters(self) -> cst.Parameters:
        return self._parameters()

    @property
    def statement(self) -> Statement | None:
        """The statement that defines it."""
        return self._statement()


class Class(Thing):
    """A class of the program."""

    __slots__ = ("bases", "name", "scope", "statement")

    def __init__(self, name: str, bases: Sequence[Value], scope: Scope, statement: Statement) -> None:
        self.name = name
        self.bases = tuple(bases)
        self.scope = scope
        self.statement = statement

    def find(self, name: str) -> Value | None:
        """A class attribute or method, looked up in the bases too."""
        if name in self.scope.names:
            return self.scope.names[name]
        for base in self.bases:
            if isinstance(base, Class) and (found := base.find(name)) is not None:
                return found
        return None

    def library_bases(self) -> list[str]:
        """The library classes that this class comes from."""
        names: list[str] = []
        for base in self.bases:
            names += base.library_bases() if isinstance(base, Class) else []
            names += [base.name] if isinstance(base, Symbol) else []
        return names

    @property
    def known(self) -> bool:
        """Whether every base is one that can be looked at or named."""
        return all(isinstance(base, Symbol) or (isinstance(base, Class) and base.known) for base in self.bases)


class Instance(Thing):
    """An object of one of the program's classes that is no module."""

    __slots__ = ("attributes", "cls")

    def __init__(self, cls: Class) -> None:
        self.cls = cls
        self.attributes: dict[str, Value] = {}


class Bound(Thing):
    """A method together with its object: one of the program's functions, or a library's by its name."""

    __slots__ = ("method", "owner")

    def __init__(self, owner: Value, method: Function | str) -> None:
        self.owner = owner
        self.method = method


class Super(Thing):
    """`super()` in a method."""

    __slots__ = ("cls", "owner")

    def __init__(self, cls: Class, owner: Value) -> None:
        self.cls = cls
        self.owner = owner


class Partial(Thing):
    """A callable with some arguments bound to it: `functools.partial`, or a registry's constructor."""

    __slots__ = ("callee", "named", "positional")

    def __init__(self, callee: Value, positional: Sequence[Value], named: dict[str, Value]) -> None:
        self.callee = callee
        self.positional = tuple(positional)
        self.named = named


class Optimizer(Thing):
    """An optimizer. `why` is why it may hold parameters that are not known, '' if all are."""

    __slots__ = ("number", "why")

    def __init__(self, number: int, why: str) -> None:
        self.number = number
        self.why = why


class Tensor(Thing):
    """A tensor of a known shape; `giver` names the layer or model that it comes from.

    `installation` is how that layer came to its place, None if the user did not put it there. `trail` are the
    activations that it went through last.
    """

    __slots__ = ("giver", "installation", "shape", "trail")

    def __init__(
        self, shape: Shape, giver: str, installation: Installation | None = None, trail: Trail = _UNTRACKED
    ) -> None:
        self.shape = shape
        self.giver = giver
        self.installation = installation
        self.trail = trail


class File(Thing):
    """A file of the program's own that was imported."""

    __slots__ = ("scope",)

    def __init__(self, scope: Scope) -> None:
        self.scope = scope


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


def truth(value: Value) -> Truth:
    """Whether a value counts as true in a condition."""
    match value:
        case Known(plain):
            return bool(plain)
        case Items(why="") | Table(why=""):
            return bool(value.items if isinstance(value, Items) else value.entries)
        case Opaque():
            return Unknown(value.why)
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
