"""The state of one way through a script, and the calls between its parts.

The work is done by functions kept in tables by the kind of node: `statements`, `expressions`, `attributes`, `calls`.
They all get the `Interpreter`, which holds what they share.
"""

from __future__ import annotations

import builtins
from contextlib import contextmanager
from typing import TYPE_CHECKING

import libcst as cst

from headlint.history import Written
from headlint.static.assumptions import Assumptions
from headlint.static.binding import items_of
from headlint.static.endings import OutOfPatience, Returned
from headlint.static.values import NONE, File, Function, Generator, Items, Opaque, Scope, Symbol, Tensor, Value

if TYPE_CHECKING:
    import ast
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from headlint.finding import Place
    from headlint.history import Truth
    from headlint.static.blocks import Statement
    from headlint.static.heap import Module
    from headlint.static.journal import Journal
    from headlint.static.oracle import Oracle
    from headlint.static.places import Places

FORWARD = "a forward pass changes nothing"
"""Why nothing is certain while a forward pass is followed."""
IMAGES = "the images"
"""What gives a tensor of images of which the size is known."""
INPUT = "the input"
"""What gives a tensor of which the data decide how many channels it has."""
_DEEPEST = 14
_LONGEST_FORWARD = 8_000
_BUILTINS = frozenset(vars(builtins))


class Interpreter:
    """One way through a script.

    `tried` counts the `try` around what is followed, `guarded` the conditional expressions of which it isn't known
    whether this part is evaluated. `has_guessed` says that a model's name was taken from elsewhere in the script;
    `guards` are the open conditions on which it depends that this place is reached.
    """

    def __init__(self, places: Places, journal: Journal, oracle: Oracle, patience: int) -> None:
        from headlint.static import expressions, statements

        self._expressions = expressions.HANDLERS
        self._statements = statements.HANDLERS
        self.places = places
        self.script = places
        self.files: dict[str, File | None] = {}
        self.journal = journal
        self.oracle = oracle
        self.patience = patience
        self.top = Scope()
        self.scope = self.top
        self.statement: Statement | None = None
        self.stack: list[Function] = []
        self.called: set[int] = set()
        self.visited: set[int] = set()
        self.lines: set[int] = set()
        self.owners: list[Value | None] = []
        self.loops: list[str] = []
        self.modes = 0
        self.choosing: list[dict[int, Truth]] = []
        self.turned: tuple[ast.For | ast.AsyncFor, Items] | None = None  # the loop that ended last, and its items
        self.uncertain = ""
        self.undecided = 0  # how many undecided conditions are being followed both ways
        self.assumed: dict[tuple[object, ...], int] = {}
        self.asked_at: dict[tuple[object, ...], int] = {}
        self.story: list[tuple[str, bool, tuple[Opaque, ...]]] = []
        self.assumptions = Assumptions()
        self.asked: dict[int, set[int]] = {}
        self.missing: dict[str, Opaque] = {}
        self.gpu = Opaque("whether there is a GPU is only known when the script runs")
        self._kept: list[Value | None] = []
        self.tangled = ""
        self.is_fed = False
        self.returned: list[Value] = []
        self.has_guessed = False
        self.tried = 0
        self.guarded = 0
        self.guards: list[int] = []

    # ---- where we are

    @property
    def place(self) -> Place:
        """The place of the statement that is being followed."""
        assert self.statement is not None
        return self.places.of(self.statement)

    @property
    def sources(self) -> str:
        """The text of the script and of all of the program's files that it imports."""
        return "\n".join((self.script.whole, *(file.text for file in self.files.values() if file is not None)))

    def whole(self) -> Written:
        """The text of the whole statement that is being followed."""
        return Written(self.place, self.places.text(self.place.span))

    def text(self, node: cst.CSTNode) -> str:
        """The source of a node on one line."""
        return self.places.spell(node)

    def opaque(self, why: str) -> Opaque:
        """An unknown value, noted down for whoever asks why headlint was silent here."""
        if self.statement is not None:
            self.journal.doubt(self.places.path, self.statement.line, why)
        return Opaque(why)

    # ---- running

    def run(self, statements: Iterable[Statement]) -> None:
        """Follow statements in order."""
        for statement in statements:
            self.patience -= 1
            if self.patience < 0:
                raise OutOfPatience
            before = self.statement
            self.statement = statement
            self.visited.add(id(statement))
            if self.places is self.script:
                self.lines.add(statement.line)
            handler = self._statements.get(type(statement.node))
            if handler is not None:
                handler(self, statement.node, statement)
            self.statement = before

    def limited(self, steps: int, work: Callable[[], object]) -> bool:
        """Do something that may take so many steps; False if it takes more, and is left undone."""
        spare = max(self.patience - steps, 0)
        self.patience -= spare
        try:
            work()
        except OutOfPatience:
            if not spare:
                raise
            return False
        finally:
            self.patience = max(self.patience, 0) + spare
        return True

    def value(self, node: cst.BaseExpression) -> Value:
        """Evaluate an expression."""
        self.patience -= 1
        if self.patience < 0:
            raise OutOfPatience
        handler = self._expressions.get(type(node))
        found = handler(self, node) if handler else Opaque("headlint doesn't follow this kind of expression")
        return found.settled() if type(found) is Opaque else found

    def iterate(self, node: cst.BaseExpression) -> Items:
        """The items that iterating over an expression gives; whether that uses an iterator up may be uncertain."""
        value = self.value(node)
        items = items_of(value)
        if isinstance(value, Generator) and self.uncertain:
            value.items.why = value.items.why or f"it may be used up: {self.uncertain}"
        return items

    def name(self, name: str) -> Value:
        """The value of a name."""
        found = self.scope.find(name)
        if found is not None:
            return found
        if self.scope.top.stars:
            from headlint.static.imports import starred

            found = starred(self, self.scope.top, name)
        return found if found is not None else self._missing(name)

    def _missing(self, name: str) -> Value:
        if name in _BUILTINS:
            return Symbol(f"builtins.{name}")
        if name not in self.missing:
            self.missing[name] = self.opaque(f"`{name}` is defined where headlint can't see it")
        return self.missing[name]

    # ---- calling the program's own functions

    def call_function(
        self,
        function: Function,
        positional: Sequence[Value],
        named: dict[str, Value],
        owner: Value | None = None,
        unpacked: str = "",
    ) -> Value:
        """Follow a call of one of the program's functions with its actual arguments."""
        from headlint.static.binding import Arguments, bind

        statement = function.statement
        self.called.add(id(statement))
        if len(self.stack) >= _DEEPEST or sum(frame.statement is statement for frame in self.stack) >= 2:
            return self.opaque(f"the calls of `{function.name}` go too deep")
        scope = Scope(function.scope)
        values = [owner, *positional] if owner is not None else positional
        bind(self, function, Arguments(values, named, unpacked), scope)
        return self._enter(function, scope, lambda: self._body(function))

    def _body(self, function: Function) -> Value:
        if isinstance(function.body, cst.BaseExpression):
            return self.value(function.body)
        try:
            self.run(function.body())
        except Returned as returned:
            return returned.value
        return NONE

    def _enter(self, function: Function, scope: Scope, work: Callable[[], Value]) -> Value:
        before = self.scope, self.statement, self.loops, self.places, self.guards
        self.scope, self.loops, self.places, self.guards = scope, [], function.places, list(self.guards)
        self.statement = function.home or self.statement
        self.stack.append(function)
        self.owners.append(next(iter(scope.names.values()), None) if function.cls else None)
        try:
            return work()
        finally:
            self.scope, self.statement, self.loops, self.places, self.guards = before
            self.stack.pop()
            self.owners.pop()

    @contextmanager
    def behind(self, guard: int, *, stays: bool) -> Iterator[None]:
        """What is followed depends on an open condition; what comes after it as well, if it `stays`."""
        self.guards.append(guard)
        here = self.guards
        try:
            yield
        finally:
            if not stays:
                here.remove(guard)

    def guess(self, node: cst.BaseExpression) -> Value:
        """Evaluate an expression of which it isn't known whether it is evaluated."""
        self.guarded += 1
        try:
            return self.value(node)
        finally:
            self.guarded -= 1

    def is_self(self, module: Module) -> bool:
        """Whether a method of `module`'s own class is being followed."""
        return any(owner is module for owner in self.owners)

    # ---- undecided conditions

    def keep(self, values: Iterable[Value | None]) -> None:
        """Hold on to values that are known by their identity."""
        self._kept += values

    def train(self, modules: Sequence[Module]) -> None:
        """Training starts here, with these models or, if there are none, with all."""
        from headlint.static.closing import ready
        from headlint.static.devices import tell_places

        if not modules:
            tell_places(self)
        ready(self, modules)

    def settle(self, value: Value) -> Value:
        """One of the values that an unknown can have, where those are told: an argument's choices, or its default."""
        from headlint.static.questions import choose_option

        if not isinstance(value, Opaque) or value.bound is not None or not value.options:
            return value.settled() if isinstance(value, Opaque) else value
        return choose_option(self, value, value.options)

    def forward_pass(self, module: Module, work: Callable[[], Value]) -> Value:
        """What a module's whole forward pass gives; unknown if it takes too many steps, which is tried only once."""
        forward = module.cls.find("forward") if module.cls is not None else None
        statement = forward.statement if isinstance(forward, Function) else None
        given: list[Value] = []
        if statement is None or not statement.is_tedious:
            self.limited(_LONGEST_FORWARD, lambda: given.append(work()))
        if statement is not None and not given:
            statement.is_tedious = True
        return given[0] if given else self.opaque("the forward pass is too long to follow")

    def forward(self, module: Module, tensor: Tensor) -> Value:
        """What a module gives for a tensor."""
        from headlint.static.forward import pass_through

        return pass_through(self, module, tensor)
