"""The survey of timm: every architecture of `timm.list_models()`, its tags, and the names deprecated since."""

from __future__ import annotations

from functools import cache, partial
from typing import Any

from headlint.zoo.survey.building import nothing_drawn, parameters_on_meta
from headlint.zoo.survey.describing import Row, described, frozen, run_images, split
from headlint.zoo.survey.modules import encode, widths_of
from headlint.zoo.survey.places import ancestors, differing_layers, own_shapes
from headlint.zoo.survey.sides import sides
from headlint.zoo.survey.variants import channels_at, maps, output, pooled

LIBRARY = "timm"
COUNT = 17
"""A class count that no layer has by chance: what differs from the usual model with it is a class layer."""


def version() -> str:
    """The installed version."""
    import timm

    return str(timm.__version__)


def names() -> list[str]:
    """Every architecture, and every name that timm still answers to but deprecates."""
    import timm

    return [*timm.list_models(), *deprecated()]


@cache
def deprecated() -> dict[str, str]:
    """The names of earlier versions, with what they stand for (`architecture.tag`)."""
    from timm.models._registry import get_deprecated_models

    return {old: new for old, new in get_deprecated_models().items() if new}


def on_meta(name: str, **options: Any) -> Any:
    """The model on the meta device, without weights, in evaluation mode."""
    import timm
    import torch

    build = partial(timm.create_model, name, pretrained=False, **options)
    try:
        with parameters_on_meta():
            return build().to("meta").eval()
    except (NotImplementedError, RuntimeError):
        # Swin V2 copies between parameters and buffers, hybrids run their backbone: all must lie on one device
        with torch.device("meta"), nothing_drawn():
            return build().eval()


def survey(name: str) -> Row:
    """The row of one architecture, or where a deprecated name leads."""
    if name in deprecated():
        return {"name": name, "alias": deprecated()[name]}
    model, other = on_meta(name), on_meta(name, num_classes=COUNT)
    config = model.pretrained_cfg
    channels, *size = config["input_size"]
    flow = run_images(model, size, channels)
    # a model that is built without a classifier by default has an Identity where its class layer will be
    layers = differing_layers(other, model)
    return {
        "name": name,
        "builder": "timm.create_model",
        "classes": model.num_classes,
        **described(model, ["batch", channels, *size], flow, split_by(model, layers, flow)),
        **({} if model.num_classes else {"class_nodes": [encode(other.get_submodule(path)) for path in layers]}),
        "num_features": getattr(model, "num_features", None),
        "head_hidden_size": getattr(model, "head_hidden_size", None),
        **trunk(model, (channels, *size)),
        **headless(name, model, layers),
        **pooled(partial(on_meta, name), model),
        **maps(partial(on_meta, name), model),
        **channels_at(partial(on_meta, name), model),
        "fixed_input": bool(config.get("fixed_input_size")),
        **(sides(model, size, channels) if config.get("fixed_input_size") else {}),
        **tags(name, model),
    }


def trunk(model: Any, size: tuple[int, ...]) -> Row:
    """What `model.forward_features(images)` gives, where that is one tensor."""
    told = output(model.forward_features, size) if hasattr(model, "forward_features") else ""
    return {"trunk": told} if isinstance(told, list) else {}


def split_by(model: Any, layers: list[str], flow: Any) -> tuple[list[str], list[str]]:
    """The class layers, those of distilled models included, all of which timm averages; Identities have no gradient."""
    if all(list(model.get_submodule(path).parameters()) for path in layers):
        return split(model, layers, flow)
    return layers, []


def headless(name: str, model: Any, layers: list[str]) -> Row:
    """What `num_classes=0` returns; the tree where more than the class layer goes, or where nothing takes its place."""
    bare = on_meta(name, num_classes=0)
    row: Row = {"headless": output(bare, model.pretrained_cfg["input_size"])}
    if frozen(bare) != frozen(model):
        row["headless_frozen"] = frozen(bare)
    gone = [emptied(bare, path) for path in layers]
    left = {path for path, _ in bare.named_modules()}
    if besides(bare, gone) != besides(model, gone) or not left.issuperset(gone):
        row["headless_nodes"] = encode(bare)
    elif gone != layers:
        row["headless_at"] = gone
    return row


def emptied(model: Any, path: str) -> str:
    """Where an Identity stands in a model without classes: at the path of a class layer or around it."""
    modules = dict(model.named_modules())
    at = (outer for outer in (path, *ancestors(path)) if type(modules.get(outer)).__name__ == "Identity")
    return next(at, path)


def besides(model: Any, places: list[str]) -> dict[str, tuple[str, Any]]:
    """The modules of a model and the shapes of their parameters, apart from what is at or below some places."""
    shapes = own_shapes(model)
    return {
        path: (type(module).__name__, shapes[path])
        for path, module in model.named_modules()
        if not any(f"{path}.".startswith(f"{place}.") for place in places)
    }


PRESET = ("mean", "std", "crop_pct", "interpolation", "crop_mode")


def preset(config: dict[str, Any]) -> list[Any]:
    """How images are prepared: input size, mean, std, share of the image kept by the crop, interpolation, crop mode."""
    return [list(config["input_size"]), *(_plain(config.get(key)) for key in PRESET)]


def _plain(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value


def tags(name: str, model: Any) -> Row:
    """Every tag with its class count and the index of how its images are prepared; the default's is first.

    A fourth entry says of a tag that modules are built for it which the model without tag doesn't have.
    """
    from timm.models import get_pretrained_cfg
    from timm.models._registry import get_arch_pretrained_cfgs

    presets = [preset(model.pretrained_cfg)]
    found: list[list[Any]] = []
    for full in get_arch_pretrained_cfgs(name):
        config = get_pretrained_cfg(full).to_dict(remove_source=False, remove_null=False)
        if (own := preset(config)) not in presets:
            presets.append(own)
        odd = bool(found) and widths(on_meta(full, num_classes=model.num_classes)) != widths(model)
        found.append([full.partition(".")[2], config["num_classes"], presets.index(own), *([1] if odd else [])])
    return {"presets": presets, "tags": found}


def widths(model: Any) -> dict[str, Any]:
    """The classes of all modules and the widths of those that have some."""
    return {path: (type(module).__name__, *widths_of(module)) for path, module in model.named_modules()}
