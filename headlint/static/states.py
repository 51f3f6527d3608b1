"""State dictionaries: what is known of the weights that are loaded, and whether they fit where they are loaded."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import libcst as cst

from headlint.history import Known, Loaded, Misfit, Unknown
from headlint.static.endings import WayEnds
from headlint.static.values import NONE, Bound, Opaque, Value, truth, why_unknown
from headlint.zoo.files import row_at, row_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from headlint.history import Truth
    from headlint.static.calls import Call
    from headlint.static.heap import Module
    from headlint.static.interpreter import Interpreter
    from headlint.zoo import Row

_UNOPENED = "which weights a checkpoint holds is only known when it is opened"
_READS = frozenset({"keys", "values", "items", "copy", "get"})
_CHANGES = frozenset({"pop", "popitem", "update", "setdefault", "clear"})

_OF_ENUM = re.compile(r"^torchvision\.models\.(?:\w+\.)*?(\w+_Weights)\.\w+\.get_state_dict$")

Widths = dict[str, tuple[int, int]]


class States(Opaque):
    """A state dictionary, or a file that holds one. `names` are its parameters, None where they are not known.

    `widths` are what its layers take and give, by path. `changed` says that the script added or took away entries.
    """

    __slots__ = ("changed", "names", "widths")

    def __init__(self, names: frozenset[str] | None, widths: Widths) -> None:
        super().__init__(_UNOPENED, made=True)
        self.names = names
        self.widths = widths
        self.changed = False

    def attribute(self, name: str) -> Value:
        return Bound(self, name) if name in _READS or name in _CHANGES else super().attribute(name)

    def item(self, key: object) -> Value:
        """An entry: of a file that nobody opened, it may be the state dictionary itself."""
        name = f"[{key!r}]"
        if name not in self.attributes and self.names is None and not self.widths:
            self.attributes[name] = States(None, {})
        return super().attribute(name)

    def call(self, interpreter: Interpreter, name: str, request: Call) -> Value:
        """A method of dictionaries is called; some take entries away, or put them in."""
        self.changed = self.changed or name in _CHANGES
        key = request.get(0, "key")
        if name == "get" and isinstance(key, Known):
            return self.item(key.value)
        return self if name == "copy" else interpreter.opaque(_UNOPENED)


def widths_of(module: Module) -> Widths:
    """What the layers of a module take and give now, by path."""
    widths: Widths = {}
    for path, inner in module.walk():
        if inner.parameters and isinstance(inner.takes, Known) and isinstance(inner.gives, Known):
            takes, gives = inner.takes.value, inner.gives.value
            if isinstance(takes, int) and isinstance(gives, int):
                widths[path] = (takes, gives)
    return widths


def of_module(interpreter: Interpreter, module: Module, request: Call) -> Value:
    """`model.state_dict()`: the weights that a module has now."""
    names = None if module.why_blurred else frozenset(path for path, _ in module.named_parameters())
    return States(names, widths_of(module))


def _opened(interpreter: Interpreter, request: Call) -> Value:
    """`torch.load(…)`: a file that may hold anything."""
    made = States(None, {})
    made.maker = request.text
    return made


def _downloaded(interpreter: Interpreter, request: Call) -> Value:
    """`load_state_dict_from_url(…)`: weights that a library publishes."""
    address = request.get(0, "url")
    known = isinstance(address, Known) and isinstance(address.value, str)
    row = row_at(str(address.value)) if known and isinstance(address, Known) else None
    return of_row(row) if row is not None else States(None, {})


def published(name: str) -> Value | None:
    """`ResNet50_Weights.DEFAULT.get_state_dict(…)` by its dotted name; None for any other call."""
    enum = _OF_ENUM.search(name)
    row = row_of(enum[1]) if enum is not None else None
    return of_row(row) if row is not None else None


def of_row(row: Row) -> States:
    """The weights of a published model: the widths of its class layers, which all its versions have."""
    nodes = ((path, row.tree.at(path)) for path in row.classifier)
    widths = {path: (node.takes, node.gives) for path, node in nodes if node and node.takes and node.gives}
    return States(None, widths)


HANDLERS: dict[str, Callable[[Interpreter, Call], Value]] = {
    "torch.load": _opened,
    "safetensors.torch.load_file": _opened,
    "torch.hub.load_state_dict_from_url": _downloaded,
    "torch.utils.model_zoo.load_url": _downloaded,
    "torchvision.models.utils.load_state_dict_from_url": _downloaded,
    "torchvision._internally_replaced_utils.load_state_dict_from_url": _downloaded,
}


# ---- loading


def load(interpreter: Interpreter, module: Module, request: Call) -> Value:
    """`model.load_state_dict(states, strict=…)`."""
    states, strict = request.get(0, "state_dict"), request.get(1, "strict")
    misfits = _misfits(module, states) if not interpreter.uncertain else ()
    home, path = module.model_home()
    if home.origin is not None:
        home.origin.loaded = True
        told: Truth = truth(strict) if strict is not None else True
        filled = _filled(module, states)
        event = Loaded(
            interpreter.place,
            home.origin.model,
            told,
            path,
            _spelled(interpreter, request),
            checked=not _is_dropped(interpreter, request),
            raw=isinstance(states, States) and not states.changed,
            misfits=misfits,
            filled=filled,
            count=sum(1 for _ in module.named_parameters()) if not module.why_blurred else Unknown(module.why_blurred),
        )
        interpreter.journal.events.append(event)
    for _, parameter in module.named_parameters():
        parameter.fresh = False
    if misfits:
        raise WayEnds
    return interpreter.opaque("which keys a checkpoint lacks is only known when it is loaded")


def _spelled(interpreter: Interpreter, request: Call) -> str:
    node = request.node
    return interpreter.text(node.args[0].value) if node is not None and node.args else "the checkpoint"


def _is_dropped(interpreter: Interpreter, request: Call) -> bool:
    """Whether nobody looks at what the call gives: it is a statement of its own."""
    statement = interpreter.statement
    node = statement.node if statement is not None else None
    return isinstance(node, cst.Expr) and node.value is request.node


def _misfits(module: Module, states: Value | None) -> tuple[Misfit, ...]:
    """The layers that are of other widths in the state dictionary than in the module."""
    if not isinstance(states, States) or states.changed:
        return ()
    found = []
    for path, (takes, gives) in states.widths.items():
        own = module.at(path)
        if own is None or not own.parameters or not isinstance(own.takes, Known) or not isinstance(own.gives, Known):
            continue
        if (own.takes.value, own.gives.value) != (takes, gives):
            has = (own.takes.value, own.gives.value)
            found.append(Misfit(path, (takes, gives), (int(has[0] or 0), int(has[1] or 0))))
    return tuple(found)


def _filled(module: Module, states: Value | None) -> int | Unknown:
    """How many of the module's parameters the state dictionary has."""
    if not isinstance(states, States) or states.names is None or states.changed or module.why_blurred:
        return Unknown(module.why_blurred or why_unknown(states or NONE) or _UNOPENED)
    return sum(path in states.names for path, _ in module.named_parameters())
