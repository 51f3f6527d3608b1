"""What models are fed that take more than one image tensor: tokens with their masks, several inputs by name."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor, nn

from headlint.runtime.worker.families.detection import image_of

if TYPE_CHECKING:
    from collections.abc import Iterator

_LENGTH = 16
_FEW_TOKENS = 100
_SAMPLES = 16000
_IMAGE = 224
_BY_NAME = (inspect.Parameter.POSITIONAL_OR_KEYWORD, inspect.Parameter.KEYWORD_ONLY)
_TEXTS = frozenset(
    """caption captions tokens token_ids input_ids ids text texts words word_ids sentence sentences seq sequence
    question questions encoded_captions decoder_input_ids""".split()
)
_LENGTHS = frozenset({"length", "lengths", "lens", "seq_lens", "caption_lengths", "text_lengths", "caplens"})
_LABELS = frozenset({"labels", "label", "targets", "target", "y"})


def feed_of(root: nn.Module) -> tuple[tuple[int, ...], int] | None:
    """The shape of one input of the first detector or transformers model in `root`, and the tokens if it is a text.

    None where there is no such model, or where its configuration doesn't tell: `input_features` of Whisper.
    """
    image = image_of(root)
    if image is not None:
        return image, 0
    model = next(_transformers_in(root), None)
    if model is None:
        return None
    match model.main_input_name:
        case "input_ids" | "decoder_input_ids":
            return (_LENGTH,), int(getattr(model.config, "vocab_size", 0) or _FEW_TOKENS)
        case "pixel_values":
            return _of_images(model.config)
        case "input_values":
            return (_SAMPLES,), 0
    return None


def _of_images(config: Any) -> tuple[tuple[int, ...], int] | None:
    size = getattr(config, "image_size", None) or _IMAGE
    height, width = (size[0], size[-1]) if isinstance(size, (tuple, list)) else (size, size)
    return (int(getattr(config, "num_channels", 3)), int(height), int(width)), 0


def _transformers_in(root: nn.Module) -> Iterator[Any]:
    for module in root.modules():
        if hasattr(module, "main_input_name") and hasattr(module, "config"):
            yield module


def arguments(root: nn.Module, tensor: Tensor) -> tuple[tuple[Any, ...], dict[str, Any]]:
    """The arguments of a forward pass that is fed with `tensor`: by name, where it needs several."""
    needed = _needed(root)
    if len(needed) > 1:
        return (), {name: _for_parameter(name, tensor) for name in needed}
    if needed or next(_transformers_in(root), None) is not root:
        return (tensor,), {}
    return (), _for_transformers(root, tensor)


def _needed(root: nn.Module) -> list[str]:
    """The names of the parameters that a forward pass can't do without."""
    parameters = inspect.signature(root.forward).parameters.values()
    return [one.name for one in parameters if one.kind in _BY_NAME and one.default is inspect.Parameter.empty]


def _for_parameter(name: str, tensor: Tensor) -> Tensor:
    lowered = name.lower()
    if lowered in _LABELS:
        return torch.zeros(tensor.shape[0], dtype=torch.long, device=tensor.device)
    if lowered in _LENGTHS:
        return torch.full((tensor.shape[0],), _LENGTH)
    if tensor.is_floating_point():
        texts = torch.zeros((tensor.shape[0], _LENGTH), dtype=torch.long, device=tensor.device)
        return texts if lowered in _TEXTS else tensor
    if "mask" in lowered:
        return torch.ones_like(tensor)
    return torch.zeros_like(tensor) if "type" in lowered or "position" in lowered else tensor


def _for_transformers(model: Any, tensor: Tensor) -> dict[str, Any]:
    named = {model.main_input_name: tensor}
    if getattr(model.config, "is_encoder_decoder", False) and not tensor.is_floating_point():
        named["decoder_input_ids"] = tensor
    return named
