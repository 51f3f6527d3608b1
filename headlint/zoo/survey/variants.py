"""What options of `timm.create_model` make of a model: `global_pool=`, `features_only=`, `in_chans=`."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from headlint.zoo.survey.describing import frozen, tied
from headlint.zoo.survey.forward import BATCHES, Dims, Flow, named_dims, shape_of, watch
from headlint.zoo.survey.modules import encode, patches
from headlint.zoo.survey.places import STEM, differing_layers, stem

if TYPE_CHECKING:
    from collections.abc import Callable

    from headlint.zoo.survey.describing import Row

CHANNELS = 2
"""A number of channels that no model takes by default."""

POOLS = ("avg", "catavgmax", "max", "token")
"""The ways of pooling that scripts name, besides none at all."""


def output(model: Any, size: tuple[int, ...]) -> Dims:
    """The shape that the model, or a method of it, returns."""
    import torch

    batch = BATCHES[-1]
    try:
        told = shape_of(model(torch.empty(batch, *size, device="meta")), "returns")
    except Exception as error:  # whatever the model raises without its head is the answer
        return f"its forward fails: {type(error).__name__}"
    if isinstance(told, str):
        return told
    return ["batch", *told[1:]] if told[0] == batch else "its first axis is not that of the batch"


def pooled(build: Callable[..., Any], model: Any) -> Row:
    """What `num_classes=0, global_pool=""` returns and where its modules differ from the model's, and other pooling."""
    table = encode(model)
    row: Row = {"pools": {way: _pooled_so(build, model, table, way) for way in POOLS}}
    try:
        bare = build(num_classes=0, global_pool="")
    except Exception as error:  # any complaint of a constructor means that the option isn't taken
        return row | {"unpooled": _refused("global_pool=''", error)}
    told = output(bare, model.pretrained_cfg["input_size"])
    return row | {"unpooled": told, "unpooled_at": patches(model, bare, table)}


def _pooled_so(build: Callable[..., Any], model: Any, table: list[list[Any]], way: str) -> list[list[Any]] | str:
    try:
        return patches(model, build(global_pool=way), table)
    except Exception as error:  # as above
        return _refused(f"global_pool={way!r}", error)


def _refused(option: str, error: Exception) -> str:
    return f"{option} is not taken: {type(error).__name__}"


def maps(build: Callable[..., Any], model: Any) -> Row:
    """What `features_only=True` can choose from, and what it comes to: which stages, their maps, the modules."""
    try:
        wrapped = build(features_only=True)
    except Exception as error:  # as above
        return {"features": [], "maps": _refused("features_only=True", error)}
    at, info = list(wrapped.feature_info.out_indices), wrapped.feature_info.info
    told: Row = {"at": at, **_flow_of_maps(wrapped, model.pretrained_cfg["input_size"], len(at))}
    told |= {name: paths for name, paths in (("tied", tied(wrapped)), ("frozen", frozen(wrapped))) if paths}
    told["nodes"] = encode(wrapped, encode(model))
    return {"features": [[stage["num_chs"], stage["reduction"]] for stage in info], "maps": told}


def _flow_of_maps(model: Any, size: tuple[int, ...], count: int) -> Row:
    """The shapes of the maps, and the stem."""
    try:
        flow = _run(model, size)
    except Exception as error:  # as above
        return {"shapes": [f"its forward fails: {type(error).__name__}"] * count, "slots": []}
    slots = [[path, STEM, flow.arrives(path), flow.leaves(path)] for path in stem(model, flow)]
    return {"shapes": [_map(flow, index) for index in range(count)], "slots": slots}


def _run(model: Any, size: tuple[int, ...]) -> Flow:
    import torch

    seen = [watch(model, partial(model, torch.empty(batch, *size, device="meta"))) for batch in BATCHES]
    return Flow((seen[0][0], seen[1][0]), (seen[0][1], seen[1][1]))


def _map(flow: Flow, index: int) -> Dims:
    one, other = (shape_of(result[index], "is") for result in flow.results)
    return named_dims(([one], [other]))


def channels_at(build: Callable[..., Any], model: Any) -> Row:
    """The layers that take as many channels as `in_chans=` says, or why it says nothing."""
    try:
        return {"channels_at": differing_layers(model, build(in_chans=CHANNELS))}
    except Exception as error:  # as above
        return {"channels_at": _refused("in_chans=", error)}
