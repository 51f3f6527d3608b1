"""The survey of open_clip: what `encode_image` gives, on which users put a head of their own."""

from __future__ import annotations

import logging
from functools import partial
from importlib import import_module
from typing import Any

from headlint.zoo.survey.describing import described
from headlint.zoo.survey.forward import BATCHES, Flow, watch
from headlint.zoo.survey.simple import on_meta

LIBRARY = "open_clip"


def version() -> str:
    """The installed version."""
    return str(import_module(LIBRARY).__version__)


def names() -> list[str]:
    """Every configuration whose towers are the library's own, since others fetch theirs from a hub."""
    found = []
    for name in import_module(LIBRARY).list_models():
        config = import_module(LIBRARY).get_model_config(name)
        if "hf_model_name" not in config.get("text_cfg", {}) and "timm_model_name" not in config.get("vision_cfg", {}):
            found.append(name)
    return found


def survey(name: str) -> dict[str, Any]:
    """The row of one configuration."""
    import torch

    logging.disable(logging.WARNING)  # it warns of weights that nobody asked for
    try:
        model = on_meta(partial(import_module(LIBRARY).create_model, name, device="meta"))
    finally:
        logging.disable(logging.NOTSET)
    size = model.visual.image_size
    sides = (size, size) if isinstance(size, int) else tuple(size)
    seen = []
    for batch in BATCHES:
        with torch.no_grad():
            seen.append(watch(model.visual, partial(model.visual, torch.empty(batch, 3, *sides, device="meta"))))
    flow = Flow((seen[0][0], seen[1][0]), (seen[0][1], seen[1][1]))
    tower = described(model.visual, ["batch", 3, *sides], flow, ([], []))
    return {
        "name": name,
        "builder": "open_clip.create_model",
        "classes": None,
        "part": "visual",
        "note": "told is its image tower, model.visual, whose output is what encode_image gives",
        "features": getattr(model.visual, "output_dim", None),
        **tower,
    }
