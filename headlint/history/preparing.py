"""How images are prepared before a model sees them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from headlint.history.values import Event, Model, Truth, Unknown

if TYPE_CHECKING:
    from headlint.finding import Place


class ImagesNormalized(Event):
    """A composition of transforms normalises images with `mean` and `std`.

    `scaled`: a step before it in the composition makes images of whole numbers from 0 to 255 numbers from 0 to 1.
    """

    mean: tuple[float, ...] | Unknown
    std: tuple[float, ...] | Unknown
    scaled: Truth


class ImagesMet(Event):
    """Images of a known height and width meet a published model.

    `place` is where their size is settled: the last transform that changes it, else the call of the model, which is
    at `called`. `least` and `most` are the sides of square images that the model takes, `most` None where any larger
    one will do; `training` says that these hold in training mode alone.
    """

    model: Model
    height: int
    width: int
    least: int
    most: int | None
    training: bool
    called: Place
