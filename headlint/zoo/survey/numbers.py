"""The numbers that a model tells as attributes: its widths, and the counts of a detector's head."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from headlint.zoo.survey.describing import Row

_NUMBERS = ("hidden_dim", "inplanes", "last_channel", "mlp_dim", "num_features")
_OF_DETECTORS = ("num_anchors", "num_classes", "num_columns")


def numbers(model: Any) -> Row:
    """Widths that a model tells as attributes of its own, besides those of its layers, and counts of a detector's head.

    The latter are called by their paths: `head.classification_head.num_anchors`.
    """
    found = {name: value for name in _NUMBERS if type(value := getattr(model, name, None)) is int}
    head = getattr(getattr(model, "head", None), "classification_head", None)
    for name in _OF_DETECTORS:
        if type(value := getattr(head, name, None)) is int:
            found[f"head.classification_head.{name}"] = value
    return {"numbers": found} if found else {}
