"""Which layers clash with an input of one size alone, and which size would be their cure."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from headlint.history import Sizes, Unknown
from headlint.runtime.worker.running.inputs import other_sizes
from headlint.runtime.worker.watching.layers import gauge

if TYPE_CHECKING:
    from collections.abc import Callable

    from torch import nn

    from headlint.runtime.worker.running.inputs import Feed
    from headlint.runtime.worker.running.observing import Observer

Attempt: TypeAlias = "Callable[[Feed], Observer | None]"
"""A forward pass with a feed; None where it stops."""
Cures: TypeAlias = "dict[int, Sizes | None]"
"""Layers for which another size of the input may be the cure, by identity; None where no two sizes can be named."""

NO_USUAL = Unknown("it fits none of the usual sizes")


def varying(attempt: Attempt, feed: Feed, observer: Observer) -> list[nn.Module]:
    """The clashing layers at which something else arrives where the input has another size."""
    varied = feed.varied() or (feed.stretched() if observer.misfed else None)
    other = attempt(varied) if varied is not None else None
    if varied is not None and other is None:
        return []
    return [
        module for module in observer.clashes if other is not None and _width(other, module) != _width(observer, module)
    ]


def doubtful(attempt: Attempt, feed: Feed, observer: Observer) -> Cures:
    """The clashing layers of which another size of the input may be the cure.

    Where the input is a guess, that is each one at which the size matters; else each that a usual size cures, or
    for which there may be one, since a whole number of positions would give what it takes.
    """
    layers = varying(attempt, feed, observer)
    cures: Cures = {}
    for other in other_sizes(feed) if layers else ():
        found = attempt(other)
        if found is not None:
            cured = [module for module in layers if module not in found.clashes and id(module) not in cures]
            cures |= {id(module): cure(feed, observer, module, other.dims[-1]) for module in cured}
    for module in layers:
        if id(module) not in cures and (not feed.certain or observer.misfed or _fits_some_size(observer, module)):
            cures[id(module)] = cure(feed, observer, module, NO_USUAL)
    return cures


def cure(feed: Feed, observer: Observer, module: nn.Module, works: int | Unknown) -> Sizes | None:
    """What is told of a layer that clashed with a feed and fits images of another size."""
    width = _width(observer, module)
    return Sizes(feed.dims[-1], works, width) if feed.is_image and width is not None else None


def _width(observer: Observer, module: nn.Module) -> int | None:
    """The width that arrived at a layer; None where a feature map arrived at one that reads vectors."""
    arrival, own = observer.arrivals.get(id(module)), gauge(module)
    if arrival is None or own is None or (own.axis == -1 and len(arrival.shape) > 3):
        return None
    return arrival.shape[own.axis] if -len(arrival.shape) <= own.axis < len(arrival.shape) else None


def _fits_some_size(observer: Observer, module: nn.Module) -> bool:
    """Whether what a layer takes is some number of times what the layer before it gives at one position."""
    arrival, own = observer.arrivals.get(id(module)), gauge(module)
    giver = gauge(arrival.giver) if arrival is not None and arrival.giver is not None else None
    if arrival is None or own is None or giver is None:
        return False
    wanted, given = getattr(module, own.takes), getattr(arrival.giver, giver.gives or giver.takes)
    are_counts = isinstance(wanted, int) and isinstance(given, int)
    return are_counts and wanted > 0 and given > 0 and wanted % given == 0
