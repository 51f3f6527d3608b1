"""What becomes of models that are rebuilt from children, further down the way."""

from __future__ import annotations

from typing import TYPE_CHECKING

from headlint.history import Arrived, Known, Outcome, Rebuilt
from headlint.reading.widths import arriving, has_wrong_rank

if TYPE_CHECKING:
    from headlint.history import History


def rebuilt_before(history: History, arrived: Arrived) -> Rebuilt | None:
    """The rebuilt model whose loss of a flatten or a pooling is why a tensor doesn't fit a layer."""
    if not _is_wrong(arrived):
        return None
    return next((event for event in history.of(Rebuilt) if _lost_on_the_way(event, arrived)), None)


def misfed(history: History, rebuilt: Rebuilt) -> Arrived | None:
    """The first layer behind a rebuilt model that gets what that should have flattened or pooled."""
    found = (arrived for arrived in history.of(Arrived) if rebuilt_before(history, arrived) is rebuilt)
    return next(found, None)


def _is_wrong(arrived: Arrived) -> bool:
    width = arriving(arrived)
    takes = arrived.layer.takes
    return has_wrong_rank(arrived) or (isinstance(takes, Known) and isinstance(width, int) and takes.value != width)


def _lost_on_the_way(rebuilt: Rebuilt, arrived: Arrived) -> bool:
    came_from_it = arrived.giver == rebuilt.source.name and arrived.shape == rebuilt.gives
    return came_from_it and rebuilt.outcome in {Outcome.FLATTEN, Outcome.DIFFERENT}
