"""The survey of torchaudio's speech models, whose head is `aux`, there if `aux_num_out` is given."""

from __future__ import annotations

import inspect
from functools import partial
from importlib import import_module
from typing import Any

from headlint.zoo.survey.describing import described
from headlint.zoo.survey.forward import BATCHES, Flow, watch
from headlint.zoo.survey.places import differing_layers
from headlint.zoo.survey.simple import COUNTS, on_meta

LIBRARY = "torchaudio"
SAMPLES = 16000


def version() -> str:
    """The installed version, without its local part."""
    return str(import_module(LIBRARY).__version__).partition("+")[0]


def names() -> list[str]:
    """The builders of wav2vec 2.0, HuBERT and WavLM that can be asked for a head."""
    models = import_module(LIBRARY).models
    found = [name for name in dir(models) if name.startswith(("wav2vec2_", "hubert_", "wavlm_"))]
    usual = [name for name in found if not name.endswith("_model")]
    return [name for name in usual if "aux_num_out" in inspect.signature(getattr(models, name)).parameters]


def survey(name: str) -> dict[str, Any]:
    """The row of one builder, with a head for as many outputs as there are letters in the default vocabulary: 29."""
    import torch

    build = getattr(import_module(LIBRARY).models, name)
    model, one, other = (on_meta(partial(build, aux_num_out=count)) for count in (29, *COUNTS))
    seen = []
    for batch in BATCHES:
        with torch.no_grad():
            seen.append(watch(model, partial(model, torch.empty(batch, SAMPLES, device="meta"))))
    flow = Flow((seen[0][0], seen[1][0]), (seen[0][1][0], seen[1][1][0]))
    return {
        "name": name,
        "builder": f"torchaudio.models.{name}",
        "option": "aux_num_out",
        "note": "told as built with aux_num_out=29; without it there is no head",
        "classes": 29,
        **described(model, ["batch", SAMPLES], flow, (differing_layers(one, other), [])),
    }
