"""How images are prepared before a model sees them."""

from __future__ import annotations

from headlint.history.values import Event, Truth, Unknown


class ImagesNormalized(Event):
    """A composition of transforms normalises images with `mean` and `std`.

    `scaled`: a step before it in the composition makes images of whole numbers from 0 to 255 numbers from 0 to 1.
    """

    mean: tuple[float, ...] | Unknown
    std: tuple[float, ...] | Unknown
    scaled: Truth
