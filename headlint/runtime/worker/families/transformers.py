"""Transformers: `from_pretrained` builds from a configuration, downloads nothing, and tells what it built."""

from __future__ import annotations

import importlib
import sys
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor

from headlint.history import HeadMet, Unknown
from headlint.runtime.worker.families.checkpoints import NoFamilyError, configuration, family_of
from headlint.runtime.worker.families.labels import watch_trainer, watch_training_arguments
from headlint.runtime.worker.holes import is_hole
from headlint.runtime.worker.watching.building import watched_builder
from headlint.runtime.worker.watching.layers import HOLE
from headlint.zoo.checkpoints import checkpoint

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from headlint.runtime.worker.watching.patches import Patches
    from headlint.runtime.worker.watching.watch import Watch

_LOADING = (
    *("config", "cache_dir", "ignore_mismatched_sizes", "force_download", "local_files_only", "token", "revision"),
    *("use_safetensors", "weights_only", "fusion_config", "disable_mmap", "torch_dtype", "dtype", "device_map"),
    *("low_cpu_mem_usage", "trust_remote_code", "quantization_config", "load_in_8bit", "load_in_4bit", "subfolder"),
    *("use_auth_token", "attn_implementation", "resume_download", "proxies", "variant", "adapter_kwargs"),
)


def waiting() -> dict[str, Callable[[Watch], None]]:
    """What to do as soon as each module of transformers is loaded; until then nothing of it is imported."""
    return {
        "transformers.configuration_utils": _watch_configurations,
        "transformers.modeling_utils": _watch_models,
        "transformers.models.auto.configuration_auto": _watch_auto_configurations,
        "transformers.models.auto.auto_factory": _watch_auto_models,
        "transformers.trainer": watch_trainer,
        "transformers.training_args": watch_training_arguments,
    }


# ---- configurations


def _watch_configurations(watch: Watch) -> None:
    owner = importlib.import_module("transformers.configuration_utils").PreTrainedConfig

    def from_pretrained(cls: Any, /, name: object = None, **options: Any) -> Any:
        return configuration(cls, name, _without_loading(options))

    watch.patches.attribute(owner, "from_pretrained", classmethod(from_pretrained))


def _watch_auto_configurations(watch: Watch) -> None:
    owner = importlib.import_module("transformers.models.auto.configuration_auto").AutoConfig

    def from_pretrained(name: object = None, **options: Any) -> Any:
        return _configured(name, _without_loading(options))

    watch.patches.attribute(owner, "from_pretrained", staticmethod(from_pretrained))


def _configured(name: object, options: dict[str, Any]) -> Any:
    """The configuration of a checkpoint whose family the script leaves to transformers."""
    if not isinstance(name, str):
        raise NoFamilyError("the name of the checkpoint is not known")
    mapping = importlib.import_module("transformers.models.auto.configuration_auto").CONFIG_MAPPING
    return configuration(mapping[family_of(name)], name, options)


def _without_loading(options: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in options.items() if key not in _LOADING}


# ---- models


def _watch_models(watch: Watch) -> None:
    owner = importlib.import_module("transformers.modeling_utils").PreTrainedModel

    def build(cls: Any, name: object = None, *args: Any, config: Any = None, **options: Any) -> Any:
        left = _without_loading(options)
        chosen = config if _is_configuration(config) else configuration(cls.config_class, name, left)
        _meet_head(watch, cls.__name__, name, chosen, options)
        return cls(chosen, *args, **{key: value for key, value in left.items() if not hasattr(chosen, key)})

    told = watched_builder(watch, build, "transformers", lambda cls, *_, **__: cls.__name__, _always)
    watch.patches.attribute(owner, "from_pretrained", classmethod(told))
    if watch.device == "meta":
        answer_truths(watch.patches)


def answer_truths(patches: Patches) -> None:
    """Let truths that lie on meta be asked for: transformers looks whether masks are all ones, as they are here."""
    ask, item = Tensor.__bool__, Tensor.item

    def truth(self: Tensor) -> bool:
        return bool(self.is_meta or ask(self))

    def value(self: Tensor) -> Any:
        return True if self.is_meta and self.dtype is torch.bool else item(self)

    patches.attribute(Tensor, "__bool__", truth)
    patches.attribute(Tensor, "item", value)


def _watch_auto_models(watch: Watch) -> None:
    owner = importlib.import_module("transformers.models.auto.auto_factory")._BaseAutoModelClass

    def build(cls: Any, name: object = None, *_: Any, config: Any = None, **options: Any) -> Any:
        chosen = _config_for(name, config, options)
        kind = _class_for(cls, chosen)
        _meet_head(watch, kind.__name__, name, chosen, options)
        return kind(chosen)

    def row(cls: Any, name: object = None, *_: Any, config: Any = None, **options: Any) -> str:
        return str(_class_for(cls, _config_for(name, config, options)).__name__)

    told = watched_builder(watch, build, "transformers", row, _always)
    for each in [owner, *(one for one in _below(owner) if "from_pretrained" in vars(one))]:
        watch.patches.attribute(each, "from_pretrained", classmethod(told))


def _below(owner: type[Any]) -> Iterator[type[Any]]:
    """The classes that are made already: each Auto class gets a copy of its owner's methods when it is."""
    for kind in owner.__subclasses__():
        yield kind
        yield from _below(kind)


def _meet_head(watch: Watch, kind: str, name: object, chosen: Any, options: dict[str, Any]) -> None:
    """A checkpoint with a head of its own meets a model with another one: it is refused, unless that is allowed for."""
    known = checkpoint(name) if isinstance(name, str) else Unknown("its name is not known")
    frame = watch.source.user_frame(sys._getframe(1))
    if isinstance(known, Unknown) or known.head is None or known.head[0] != kind or frame is None:
        return
    wanted, tolerant = chosen.num_labels, options.get("ignore_mismatched_sizes", False)
    if wanted == known.head[1] and not is_hole(wanted):
        return
    argument = next((name for name in ("num_labels", "id2label", "label2id") if name in options), "config")
    asked = Unknown(HOLE) if is_hole(wanted) else int(wanted)
    allowed = Unknown(HOLE) if is_hole(tolerant) else bool(tolerant)
    head = (kind, "transformers", known.name, known.head[1])
    watch.journal.add(HeadMet(watch.place(frame), *head, asked, argument, allowed))
    if allowed is False and isinstance(asked, int):
        raise RuntimeError(f"the head of {known.name} has another size")


def _config_for(name: object, config: Any, options: dict[str, Any]) -> Any:
    return config if _is_configuration(config) else _configured(name, _without_loading(options))


def _class_for(auto: Any, config: Any) -> Any:
    """The class that an Auto class stands for; the first, where a family has several."""
    found = auto._model_mapping[type(config)]
    return found[0] if isinstance(found, (tuple, list)) else found


def _is_configuration(value: object) -> bool:
    return hasattr(value, "model_type") and hasattr(value, "to_dict")


def _always(*_: Any, **__: Any) -> bool:
    return True
