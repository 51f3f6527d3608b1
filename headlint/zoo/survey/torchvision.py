"""The survey of torchvision: every registered builder, built as users build it, with and without weights."""

from __future__ import annotations

from contextlib import nullcontext
from functools import cache, partial
from typing import TYPE_CHECKING, Any

from headlint.zoo.survey.building import nothing_loaded, parameters_on_meta
from headlint.zoo.survey.describing import Row, described, differences, run_images, split
from headlint.zoo.survey.forward import BATCHES, Dims, Flow, watch
from headlint.zoo.survey.freezing import frozen_first
from headlint.zoo.survey.numbers import numbers
from headlint.zoo.survey.places import differing_layers
from headlint.zoo.survey.rebuilds import compare, shapes, with_numbers
from headlint.zoo.survey.sides import sides
from headlint.zoo.survey.steps import steps
from headlint.zoo.survey.weights import weights

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from contextlib import AbstractContextManager

LIBRARY = "torchvision"
NAMESPACES = ("", ".detection", ".segmentation", ".video", ".quantization", ".optical_flow")
_OF_PIXELS = frozenset({"detection", "optical_flow", "segmentation"})
"""Families that give an answer for places in an image, not one for the whole of it."""
BARE = {"weights": None, "weights_backbone": None}
"""How a detector is built without any pretrained weights, those of its backbone included."""
COUNTS = (17, 18)
"""Two class counts that no layer has by chance: what differs between them is a class layer."""


def version() -> str:
    """The installed version, without its local part."""
    import torchvision

    return str(torchvision.__version__).partition("+")[0]


def names() -> list[str]:
    """Every registered builder."""
    from torchvision.models import list_models

    return list(list_models())


@cache
def builder(name: str) -> Callable[..., Any]:
    """The function that builds the model."""
    from torchvision.models import get_model_builder

    return get_model_builder(name)  # type: ignore[no-any-return]


def dotted(name: str) -> str:
    """The shortest dotted name under which a user imports the builder."""
    import importlib

    build = builder(name)
    for namespace in NAMESPACES:
        module = importlib.import_module(f"torchvision.models{namespace}")
        if getattr(module, build.__name__, None) is build:
            return f"{module.__name__}.{build.__name__}"
    raise LookupError(f"{name} is in none of torchvision's public modules")


def family(name: str) -> str:
    """The public module that the builder lives in: `detection`, or '' for classification."""
    parts = dotted(name).split(".")
    return parts[2] if len(parts) == 4 else ""


def members(name: str) -> list[Any]:
    """The members of the builder's weights enum."""
    from torchvision.models import get_model_weights

    return list(get_model_weights(name))


def best(name: str) -> str:
    """The member that the weights enum itself calls its default: `ResNet50_Weights.IMAGENET1K_V2`."""
    from torchvision.models import get_model_weights

    return str(get_model_weights(name).DEFAULT)


def on_meta(name: str, **options: Any) -> Any:
    """The model on the meta device, nothing downloaded, in evaluation mode."""
    with cheaply(name), nothing_loaded():
        return builder(name)(**options).to("meta").eval()


def cheaply(name: str) -> AbstractContextManager[None]:
    """Without memory for parameters; SSDlite runs its backbone while it is built, and needs them."""
    return nullcontext() if name.startswith("ssdlite") else parameters_on_meta()


def asked_for(name: str, **options: Any) -> str:
    """The member of the weights enum that the builder loads first, '' if it takes no such options."""
    import warnings

    with cheaply(name), nothing_loaded() as asked, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            builder(name)(**options)
        except (TypeError, ValueError):
            return ""
    return str(asked[0]) if asked else ""


def image_sizes(name: str) -> list[tuple[int, ...]]:
    """The sizes to try, best first: those that the first weights are evaluated at, then the usual ones."""
    kind = family(name)
    preset = members(name)[0].transforms
    crop = getattr(preset, "keywords", {}).get("crop_size", 224)
    if kind == "segmentation":
        return [(520, 520)]
    if kind == "optical_flow":
        return [(128, 128)]
    if kind == "video":
        frames = members(name)[0].meta.get("min_temporal_size") or 16
        sizes = crop if isinstance(crop, tuple) else (crop, crop)
        return [(count, *sizes) for count in (max(16, frames), frames)]
    return [(crop, crop), (224, 224)]


def shrink(detector: Any, size: int) -> None:
    """Make a detector's forward pass cheap: small images, few proposals, few detections, none dropped by score."""
    if detector.transform.fixed_size is None:
        detector.transform.min_size, detector.transform.max_size = (size,), size
    if hasattr(detector, "roi_heads"):
        detector.rpn._pre_nms_top_n = detector.rpn._post_nms_top_n = {"training": 8, "testing": 8}
        detector.roi_heads.score_thresh, detector.roi_heads.detections_per_img = 0.0, 2


def run_detector(name: str, **options: Any) -> Flow:
    """Two forward passes of a detector on the CPU, over images of two small sizes."""
    import torch

    with nothing_loaded(), torch.no_grad():
        torch.manual_seed(0)
        model = builder(name)(**options).eval()
        seen = []
        for batch, size in zip(BATCHES, (96, 160), strict=True):
            shrink(model, size)
            images = [torch.rand(3, size, size) for _ in range(batch)]
            seen.append(watch(model, partial(model, images)))
    return Flow((seen[0][0], seen[1][0]), (seen[0][1], seen[1][1]), of_boxes=True)


def flow_of(name: str, model: Any, options: dict[str, Any]) -> tuple[Flow, Dims]:
    """The forward passes, and the shape of the input that they used."""
    kind = family(name)
    if kind == "detection":
        return run_detector(name, **options), [3, "height", "width"]
    for size in image_sizes(name):
        try:
            flow = run_images(model, size, times=2 if kind == "optical_flow" else 1)
        except (RuntimeError, AssertionError, ValueError) as error:
            reason = error
        else:
            return flow, ["batch", 3, *size]
    raise reason


def varied(name: str) -> list[str]:
    """The layers whose width is the number of classes (or of key points), auxiliary ones included."""
    wanted = ("num_classes", "num_keypoints") if name.startswith("keypoint") else ("num_classes",)
    found: list[str] = []
    for option in wanted:
        one, other = (widened(name, **{option: count}) for count in COUNTS)
        found += differing_layers(one, other)
    return list(dict.fromkeys(found))


def widened(name: str, **options: Any) -> Any:
    """The model with the auxiliary heads that it can have; the plain one where an option is not taken."""
    for extra in ({"aux_loss": True}, {}):
        try:
            return on_meta(name, **options, **extra)
        except (TypeError, NotImplementedError):
            continue
    return on_meta(name)


def training_flow(model: Any, size: Sequence[int]) -> Flow:
    """The forward passes in training mode, where auxiliary heads are called."""
    model.train()
    try:
        return run_images(model, size)
    finally:
        model.eval()


def class_count(name: str, layers: list[str], model: Any) -> int | None:
    """How many classes the model was built for: the width at which its first class layer stands."""
    if not layers:
        return None
    at = [on_meta(name, num_classes=count).get_submodule(layers[0]).weight.shape[0] for count in COUNTS]
    slope = at[1] - at[0]
    return int((model.get_submodule(layers[0]).weight.shape[0] - at[0]) // slope + COUNTS[0]) if slope else None


def describe(name: str, layers: list[str], options: dict[str, Any]) -> Row:
    """What depends on how the builder is called: everything about the model itself."""
    model = on_meta(name, **options)
    present = {path for path, _ in model.named_modules()}
    flow, size = flow_of(name, model, options)
    heads, auxiliary = split(model, [path for path in layers if path in present], flow)
    unseen = [path for path in auxiliary if not flow.called(path)]
    aside = training_flow(model, [int(side) for side in size[2:]]) if unseen else None
    row = described(model, size, flow, (heads, auxiliary), aside)
    told = steps(model, flow) if family(name) not in _OF_PIXELS else []
    return {"classes": class_count(name, heads, model), **row, **({"steps": told} if told else {})}


def smallest_images(name: str, size: Dims) -> Any:
    """Images as small as the model takes them and still larger than its last feature map's stride."""
    import torch

    fixed = name.startswith(("vit", "maxvit")) or family(name) not in ("", "quantization")
    side = 299 if "inception" in name else 96
    sides = size[2:] if fixed else [side, side]
    return torch.rand(2, 3, *sides, generator=torch.Generator().manual_seed(1))


def rebuilds(name: str, size: Dims, options: dict[str, Any]) -> Row:
    """What `Sequential(*children()[:-n])` comes to, for small n: the outcome and the shape it gives."""
    import torch

    def build() -> Any:
        with nothing_loaded():
            return builder(name)(**options)

    if family(name) in _OF_PIXELS:
        return {}
    outcomes = compare(with_numbers(build), smallest_images(name, size))
    told = shapes(on_meta(name, **options), torch.empty(2, *size[1:], device="meta"))
    return {"rebuilds": [[dropped, str(outcome), told[dropped]] for dropped, outcome in outcomes.items()]}


def limits(name: str, size: Dims, *, has_auxiliary_heads: bool) -> Row:
    """Which images the model takes, and which in training mode, where auxiliary heads ask for others."""
    sizes = [int(side) for side in size[2:]] if not family(name) else []
    usual = sides(on_meta(name), sizes)
    training = sides(on_meta(name).train(), sizes) if has_auxiliary_heads else usual
    return {**usual, **({"training_sides": training["sides"]} if training and training != usual else {})}


def freezes(name: str) -> Row:
    """How many parameters of a detector's backbone are frozen, for each number of its layers that stay trainable."""
    return {"freezes": frozen_first(partial(on_meta, name))} if family(name) == "detection" else {}


def survey(name: str) -> Row:
    """The row of one builder.

    Its facts are those of the builder called without arguments; `trained` holds what differs with weights, `bare` what
    differs in a detector whose backbone has none either.
    """
    layers = varied(name)
    plain = describe(name, layers, {})
    trained = describe(name, layers, {"weights": "DEFAULT"})
    bare = differences(plain, describe(name, layers, BARE)) if family(name) == "detection" else {}
    plain |= rebuilds(name, plain["input"], {})
    changed = plain["nodes"] != trained["nodes"] or hasattr(on_meta(name), "transform_input")
    same = {key: plain[key] for key in ("rebuilds",) if key in plain}
    trained |= rebuilds(name, trained["input"], {"weights": "DEFAULT"}) if changed else same
    return {
        "name": name,
        "builder": dotted(name),
        "legacy": asked_for(name, pretrained=True),
        "default": asked_for(name, weights="DEFAULT"),
        "best": best(name),
        "weights": weights(members(name)),
        **numbers(on_meta(name)),
        **freezes(name),
        **limits(name, plain["input"], has_auxiliary_heads="training_outputs" in plain),
        **plain,
        "trained": differences(plain, trained),
        **({"bare": bare} if bare else {}),
    }
