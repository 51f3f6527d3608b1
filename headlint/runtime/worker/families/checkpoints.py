"""Configurations of published checkpoints, without the hub.

They come from the zoo where it knows a checkpoint; else they are a family's default ones with widths that are marked
as nobody's.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from headlint.history import Unknown
from headlint.runtime.worker.holes import HoleInt
from headlint.zoo.checkpoints import checkpoint

if TYPE_CHECKING:
    from headlint.zoo.checkpoints import Checkpoint

_WIDTHS = ("hidden_size", "d_model", "dim", "n_embd", "emb_dim", "hidden_dim")
_STAGES = ("hidden_sizes",)
_USUAL_HEAD = 64


class NoFamilyError(OSError):
    """Nothing says which family a checkpoint belongs to: what transformers says without the hub is an OSError too."""


def family_of(name: str) -> str:
    """The family (`model_type`) of a checkpoint, by the zoo or else by its name. Raises `NoFamilyError`."""
    known = checkpoint(name)
    if not isinstance(known, Unknown):
        return known.model_type
    from transformers.models.auto.configuration_auto import CONFIG_MAPPING_NAMES

    spelled = name.lower()
    named = [family for family in CONFIG_MAPPING_NAMES if family in spelled]
    if not named:
        raise NoFamilyError(f"what {name} is can't be known without the hub")
    return str(max(named, key=len))


def configuration(kind: Any, name: object, options: dict[str, Any]) -> Any:
    """The configuration that a checkpoint has in a family; takes out of `options` what belongs into it.

    A padding token is chosen where a family has none by default: without one, a batch of several texts is refused.
    """
    config = kind()
    if vars(config).get("pad_token_id", 0) is None and hasattr(config, "vocab_size"):
        config.pad_token_id = 0
    known = checkpoint(name) if isinstance(name, str) else Unknown("its name is not known")
    if isinstance(known, Unknown) or known.model_type != config.model_type:
        _mark_widths(config)
    else:
        _widen(config, known)
    for key in [key for key in options if hasattr(config, key)]:
        setattr(config, key, options.pop(key))
    return config


def _mark_widths(config: Any) -> None:
    for entry in _WIDTHS:
        if isinstance(vars(config).get(entry), int):
            setattr(config, entry, HoleInt(getattr(config, entry)))
    for entry in _STAGES:
        sizes = vars(config).get(entry)
        if isinstance(sizes, (list, tuple)):
            setattr(config, entry, [HoleInt(size) for size in sizes])


def _widen(config: Any, known: Checkpoint) -> None:
    """Give a configuration the labels, the width and the depth of a checkpoint."""
    if known.head is not None:
        config.num_labels = known.head[1]
    if known.layers is not None and isinstance(getattr(config, "num_hidden_layers", None), int):
        config.num_hidden_layers = known.layers
    for entry in _STAGES:
        sizes = vars(config).get(entry)
        if isinstance(sizes, (list, tuple)):
            if sizes[-1] != known.width:
                setattr(config, entry, [size * known.width // sizes[-1] for size in sizes])
            return
    for entry in [entry for entry in _WIDTHS if isinstance(vars(config).get(entry), int)][:1]:
        if getattr(config, entry) != known.width:
            if getattr(config, "pooler_output_size", None) == getattr(config, entry):
                config.pooler_output_size = known.width
            setattr(config, entry, known.width)
            _split(config, known.width)


def _split(config: Any, width: int) -> None:
    """Attention heads of the usual size, where the default number of them doesn't divide another width."""
    count = getattr(config, "num_attention_heads", None)
    if isinstance(count, int) and count and width % count:
        config.num_attention_heads = max(1, width // _USUAL_HEAD)
