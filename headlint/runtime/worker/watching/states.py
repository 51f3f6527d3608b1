"""State dictionaries: which layers of a model they don't fit, and what the script did to them before."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any

from headlint.history import Misfit, Unknown
from headlint.runtime.worker.holes import Hole, is_hole, parts
from headlint.runtime.worker.watching.layers import gauge
from headlint.runtime.worker.watching.models import module_at

if TYPE_CHECKING:
    from types import FrameType

    from torch import nn

    from headlint.runtime.worker.watching.watch import Watch
    from headlint.zoo import Row

_UNOPENED = Unknown("a checkpoint is not opened")
_CHANGES = frozenset({"pop", "popitem", "update", "setdefault", "clear"})


class Unopened(Hole):
    """A checkpoint that is not opened. `touched`: the script took entries away, or put some in."""

    def __getattr__(self, name: str) -> Any:
        if name in _CHANGES:
            self.__dict__["_headlint_touched"] = True
        return super().__getattr__(name)

    def __getitem__(self, key: Any) -> Any:
        if isinstance(key, str) and key not in self.__dict__ and key not in parts:
            self.__dict__[key] = Unopened(key)
        return super().__getitem__(key)

    def __setitem__(self, key: Any, value: Any) -> None:
        self.__dict__["_headlint_touched"] = True
        super().__setitem__(key, value)

    def __delitem__(self, key: Any) -> None:
        self.__dict__["_headlint_touched"] = True
        super().__delitem__(key)


class Weights(dict[str, Any]):
    """A state dictionary that would have been downloaded: it has no entries, and fits wherever its `row` says.

    `touched`: the script took entries away, or put some in.
    """

    row: Row | None = None
    touched = False

    def __missing__(self, key: str) -> Hole:
        return Hole(key)

    def __setitem__(self, key: str, value: Any) -> None:
        self.touched = True

    def __delitem__(self, key: str) -> None:
        self.touched = True

    def pop(self, key: str, *_: Any) -> Any:
        self.touched = True
        return Hole(key)

    def update(self, *_: Any, **__: Any) -> None:
        self.touched = True


class UnseenKeys(list[str]):
    """The keys that a checkpoint lacks which is not opened: there are none to look through, and nobody knows of one."""

    def __contains__(self, key: object) -> bool:
        raise RuntimeError(f"whether a checkpoint has {key} is (unknown)")


def is_raw(state: Any) -> bool:
    """Whether a checkpoint is loaded as it was read."""
    if isinstance(state, Unopened):
        return "_headlint_touched" not in state.__dict__
    return isinstance(state, Weights) and not state.touched


def is_looked_at(watch: Watch, frame: FrameType) -> bool:
    """Whether somebody looks at what a call gives, which is no statement of its own."""
    statement = watch.source.statement(frame)
    call = statement.value if isinstance(statement, ast.Expr) else None
    is_loading = isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute)
    return not (is_loading and call.func.attr == "load_state_dict")  # type: ignore[union-attr]  # is_loading says so


def text_of(watch: Watch, frame: FrameType) -> str:
    """How the source calls what is loaded."""
    call = watch.source.call(frame)
    return ast.unparse(call.args[0]) if call is not None and call.args else "the checkpoint"


def misfits(module: nn.Module, state: Any) -> tuple[Misfit, ...]:
    """The layers that have other widths in a state dictionary than in a module."""
    if isinstance(state, Weights):
        widths = _published(state.row) if not state.touched else {}
    elif is_hole(state) or not isinstance(state, dict):
        return ()
    else:
        widths = _widths(state)
    told = []
    for path, holds in widths.items():
        own = module_at(module, path)
        has = _own(own) if own is not None else None
        if has is not None and has != holds:
            told.append(Misfit(path, holds, has))
    return tuple(told)


def _published(row: Row | None) -> dict[str, tuple[int, int]]:
    nodes = ((path, row.tree.at(path)) for path in row.classifier) if row is not None else ()
    return {path: (node.takes, node.gives) for path, node in nodes if node and node.takes and node.gives}


def _widths(state: dict[Any, Any]) -> dict[str, tuple[int, int]]:
    """What the layers of a state dictionary take and give, where their weights say: those of Linear and Conv."""
    found = {}
    for key, value in state.items():
        shape = getattr(value, "shape", None)
        if (
            isinstance(key, str)
            and key.endswith(".weight")
            and not is_hole(value)
            and shape is not None
            and len(shape) > 1
        ):
            found[key.removesuffix(".weight")] = (int(shape[1]), int(shape[0]))
    return found


def _own(module: nn.Module) -> tuple[int, int] | None:
    weight = getattr(module, "weight", None)
    shape: tuple[int, ...] = getattr(weight, "shape", ())
    return (int(shape[1]), int(shape[0])) if gauge(module) is not None and len(shape) > 1 else None


def filled(module: nn.Module, state: Any) -> int | Unknown:
    """How many of the module's parameters a state dictionary has under their names."""
    if is_hole(state) or not isinstance(state, dict) or isinstance(state, Weights) or any(map(is_hole, state)):
        return _UNOPENED
    return sum(name in state for name, _ in module.named_parameters())
