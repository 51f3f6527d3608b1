"""What a detector's builder freezes of its backbone."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from headlint.zoo.row import Row

_OWN = 2
"""How many dots there are at least in the name of a parameter of a backbone's layer: `backbone.body.conv1.weight`."""


def of_backbone(names: Iterable[str]) -> list[str]:
    """The parameters of a backbone's layers among all of a model's, in their order."""
    return [name for name in names if name.startswith("backbone.") and name.count(".") > _OWN]


def frozen_with(row: Row, layers: int) -> tuple[str, ...] | None:
    """The parameters that a builder freezes with `trainable_backbone_layers=layers`, None if that was not surveyed."""
    counts = row.record.get("freezes") or ()
    if not 0 <= layers < len(counts):
        return None
    return tuple(of_backbone(row.parameter_names())[: counts[layers]])
