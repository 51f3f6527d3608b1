"""Configurations of transformers: fewer layers, more labels, and which entry decides what a head takes."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

WIDE = 2048
"""From this many features on a default configuration is that of a large language model, built with two layers."""

FACTORS = (1, 2, 3, 4, 8, 16, 32)
"""A head may take several features of an entry's width at once, or one that is doubled at every stage."""

_PARTS = ("text_config", "vision_config", "audio_config", "encoder", "decoder", "backbone_config", "thinker_config")


NEEDED: dict[str, dict[str, Any]] = {
    "BeitForSemanticSegmentation": {"out_indices": [3, 5, 7, 11]},
    "CohereCompassTextForSequenceClassification": {
        "rope_parameters": {"full_attention": {"rope_type": "default", "rope_theta": 10000.0}}
    },
    "PerceiverForImageClassificationConvProcessing": {
        "num_cross_attention_heads": 1,
        "num_frames": 0,
        "image_size": 224,
    },
    "PerceiverForImageClassificationFourier": {"num_cross_attention_heads": 1, "num_frames": 0, "image_size": 224},
    "PerceiverForImageClassificationLearned": {"num_frames": 0, "image_size": 224},
}
"""What classes can't be built without, although the default configuration of their family leaves it out."""

LETTERS = 33
"""A size of vocabulary for the families that leave it to their tokenizer: those that read proteins."""


def parts(config: Any, prefix: str = "") -> Iterator[tuple[str, Any]]:
    """A configuration and those inside it, with their paths."""
    yield prefix, config
    for name in _PARTS:
        inner = getattr(config, name, None)
        if inner is not None and hasattr(inner, "to_dict"):
            yield from parts(inner, f"{prefix}{name}.")


def complete(config: Any) -> None:
    """Fill in, in place, what a default configuration leaves open and its model's layers compute with."""
    if getattr(config, "pad_token_id", 0) is None:
        config.pad_token_id = 0
    if getattr(config, "vocab_size", 0) is None:
        config.vocab_size = LETTERS
    padding = getattr(config, "pad_token_id", None)
    start = getattr(config, "decoder_start_token_id", None)
    if getattr(config, "is_encoder_decoder", False) and start is None and padding is not None:
        config.decoder_start_token_id = padding
    if getattr(config, "default_language", "") is None:
        config.default_language = next(iter(config.languages))
    for _, part in parts(config):
        _complete_heads(part)


def _complete_heads(part: Any) -> None:
    heads, width = getattr(part, "num_attention_heads", None), getattr(part, "hidden_size", None)
    if isinstance(heads, int) and getattr(part, "num_key_value_heads", 0) is None:
        part.num_key_value_heads = heads
    if isinstance(heads, int) and isinstance(width, int) and getattr(part, "head_dim", 0) is None:
        part.head_dim = width // heads


def shrink(config: Any) -> None:
    """Leave two layers of a large language model, in place; small models stay as they are."""
    for _, part in parts(config):
        width, layers = getattr(part, "hidden_size", 0), getattr(part, "num_hidden_layers", 0)
        if isinstance(width, int) and isinstance(layers, int) and width >= WIDE and layers > 2:
            part.num_hidden_layers = 2
            for name in ("layer_types", "mlp_layer_types", "layers_block_type"):
                computed = isinstance(getattr(type(part), name, None), property)
                if not computed and isinstance(getattr(part, name, None), list):
                    setattr(part, name, getattr(part, name)[:2])


def set_labels(config: Any, count: int) -> Any:
    """The configuration with another number of labels."""
    config.num_labels = count
    return config


def formula(build: Callable[[Any], Any], config: Any, model: Any, path: str) -> str | None:
    """What a layer takes as a function of the configuration (`hidden_sizes[-1]`), None if no single entry decides it.

    An entry is believed only if the layer's width follows when the entry is doubled.
    """
    width = _takes(model, path)
    if width is None:
        return None
    for name, factor in _candidates(config, width):
        if _width_with(build, _doubled(config, name), path) == 2 * width:
            return name if factor == 1 else f"{factor}*{name}"
    return None


def _width_with(build: Callable[[Any], Any], config: Any, path: str) -> int | None:
    try:
        return _takes(build(config), path)
    except TimeoutError:
        raise
    except Exception:  # a configuration that can't be built tells nothing
        return None


def _takes(model: Any, path: str) -> int | None:
    layer = model.get_submodule(path)
    width = getattr(layer, "in_features", getattr(layer, "in_channels", None))
    return width if isinstance(width, int) else None


def _candidates(config: Any, width: int) -> Iterator[tuple[str, int]]:
    """Entries that the width is a small multiple of, the likeliest first."""
    found = []
    for prefix, part in parts(config):
        for name, value in part.to_dict().items():
            last = value[-1] if isinstance(value, list) and value else value
            if _is_factor(last, width):
                spelled = f"{prefix}{name}[-1]" if isinstance(value, list) else f"{prefix}{name}"
                found.append((width // last, _unlikeliness(name), spelled))
    yield from ((name, factor) for factor, _, name in sorted(found))


def _is_factor(value: Any, width: int) -> bool:
    number = isinstance(value, int) and not isinstance(value, bool) and value > 1
    return number and width % value == 0 and width // value in FACTORS


def _unlikeliness(name: str) -> int:
    usual = ("hidden_size", "hidden_sizes", "d_model", "dim", "n_embd", "hidden_dim", "embed_dim")
    return usual.index(name) if name in usual else len(usual) + ("size" not in name and "dim" not in name)


def _doubled(config: Any, name: str) -> Any:
    changed = copy.deepcopy(config)
    *inner, last = name.split(".")
    part = changed
    for step in inner:
        part = getattr(part, step)
    entry = last.removesuffix("[-1]")
    value = getattr(part, entry)
    setattr(part, entry, [*value[:-1], 2 * value[-1]] if isinstance(value, list | tuple) else 2 * value)
    return changed
