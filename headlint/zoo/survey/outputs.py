"""What models of transformers return: the class of it, and its fields.

The annotation of each model's own `forward` tells, so that none has to be built.
"""

from __future__ import annotations

import dataclasses
import json
import typing
from typing import Any

from headlint.zoo.attributes import FOLDER

LIBRARY = "transformers"


def survey() -> str:
    """Write the library's file; a line for a person."""
    text = render()
    (FOLDER / f"{LIBRARY}.json").write_text(text, encoding="utf-8")
    return f"{len(json.loads(text)['returns'])} models of {LIBRARY}"


def render() -> str:
    """The text of the library's file."""
    import torch

    from headlint.zoo.survey.transformers import version

    returns: dict[str, str] = {}
    outputs: dict[str, str] = {}
    for name in _models():
        kind = returned(name)
        if kind is not None:
            returns[name] = kind.__name__
            outputs[kind.__name__] = " ".join(field.name for field in dataclasses.fields(kind))
    fields = {field for names in outputs.values() for field in names.split()}
    told = {
        "version": version(),
        "kinds": {"Tensor": " ".join(sorted(name for name in fields if hasattr(torch.Tensor, name)))},
        "heads": "",
        "outputs": dict(sorted(outputs.items())),
        "returns": dict(sorted(returns.items())),
    }
    return json.dumps(told, indent=0) + "\n"


def returned(name: str) -> Any:
    """The class of what a model's forward returns, None where its annotation names none or several."""
    import transformers
    from transformers.utils import ModelOutput

    model: Any = getattr(transformers, name, None)
    try:
        told = typing.get_type_hints(model.forward).get("return")
    except (AttributeError, ImportError, NameError, TypeError):
        return None
    choices = typing.get_args(told) or (told,)
    found = [one for one in choices if isinstance(one, type) and issubclass(one, ModelOutput)]
    return found[0] if len(found) == 1 else None


def _models() -> list[str]:
    """The classes with heads, and those without one."""
    from transformers.models.auto.modeling_auto import MODEL_MAPPING_NAMES

    from headlint.zoo.survey.transformers import names

    found = names()
    for told in MODEL_MAPPING_NAMES.values():
        found += told if isinstance(told, list | tuple) else [told]
    return sorted(set(found))
