"""What programs are made of: names, functions, classes and their objects, and names of libraries."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from headlint.static.opaque import Thing

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import libcst as cst

    from headlint.static.blocks import Statement
    from headlint.static.opaque import Value
    from headlint.static.places import Places


class Symbol(Thing):
    """Something of a library, by its full dotted name: `torch.nn.Linear`."""

    __slots__ = ("name",)

    def __init__(self, name: str) -> None:
        self.name = name


class Scope:
    """The names of a function, a class body or a module, and the scope around it.

    `borrowed` are the names that `global` and `nonlocal` declare, with the scopes that they belong to.
    """

    __slots__ = ("borrowed", "is_class", "names", "outer", "stars", "top")

    def __init__(self, outer: Scope | None = None) -> None:
        self.names: dict[str, Value] = {}
        self.borrowed: dict[str, Scope] = {}
        self.outer = outer
        self.top: Scope = outer.top if outer else self
        self.stars: list[str | File] = []
        self.is_class = False

    def find(self, name: str) -> Value | None:
        """The value of a name here or further out."""
        scope: Scope | None = self
        while scope is not None:
            if name in scope.borrowed:
                scope = scope.borrowed[name]
            if name in scope.names:
                return scope.names[name]
            scope = scope.outer
        return None

    def borrow(self, name: str, *, is_global: bool) -> None:
        """Declare that a name belongs to the module, or to the nearest function around this one that has it."""
        owner = self.top if is_global else self.outer
        while owner is not None and not is_global and (name not in owner.names or owner.is_class):
            owner = owner.outer
        if owner is not None and owner is not self:
            self.names.pop(name, None)
            self.borrowed[name] = owner


class Function(Thing):
    """A function of the program, or a lambda. Its parameters and its body are read when it is called.

    `home` is the statement that a lambda stands in.
    """

    __slots__ = ("_parameters", "_statement", "body", "cls", "decorators", "home", "name", "places", "scope", "setter")

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
        self.home: Statement | None = None
        self.setter: Function | None = None

    @property
    def parameters(self) -> cst.Parameters:
        return self._parameters()

    @property
    def gives_something(self) -> bool:
        """Whether it is written with a `return` of something."""
        statement = self.statement
        nodes = ast.walk(statement.tree) if statement is not None else ()
        return any(isinstance(node, ast.Return) and node.value is not None for node in nodes)

    @property
    def statement(self) -> Statement | None:
        """The statement that defines it."""
        return self._statement()


class Class(Thing):
    """A class of the program."""

    __slots__ = ("bases", "name", "places", "scope", "statement")

    def __init__(self, name: str, bases: Sequence[Value], scope: Scope, statement: Statement, places: Places) -> None:
        self.places = places
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


class File(Thing):
    """A file of the program's own that was imported."""

    __slots__ = ("path", "scope", "text")

    def __init__(self, scope: Scope, path: str = "", text: str = "") -> None:
        self.scope = scope
        self.path = path
        self.text = text
