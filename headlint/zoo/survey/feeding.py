"""Inputs that a model of transformers takes."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

TOKENS = 8


def inputs_for(model: Any, config: Any, batch: int) -> dict[str, Any]:
    """Inputs of a usual size for a batch, on the model's own device."""
    import torch

    device = next(model.parameters()).device
    accepted = inspect.signature(model.forward).parameters
    with torch.device(device):
        if "MultipleChoice" in type(model).__name__:
            return {"input_ids": _tokens(config, (batch, 4, TOKENS))}
        main = _main(model, accepted)
        found = {main: _values(main, config, batch)}
        for extra in ("pixel_values", "bbox"):
            if extra in accepted and extra != main and _asks(config, extra):
                found[extra] = _values(extra, config, batch)
    return found


def _main(model: Any, accepted: Mapping[str, Any]) -> str:
    """The name of the input that matters; the Perceiver's, of images, tokens or sounds, is only called `inputs`."""
    if model.main_input_name == "inputs" and "ImageClassification" in type(model).__name__:
        return "pixel_values"
    return model.main_input_name if model.main_input_name in accepted else next(iter(accepted))


def _asks(config: Any, name: str) -> bool:
    wanted = {"pixel_values": ("layoutlmv2", "vilt"), "bbox": ("layoutlmv2", "layoutlmv3", "layoutlm", "lilt")}
    return config.model_type in wanted.get(name, ())


def _tokens(config: Any, shape: tuple[int, ...]) -> Any:
    import torch

    tokens = torch.full(shape, 5, dtype=torch.long)
    end = getattr(config, "eos_token_id", None)
    if not tokens.is_meta and isinstance(end, int):
        tokens[..., -1] = end
    return tokens


def _values(name: str, config: Any, batch: int) -> Any:
    import torch

    if name == "bbox":
        return torch.zeros(batch, TOKENS, 4, dtype=torch.long)
    if name == "pixel_values":
        return torch.zeros(batch, *_image(config))
    if name == "pixel_values_videos":
        return torch.zeros(batch, _number(config, "frames_per_clip", 16), 3, *_sides(config))
    if name == "input_values":
        return _sound(config, batch)
    if name == "input_features":
        return _features(config, batch)
    return _tokens(config, (batch, TOKENS))


def _image(config: Any) -> tuple[int, ...]:
    channels = _number(config, "num_channels", 3)
    frames = _number(config, "num_frames", 0)
    return (frames, channels, *_sides(config)) if frames else (channels, *_sides(config))


def _sides(config: Any) -> tuple[int, int]:
    for holder in (config, getattr(config, "vision_config", None), getattr(config, "backbone_config", None)):
        size = getattr(holder, "image_size", getattr(holder, "input_size", getattr(holder, "crop_size", None)))
        if isinstance(size, int):
            return size, size
        if isinstance(size, list | tuple) and len(size) >= 2:
            return size[-2], size[-1]
    return 224, 224


def _sound(config: Any, batch: int) -> Any:
    import torch

    if config.model_type == "audio-spectrogram-transformer":
        return torch.zeros(batch, config.max_length, config.num_mel_bins)
    return torch.zeros(batch, 16000)


def _features(config: Any, batch: int) -> Any:
    import torch

    if config.model_type == "whisper":
        return torch.zeros(batch, config.num_mel_bins, 2 * config.max_source_positions)
    if config.model_type == "clap":
        return torch.zeros(batch, 1, 1001, 64)
    return torch.zeros(batch, 100, _number(config, "feature_projection_input_dim", 80))


def _number(config: Any, name: str, usual: int) -> int:
    value = getattr(config, name, usual)
    return value if isinstance(value, int) else usual
