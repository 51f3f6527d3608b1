"""The survey of segmentation_models_pytorch: every architecture, with its default encoder and without weights."""

from __future__ import annotations

from functools import partial
from importlib import import_module
from typing import Any

from headlint.zoo.survey.simple import simple_row

LIBRARY = "segmentation_models_pytorch"


def version() -> str:
    """The installed version."""
    return str(import_module(LIBRARY).__version__)


def names() -> list[str]:
    """The classes of all architectures."""
    return [kind.__name__ for kind in import_module(LIBRARY).MODEL_ARCHITECTURES_MAPPING.values()]


def survey(name: str) -> dict[str, Any]:
    """The row of one architecture."""
    build = partial(getattr(import_module(LIBRARY), name), encoder_weights=None)
    row = simple_row(name, f"{LIBRARY}.{name}", build, "classes", 1, (224, 224))
    return {**row, "note": "told as built with its default encoder"}
