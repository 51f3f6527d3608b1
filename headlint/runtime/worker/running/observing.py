"""Watches one forward pass: which layers are called, and what arrives at them."""

from __future__ import annotations

import weakref
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from torch import Tensor, nn

from headlint.runtime.worker.running.fitting import fitted
from headlint.runtime.worker.watching.layers import gauge

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from torch.utils.hooks import RemovableHandle


@dataclass(frozen=True, slots=True)
class Arrival:
    """What arrived at a layer first. `giver` is the layer with a width that it comes from, None for the input.

    `joined` is how the tensors of several layers were put together to it (`torch.cat`), '' if they weren't.
    """

    shape: tuple[int, ...]
    giver: nn.Module | None
    fits: bool
    joined: str = ""


@dataclass(slots=True, eq=False)
class Observer:
    """What was seen in one forward pass of `root`.

    `own` are the modules inside those that the user installed, `inner` the models inside the root, by identity.
    A layer that gets a tensor it can't read is handed one that it can, so that what comes after it is seen as well;
    `clashes` are these layers, in order; `misfed` those that read the input itself, of which the data decide.
    """

    root: nn.Module
    own: Collection[int]
    inner: Collection[int] = ()
    stretch: int = 1
    arrivals: dict[int, Arrival] = field(default_factory=dict)
    called: set[int] = field(default_factory=set)
    clashes: list[nn.Module] = field(default_factory=list)
    misfed: list[nn.Module] = field(default_factory=list)
    returned: dict[int, Any] = field(default_factory=dict)
    output: Any = None
    _last: nn.Module | None = None
    _fed: dict[int, tuple[weakref.ref[Tensor], nn.Module | None]] = field(default_factory=dict)
    _told_giver: tuple[nn.Module | None] | None = None
    _joined: str = ""

    @contextmanager
    def watching(self) -> Iterator[None]:
        """While this lasts, the hooks are in place."""
        handles: list[RemovableHandle] = []
        for module in self.root.modules():
            if gauge(module) is not None:
                handles.append(module.register_forward_pre_hook(self._before_layer))
            elif id(module) in self.own or module._parameters:
                handles.append(module.register_forward_pre_hook(self._before_module))
            if id(module) in self.inner:
                handles.append(module.register_forward_hook(self._after_model))
        try:
            yield
        finally:
            for handle in handles:
                handle.remove()

    def expect_from(self, giver: nn.Module | None, joined: str) -> None:
        """The graph says which layer gives what arrives next; without it, that is the layer called last."""
        self._told_giver, self._joined = (giver,), joined

    def _before_layer(self, module: nn.Module, args: tuple[Any, ...]) -> tuple[Any, ...] | None:
        giver, joined = self._giver_of(args[0] if args else None), self._joined
        self._told_giver, self._joined = None, ""
        self._last = module
        self.called.add(id(module))
        if not args or not isinstance(args[0], Tensor):
            return None
        other = fitted(module, args[0], self.stretch)
        self.arrivals.setdefault(id(module), Arrival(tuple(args[0].shape), giver, other is None, joined))
        if other is None:
            return None
        (self.clashes if giver is not None else self.misfed).append(module)
        return (other, *args[1:])

    def _giver_of(self, tensor: object) -> nn.Module | None:
        """Where a tensor comes from: as the graph says, as where it arrived before, or from the layer called last."""
        if self._told_giver is not None:
            return self._told_giver[0]
        before = self._fed.get(id(tensor))
        if before is not None and before[0]() is tensor:
            return before[1]
        if isinstance(tensor, Tensor):
            self._fed[id(tensor)] = weakref.ref(tensor), self._last
        return self._last

    def _before_module(self, module: nn.Module, _args: tuple[Any, ...]) -> None:
        self.called.add(id(module))
        self._told_giver, self._joined = None, ""
        if module._parameters and not module._modules:  # what has layers of its own may just hand a tensor to them
            self._last = module

    def _after_model(self, module: nn.Module, _args: tuple[Any, ...], output: Any) -> None:
        self.returned.setdefault(id(module), output)


def tensors_in(value: Any) -> Iterator[Tensor]:
    """All tensors in what a model returns, the main one first."""
    if isinstance(value, Tensor):
        yield value
    elif isinstance(value, dict):
        main = next((key for key in ("out", "logits", "output") if key in value), None)
        for entry in ([value[main]] if main else []) + [one for key, one in value.items() if key != main]:
            yield from tensors_in(entry)
    elif isinstance(value, (list, tuple)):
        for entry in value:
            yield from tensors_in(entry)
    elif hasattr(value, "__dict__") and not isinstance(value, nn.Module):
        yield from tensors_in(dict(vars(value)))
