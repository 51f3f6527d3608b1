"""The history of a live model, without any source: what it was built as, what stands in it now, and what it does."""

from __future__ import annotations

import ast
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import torch

from headlint.finding import Place, Span
from headlint.history import Absent, Built, History, OptimizerBuilt, Readied, Replaced, Unknown, Witness
from headlint.runtime.worker.running.closing import close
from headlint.runtime.worker.running.given import Given
from headlint.runtime.worker.watching.layers import gauge, layer_of
from headlint.runtime.worker.watching.models import Description
from headlint.runtime.worker.watching.places import Source
from headlint.runtime.worker.watching.watch import Watch
from headlint.zoo import find, names
from headlint.zoo.layers import layer_of as layer_of_node

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from torch import nn
    from torch.optim import Optimizer

    from headlint.history import Event
    from headlint.runtime.worker.watching.models import Origin
    from headlint.zoo import Node, Row

_ALIKE = 0.8
"""The part of its parameters that a model shares with the row that it was built from; heads make up the rest."""
NO_SOURCE = Unknown("there is no source to read")
NOT_TOLD = Unknown("a live model doesn't tell whether it holds trained weights")


class _NoProgram:
    """What stands for a script where there is none."""

    def __init__(self) -> None:
        self.name = ""
        self.tree = ast.Module([], [])

    def statement_of(self, line: int) -> int:
        return line


def history_of(
    model: nn.Module,
    inputs: Any = None,
    trainable: Iterable[str] = (),
    optimizer: Optimizer | None = None,
) -> History:
    """The history of a live model, which is left as it is: modes, gradients and devices.

    `inputs` is one batch: a tensor, a tuple of what is passed by position, or a dictionary of what is passed by name;
    of its tensors, only shapes and types count. `trainable` are the paths of modules that are
    new and to be trained; of all others it is not known whether they hold trained weights, and nothing is claimed.
    `optimizer` is the one that is going to train the model. Places have no lines: their path names the model, and
    their number tells one place from another.
    """
    watch = _watch(model, inputs)
    row = row_of(model)
    name = row.name if row is not None else type(model).__name__
    what = Description(name, Unknown("a live model doesn't tell"), row.library if row else "", row)
    origin = watch.registry.enter(model, _place(model, 1), what)
    watch.journal.add(Built(origin.place, origin.model, name, (), NO_SOURCE))
    if row is not None:
        _tell_replaced(watch, origin, row)
    if optimizer is not None:
        _tell_optimizer(watch, origin, optimizer)
    with _buffers_kept(model), _chance_kept():
        close(watch)
    new = tuple(trainable)
    return History(Witness.RUNTIME, tuple(_with_doubts(event, new) for event in watch.journal.events))


def _watch(model: nn.Module, inputs: Any) -> Watch:
    first = next(model.parameters(), None)
    watch = Watch(Source(_name(model), _NoProgram()), str(first.device) if first is not None else "cpu")
    watch.given = Given(inputs) if inputs is not None else None
    return watch


def _name(model: nn.Module) -> str:
    return f"<{type(model).__name__}>"


def _place(model: nn.Module, number: int) -> Place:
    return Place(_name(model), Span(number, 0, number, 0), number)


@contextmanager
def _buffers_kept(model: nn.Module) -> Iterator[None]:
    """A pass in training mode moves BatchNorm's statistics: a live model gets its own back."""
    before = [(module, dict(module._buffers)) for module in model.modules()]
    for module, buffers in before:
        module._buffers = {name: one.clone() if one is not None else None for name, one in buffers.items()}
    try:
        yield
    finally:
        for module, buffers in before:
            module._buffers = buffers


@contextmanager
def _chance_kept() -> Iterator[None]:
    """Dropout draws random numbers: the caller's come out as if it hadn't."""
    with torch.random.fork_rng(range(torch.cuda.device_count()) if torch.cuda.is_initialized() else ()):
        yield


# ---- what it was built as


def row_of(model: nn.Module) -> Row | None:
    """The zoo's row of a live model: the one that timm or its class names, or that shares most of its parameters."""
    told = getattr(model, "pretrained_cfg", None) or {}
    if isinstance(told, dict) and told.get("architecture"):
        return _known("timm", str(told["architecture"]))
    library = type(model).__module__.partition(".")[0]
    if library == "transformers":
        return _known(library, type(model).__name__)
    return _most_alike(model) if library == "torchvision" else None


def _known(library: str, name: str) -> Row | None:
    found = find(library, name)
    return None if isinstance(found, Unknown) else found


def _most_alike(model: nn.Module) -> Row | None:
    """The row of torchvision of which the fewest modules are other ones: siblings share their parameters' names."""
    own = {path for path, _ in model.named_parameters()}
    rows = [row for name in names("torchvision") if (row := _known("torchvision", name)) is not None]
    fitting = [row for row in rows if row.tree.kind == type(model).__name__ and _shared(row, own) >= _ALIKE]
    size = sum(parameter.numel() for parameter in model.parameters())
    return min(
        fitting, key=lambda row: (len(list(differences(row.tree, model))), abs(row.tree.count() - size)), default=None
    )


def _shared(row: Row, own: set[str]) -> float:
    theirs = set(row.parameter_names())
    return len(theirs & own) / max(1, len(theirs | own))


# ---- what stands in it now


def _tell_replaced(watch: Watch, origin: Origin, row: Row) -> None:
    for number, (path, node, module) in enumerate(differences(row.tree, origin.module), start=2):
        place = _place(origin.module, number)
        old = layer_of_node(node) if node is not None else Absent()
        watch.registry.install(origin, path, module, place)
        for part in (*module.modules(), *module.parameters()):
            watch.registry._published.pop(id(part), None)
        event = Replaced(place, origin.model, path, f"model.{path}", old, layer_of(module), NO_SOURCE)
        watch.journal.add(event)


def differences(node: Node, module: nn.Module, path: str = "") -> Iterator[tuple[str, Node | None, nn.Module]]:
    """The modules of a model that its row has otherwise or not at all, outermost first, with what the row has."""
    if path and (node.kind != type(module).__name__ or not _same_width(node, module)):
        yield path, node, module
        return
    for name, child in module.named_children():
        known, inside = node.child(name), f"{path}.{name}" if path else name
        if known is None:
            yield inside, None, child
        else:
            yield from differences(known, child, inside)


def _same_width(node: Node, module: nn.Module) -> bool:
    own = gauge(module)
    if own is None or node.takes is None:
        return True
    takes, gives = (_number(getattr(module, name or own.takes)) for name in (own.takes, own.gives))
    return (node.takes, node.gives) == (takes, gives)


def _number(value: Any) -> Any:
    return value[-1] if isinstance(value, (tuple, list)) else value


def _with_doubts(event: Event, trainable: tuple[str, ...]) -> Event:
    """A live model doesn't tell whether anything was loaded into it: only what the user calls new is fresh."""
    if not isinstance(event, Readied) or not isinstance(event.parameters, tuple):
        return event
    told = [
        replace(state, fresh=any(f"{state.path}.".startswith(f"{path}.") for path in trainable) or NOT_TOLD)
        for state in event.parameters
    ]
    return replace(event, parameters=tuple(told))


def _tell_optimizer(watch: Watch, origin: Origin, optimizer: Optimizer) -> None:
    paths = {id(parameter): path for path, parameter in origin.module.named_parameters()}
    held = [parameter for group in optimizer.param_groups for parameter in group["params"]]
    holds = tuple((origin.model.number, paths[id(one)]) for one in held if id(one) in paths)
    place = _place(origin.module, len(watch.journal.events) + 2)
    watch.optimizers.append(optimizer)
    watch.journal.add(OptimizerBuilt(place, 1, type(optimizer).__name__, "", holds, len(held)))
