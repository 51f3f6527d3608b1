"""How much of a detector's backbone its builder freezes, for each number of layers that may stay trainable."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from headlint.zoo.freezing import of_backbone

if TYPE_CHECKING:
    from collections.abc import Callable

_MOST = 9


def frozen_first(build: Callable[..., Any]) -> list[int]:
    """How many of the backbone's parameters are frozen, by `trainable_backbone_layers`; they are its first ones.

    Raises `ValueError` where others are frozen than these.
    """
    counts: list[int] = []
    for layers in range(_MOST):
        try:
            model = build(weights_backbone="DEFAULT", trainable_backbone_layers=layers)
        except (ValueError, AssertionError):
            break
        names = of_backbone(name for name, _ in model.named_parameters())
        frozen = [name for name, value in model.named_parameters() if not value.requires_grad]
        if frozen != names[: len(frozen)]:
            raise ValueError(f"with {layers} trainable layers others than the first are frozen")
        counts.append(len(frozen))
    return counts
