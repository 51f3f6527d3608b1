"""The weights that torchvision has of a builder, and how their images are prepared."""

from __future__ import annotations

import inspect
from typing import Any

FIELDS = ("resize_size", "crop_size", "mean", "std", "interpolation")


def weights(members: list[Any]) -> list[list[Any]]:
    """Every member of a weights enum: its name, its class count, and its preset's fields, None where there is none."""
    return [[member.name, len(member.meta.get("categories") or ()) or None, *_preset(member)] for member in members]


def _preset(member: Any) -> list[Any]:
    preset = member.transforms
    function = getattr(preset, "func", preset)
    usual = {
        name: parameter.default
        for name, parameter in inspect.signature(function).parameters.items()
        if parameter.default is not parameter.empty
    }
    chosen = usual | getattr(preset, "keywords", {})
    return [_plain(chosen.get(field)) for field in FIELDS]


def _plain(value: Any) -> Any:
    if isinstance(value, tuple | list):
        return value[0] if len(value) == 1 else list(value)
    return getattr(value, "value", value)
