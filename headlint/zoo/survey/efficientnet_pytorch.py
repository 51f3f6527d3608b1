"""The survey of efficientnet_pytorch: `EfficientNet.from_name`, and `from_pretrained`, which builds the same."""

from __future__ import annotations

from functools import partial
from importlib import import_module
from importlib.metadata import version as version_of
from typing import Any

from headlint.zoo.survey.simple import simple_row

LIBRARY = "efficientnet_pytorch"
BUILDER = f"{LIBRARY}.EfficientNet"


def version() -> str:
    """The installed version."""
    return version_of(LIBRARY)


def names() -> list[str]:
    """The models that have weights."""
    return [f"efficientnet-b{number}" for number in range(9)]


def survey(name: str) -> dict[str, Any]:
    """The row of one model."""
    network = import_module(LIBRARY).EfficientNet
    side = network.get_image_size(name)
    build = partial(network.from_name, name)
    row = simple_row(name, f"{BUILDER}.from_name", build, "num_classes", 1000, (side, side))
    has_weights = name in import_module(f"{LIBRARY}.utils").url_map
    return {**row, **({"loader": f"{BUILDER}.from_pretrained"} if has_weights else {})}
