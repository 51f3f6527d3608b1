"""Tells what weights there are of a model, and how images are prepared for them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from headlint.zoo.lines import full_name
from headlint.zoo.weights import weights_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from headlint.zoo.row import Row
    from headlint.zoo.weights import Preparation, Weights

MOST = 4
"""How many weights are named; timm has some thirty of a ResNet."""


def weights_lines(row: Row) -> Iterator[str]:
    """The weights of a row, and what images look like for the first of them."""
    known = weights_of(row.library, full_name(row))
    if not known:
        return
    names = [known[0].name, *(each.name.rpartition(".")[2] for each in known[1:MOST])]
    more = f" and {len(known) - MOST} more" if len(known) > MOST else ""
    yield f"  weights   {', '.join(names)}{more}"
    images = _images(known[0].preparation)
    if images:
        yield f"  images    {images}{' for the first' if len(known) > 1 else ''}"


def _images(own: Preparation) -> str:
    """How images are prepared, in words."""
    parts = []
    if own.resize:
        parts.append(f"shorter side {own.resize[0]}" if len(own.resize) == 1 else f"resized to {_sides(own.resize)}")
    if own.crop:
        parts.append(f"crop {_sides(own.crop)}")
    if own.mean and own.std:
        parts += [f"mean {_numbers(own.mean)}", f"std {_numbers(own.std)}"]
    return ", ".join(parts)


def _sides(sizes: tuple[int, ...]) -> str:
    return str(sizes[0]) if len(set(sizes)) == 1 else " x ".join(map(str, sizes))


def _numbers(values: tuple[float, ...]) -> str:
    return f"({', '.join(f'{value:.4g}' for value in values)})"


def weights_data(known: Weights) -> dict[str, Any]:
    """Weights as plain data."""
    own = known.preparation
    return {
        "name": known.name,
        "classes": known.classes,
        "resize": own.resize,
        "crop": own.crop,
        "mean": own.mean,
        "std": own.std,
        "interpolation": own.interpolation,
    }
