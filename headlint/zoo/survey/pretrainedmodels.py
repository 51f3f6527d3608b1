"""The survey of pretrainedmodels (Cadene's), built with `pretrained=None`."""

from __future__ import annotations

from functools import partial
from importlib import import_module
from importlib.metadata import version as version_of
from typing import Any

from headlint.zoo.survey.simple import simple_row

LIBRARY = "pretrainedmodels"
USUAL: dict[str, Any] = {"input_size": [3, 224, 224], "num_classes": 1000}
PRESET = ("num_classes", "input_size", "mean", "std")


def version() -> str:
    """The installed version."""
    return version_of(LIBRARY)


def names() -> list[str]:
    """Every model of the library."""
    return list(import_module(LIBRARY).model_names)


def survey(name: str) -> dict[str, Any]:
    """The row of one model."""
    library = import_module(LIBRARY)
    settings: dict[str, dict[str, Any]] = library.pretrained_settings.get(name, {})
    chosen = settings.get("imagenet") or next(iter(settings.values()), USUAL)
    _, *size = chosen["input_size"]
    build = partial(getattr(library, name), num_classes=chosen["num_classes"], pretrained=None)
    row = simple_row(name, f"{LIBRARY}.{name}", build, "num_classes", chosen["num_classes"], size)
    presets = [[tag, *(told[field] for field in PRESET)] for tag, told in settings.items()]
    return {**row, "weights": presets}
