"""What the static witness believes of modules and parameters: objects with an identity, mirrors of PyTorch's own.

A `Module` stands for an `nn.Module` of the program that is read. One that a zoo row describes unfolds its children
only when something looks at them.
"""

from __future__ import annotations

from functools import cache
from itertools import count, islice
from typing import TYPE_CHECKING

from headlint.history import Free, Known, Layer, Lot, Unknown
from headlint.static.modes import NEW
from headlint.static.tables import KEEPS_SHAPE, SIGNATURES
from headlint.static.values import FALSE, TRUE, Opaque, Thing

if TYPE_CHECKING:
    from collections.abc import Iterator

    from headlint.finding import Place
    from headlint.history import Truth, Width, Written
    from headlint.static.origins import Installation, Origin
    from headlint.static.values import Class, Value
    from headlint.zoo import Node

_numbers = count(1)
_LARGE = 40
_UNMOVED = Lot("", "")


@cache
def _unknown(kind: str, verb: str) -> Unknown:
    return Unknown(f"headlint doesn't know what a {kind} {verb}")


@cache
def _known(width: int) -> Known:
    return Known(width)


class _Structure:
    """Counts the changes to what modules hold, of all modules together: what was listed at one count holds for it."""

    changes = 0


class Parameter(Thing):
    """A parameter. `optimized` is where it stands in optimizers: a truth, since an optimizer may hold unknown ones."""

    __slots__ = ("attributes", "fresh", "holder", "lot", "optimized", "set_at", "trainable")

    def __init__(self, *, fresh: Truth) -> None:
        self.trainable: Truth = True
        self.optimized: Truth = False
        self.fresh = fresh
        self.set_at: Place | None = None
        self.attributes: dict[str, Value] = {}
        self.holder: tuple[Module, str] | None = None
        self.lot = _UNMOVED


class Module(Thing):
    """An `nn.Module`. `blur` is why its children and parameters are not all known, '' if they are.

    `guards` are the open conditions on which it depends that this loss was made, or picked.
    """

    has_more = False
    """Whether it has other attributes than those of its kind."""

    __slots__ = (
        "_children",
        "_listed",
        "_node",
        "_parameters",
        "arguments",
        "attributes",
        "axis",
        "blur",
        "cls",
        "gives",
        "guards",
        "home",
        "installation",
        "kind",
        "library",
        "mode",
        "number",
        "origin",
        "takes",
        "written",
    )

    def __init__(
        self, kind: str, *, library: bool = True, takes: Width | None = None, gives: Width | None = None
    ) -> None:
        self.number = next(_numbers)
        self.kind = kind
        self.library = library
        self.takes: Width = takes if takes is not None else _unknown(kind, "takes")
        self.gives: Width = gives if gives is not None else _unknown(kind, "gives")
        self.axis = -1
        self.arguments: dict[str, Value] = {}
        self.attributes: dict[str, Value] = {}
        self.blur = ""
        self.guards: tuple[int, ...] = ()
        self.cls: Class | None = None
        self.home: tuple[Module, str] | None = None
        self.installation: Installation | None = None
        self.mode = NEW
        self.origin: Origin | None = None
        self.written: Written | None = None
        self._node: Node | None = None
        self._children: dict[str, Module] = {}
        self._parameters: dict[str, Parameter] = {}
        self._listed: tuple[int, list[tuple[str, Parameter]]] = (-1, [])

    @classmethod
    def from_node(cls, node: Node) -> Module:
        """The module that a zoo row describes, unfolded when looked into."""
        module = cls(node.kind)
        module._node = node
        free = Free() if node.kind in KEEPS_SHAPE else None
        module.takes = _known(node.takes) if node.takes is not None else free or module.takes
        module.gives = _known(node.gives) if node.gives is not None else free or module.gives
        module.axis = SIGNATURES[node.kind].axis if node.kind in SIGNATURES else -1
        return module

    def take_over(self, node: Node) -> None:
        """Have what a zoo row describes."""
        self._node, self.blur = node, ""

    def _unfold(self) -> None:
        node, self._node = self._node, None
        if node is None:
            return
        for name in node.parameters:
            self.own(name, Parameter(fresh=False))
        for name, child in node.children:
            self.put(name, Module.from_node(child))

    @property
    def children(self) -> dict[str, Module]:
        self._unfold()
        return self._children

    @property
    def parameters(self) -> dict[str, Parameter]:
        """Its own parameters, without those of its children."""
        self._unfold()
        return self._parameters

    def own(self, name: str, parameter: Parameter) -> None:
        """Register a parameter of its own."""
        _Structure.changes += 1
        self._parameters[name] = parameter
        parameter.holder = parameter.holder or (self, name)

    def put(self, name: str, child: Module) -> None:
        """Register a child, in its predecessor's place if it has one; a module's first parent is its home."""
        self._unfold()
        _Structure.changes += 1
        gone = self._children.get(name)
        if gone is not None and gone is not child and gone.home == (self, name):
            gone.home = None
        self._children[name] = child
        if child.home is None and child is not self:
            child.home = (self, name)

    def remove(self, name: str) -> None:
        """Unregister a child."""
        gone = self.children.pop(name, None)
        _Structure.changes += 1
        if gone is not None and gone.home == (self, name):
            gone.home = None

    def bare_copy(self) -> Module:
        """Another module like this one, without what is below it."""
        made = Module(self.kind, library=self.library, takes=self.takes, gives=self.gives)
        made.axis, made.arguments, made.blur = self.axis, dict(self.arguments), self.blur
        made.cls, made.written, made._node = self.cls, self.written, self._node
        return made

    def known_children(self) -> dict[str, Module]:
        """The children that something has looked at."""
        return self._children

    def known_parameters(self) -> dict[str, Parameter]:
        """Its own parameters, if something has looked at them."""
        return self._parameters

    def walk_known(self) -> Iterator[tuple[str, Module]]:
        """This module and all below it that something has looked at, each once."""
        seen: dict[int, Module] = {}
        waiting = [self]
        while waiting:
            module = waiting.pop()
            if module.number not in seen:
                seen[module.number] = module
                waiting += module._children.values()
        return iter([("", module) for module in seen.values()])

    def close(self, why: str) -> None:
        """Forget what is inside: it is not known."""
        _Structure.changes += 1
        self._node = None
        self._children, self._parameters = {}, {}
        self.blur = why

    def at(self, path: str) -> Module | None:
        """The module at a dotted path below this one."""
        found: Module | None = self
        for name in path.split(".") if path else ():
            found = found.children.get(name) if found else None
        return found

    def walk(self) -> Iterator[tuple[str, Module]]:
        """This module and all below it with their paths, in PyTorch's order, each once."""
        seen: set[int] = set()
        ahead = [("", self)]
        while ahead:
            path, module = ahead.pop()
            if module.number not in seen:
                seen.add(module.number)
                yield path, module
                prefix = f"{path}." if path else ""
                ahead += [(prefix + name, child) for name, child in reversed(module.children.items())]

    def named_parameters(self) -> Iterator[tuple[str, Parameter]]:
        """All parameters with their paths, in PyTorch's order, each once."""
        if self._listed[0] != _Structure.changes:
            listed: dict[int, tuple[str, Parameter]] = {}
            for path, module in self.walk():
                for name, parameter in module.parameters.items():
                    listed.setdefault(id(parameter), (f"{path}.{name}" if path else name, parameter))
            self._listed = (_Structure.changes, list(listed.values()))
        return iter(self._listed[1])

    @property
    def library_name(self) -> str:
        """The library that published this model, '' if it is no published model."""
        return self.origin.model.library if self.origin is not None else ""

    @property
    def why_blurred(self) -> str:
        """Why the modules below are not all known, '' if they are."""
        if self._node is not None:
            return ""
        if self.blur:
            return self.blur
        return next((why for child in self._children.values() if (why := child.why_blurred)), "")

    def is_large(self) -> bool:
        """Whether it holds more modules than a head does."""
        return bool(self.children) and sum(1 for _ in islice(self.walk(), _LARGE)) == _LARGE

    def layer(self, depth: int = 3) -> Layer:
        """This module as rules see it; of a large one, a whole backbone, without what is inside."""
        inside = self.children
        if inside and (not depth or self.is_large()):
            inside, depth = {}, 0
        return Layer(
            kind=self.kind,
            takes=self.takes,
            gives=self.gives,
            axis=self.axis,
            children=tuple((name, child.layer(depth - 1)) for name, child in inside.items()),
            parameters=tuple([path for path, _ in self.named_parameters()] if self._children else self._parameters),
            written=self.written,
        )

    def model_home(self) -> tuple[Module, str]:
        """The innermost model that holds this module, and the path in it; the outermost module if none is a model."""
        module, path = self, ""
        for _ in range(50):
            if module.origin is not None or module.home is None:
                break
            module, name = module.home
            path = f"{name}.{path}" if path else name
        return module, path

    def inside_of(self) -> Module | None:
        """The module that holds this one, if any."""
        return self.home[0] if self.home else None


def opaque_of(truth: Truth) -> Value:
    """A truth as a value of the program."""
    return Opaque(truth.why) if isinstance(truth, Unknown) else TRUE if truth else FALSE
