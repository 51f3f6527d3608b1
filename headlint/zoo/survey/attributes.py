"""What attributes the modules of a library have besides their children and parameters, and its bases, kind by kind.

A kind is told by the name of its class; where several classes have one name, or objects of one class differ, the
attributes of all of them are told, and the bases that they have in common. What every `nn.Module` has is told once,
under `Module`.
"""

from __future__ import annotations

import json
import warnings
from typing import TYPE_CHECKING, Any

from headlint.zoo.attributes import FOLDER
from headlint.zoo.store import names, record
from headlint.zoo.survey import surveyor

if TYPE_CHECKING:
    from collections.abc import Iterator

ITEMS = "__getitem__"


def survey(library: str) -> str:
    """Write a library's file; a line for a person."""
    text = render(library)
    FOLDER.mkdir(exist_ok=True)
    (FOLDER / f"{library}.json").write_text(text, encoding="utf-8")
    return f"{len(json.loads(text)['kinds'])} kinds of {library}"


def render(library: str) -> str:
    """The text of a library's file."""
    found, above = gathered(models(library))
    told = {
        "version": version(library),
        "heads": " ".join(heads(library)),
        "kinds": _in_words(found),
        "bases": {kind: text for kind, text in _in_words(above).items() if text},
        **published(library),
    }
    return json.dumps(told, indent=0) + "\n"


def _in_words(table: dict[str, set[str]]) -> dict[str, str]:
    return {kind: " ".join(sorted(names)) for kind, names in sorted(table.items())}


def published(library: str) -> dict[str, dict[str, str]]:
    """What the public modules of torchvision's models offer, and the members of their enums of weights."""
    if library != "torchvision":
        return {}
    import importlib

    from torchvision.models import WeightsEnum

    dotted = [f"torchvision.models{namespace}" for namespace in surveyor(library).NAMESPACES]
    modules: dict[str, dict[str, Any]] = {name: vars(importlib.import_module(name)) for name in dotted}
    enums = {
        name: " ".join(vars(value)["_member_map_"])
        for names in modules.values()
        for name, value in names.items()
        if isinstance(value, type) and issubclass(value, WeightsEnum) and value is not WeightsEnum
    }
    plain = {name: " ".join(sorted(key for key in names if key[:2] != "__")) for name, names in modules.items()}
    return {"modules": plain, "weights": dict(sorted(enums.items()))}


def heads(library: str) -> list[str]:
    """The names of the children that hold the class layers, over all models of a library."""
    paths = (path for name in names(library) for path in (record(library, name) or {}).get("classifier") or ())
    return sorted({path.partition(".")[0] for path in paths})


def version(library: str) -> str:
    """The installed version."""
    if library == "torch":
        import torch

        return str(torch.__version__).partition("+")[0]
    return str(surveyor(library).version())


def models(library: str) -> Iterator[Any]:
    """Every model of a library on the meta device; for torch, its layers."""
    if library == "torch":
        yield from layers()
        return
    source = surveyor(library)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for name in source.names():
            for options in variants(library):
                try:
                    yield source.on_meta(name, **options)
                except Exception:  # noqa: S112 -- what can't be built with these options is told by its others
                    continue


def variants(library: str) -> tuple[dict[str, Any], ...]:
    """The ways to build each model of a library: googlenet has other attributes with weights than without."""
    return ({}, {"weights": "DEFAULT"}) if library == "torchvision" else ({},)


def layers() -> Iterator[Any]:
    """One of each module of `torch.nn` that a few plain arguments build."""
    from torch import nn

    for kind in vars(nn).values():
        if isinstance(kind, type) and issubclass(kind, nn.Module):
            built = _built(kind)
            if built is not None:
                yield built


def _built(kind: Any) -> Any:
    """A module of a kind, None if no usual arguments build one."""
    for arguments in ((), (4,), (4, 4), (4, 4, 4), (4, (4,)), (0.5, 4), (4, 2, 4, 4, 4)):
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                return kind(*arguments)
        except (TypeError, ValueError, AssertionError, NotImplementedError, RuntimeError, ImportError):
            continue
    return None


def gathered(found: Iterator[Any]) -> tuple[dict[str, set[str]], dict[str, set[str]]]:
    """The attributes of all modules, and the names of their bases, by kind."""
    from torch import nn

    common = own_names(nn.Module())
    kinds: dict[str, set[str]] = {"Module": common}
    above: dict[str, set[str]] = {}
    for model in found:
        for module in model.modules():
            kind = type(module).__name__
            kinds.setdefault(kind, set()).update(own_names(module) - common)
            above[kind] = above.get(kind, bases(module)) & bases(module)
    return kinds, above


def bases(module: Any) -> set[str]:
    """The names of the classes that a module's class is built on, below `nn.Module`."""
    from torch import nn

    return {each.__name__ for each in type(module).__mro__[1:] if issubclass(each, nn.Module)} - {"Module"}


def own_names(module: Any) -> set[str]:
    """What `module.name` finds apart from its children and parameters; Python's own names are left out.

    So is what another library put on `nn.Module` while the survey ran, as transformers does.
    """
    held = {*module._modules, *module._parameters, *_put_on_modules()}
    names = {*object.__dir__(module), *module._buffers, *vars(type(module))} - held
    return {name for name in names if name == ITEMS or not (name.startswith("__") and name.endswith("__"))}


def _put_on_modules() -> Iterator[str]:
    """The names of functions of `nn.Module` that torch doesn't define."""
    from torch import nn

    for name, value in vars(nn.Module).items():
        if not (getattr(value, "__module__", None) or "torch").startswith(("torch", "builtins", "typing")):
            yield name
