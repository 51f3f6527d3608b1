"""The survey of transformers: every class behind the Auto classes that carry a head, in its default configuration.

Default configurations are those of a family's usual checkpoint (`BertConfig()` is that of bert-base-uncased); language
models of two thousand features and more are built with two layers.
"""

from __future__ import annotations

import signal
from contextlib import contextmanager
from functools import cache
from typing import TYPE_CHECKING, Any

from headlint.zoo.survey.building import nothing_drawn, parameters_on_meta
from headlint.zoo.survey.configuration import NEEDED, complete, formula, set_labels, shrink
from headlint.zoo.survey.describing import Row, described
from headlint.zoo.survey.feeding import inputs_for
from headlint.zoo.survey.forward import BATCHES, Flow, watch
from headlint.zoo.survey.modules import is_weighted
from headlint.zoo.survey.places import ancestors, differing_layers

if TYPE_CHECKING:
    from collections.abc import Iterator

LIBRARY = "transformers"
COUNTS = (5, 6)
"""Two numbers of labels; LayoutLMv3 has another head from ten on."""
MANY = 17
"""More labels than those with which heads change their kind."""
LIMIT = 120
"""Seconds of computing after which a class is given up."""

TASKS = {
    "AutoModelForAudioClassification": "AUDIO_CLASSIFICATION",
    "AutoModelForAudioFrameClassification": "AUDIO_FRAME_CLASSIFICATION",
    "AutoModelForAudioXVector": "AUDIO_XVECTOR",
    "AutoModelForImageClassification": "IMAGE_CLASSIFICATION",
    "AutoModelForInstanceSegmentation": "INSTANCE_SEGMENTATION",
    "AutoModelForMultipleChoice": "MULTIPLE_CHOICE",
    "AutoModelForObjectDetection": "OBJECT_DETECTION",
    "AutoModelForQuestionAnswering": "QUESTION_ANSWERING",
    "AutoModelForSemanticSegmentation": "SEMANTIC_SEGMENTATION",
    "AutoModelForSequenceClassification": "SEQUENCE_CLASSIFICATION",
    "AutoModelForTokenClassification": "TOKEN_CLASSIFICATION",
    "AutoModelForUniversalSegmentation": "UNIVERSAL_SEGMENTATION",
    "AutoModelForVideoClassification": "VIDEO_CLASSIFICATION",
}


def version() -> str:
    """The installed version."""
    import transformers

    return str(transformers.__version__)


@cache
def classes() -> dict[str, tuple[str, ...]]:
    """Every head-bearing class, with the Auto classes that lead to it."""
    from transformers.models.auto import modeling_auto

    found: dict[str, tuple[str, ...]] = {}
    for auto, task in TASKS.items():
        for told in getattr(modeling_auto, f"MODEL_FOR_{task}_MAPPING_NAMES").values():
            for name in told if isinstance(told, tuple | list) else (told,):
                found[name] = tuple(dict.fromkeys((*found.get(name, ()), auto)))
    return found


def names() -> list[str]:
    """Every head-bearing class."""
    return list(classes())


@contextmanager
def limited() -> Iterator[None]:
    """Raise TimeoutError in a survey that takes too long."""

    def give_up(*_signal: Any) -> None:
        raise TimeoutError(f"it took more than {LIMIT} seconds")

    before = signal.signal(signal.SIGPROF, give_up)
    signal.setitimer(signal.ITIMER_PROF, LIMIT)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)


def usual_config(name: str) -> Any:
    """The default configuration of a class, with fewer layers where it is large."""
    import transformers

    config = getattr(transformers, name).config_class(**NEEDED.get(name, {}))
    complete(config)
    shrink(config)
    return config


def built(name: str, config: Any, *, real: bool = False) -> Any:
    """The model from a configuration in evaluation mode, on the meta device unless it has to be `real`."""
    import torch
    import transformers

    kind = getattr(transformers, name)
    options = {"attn_implementation": "eager"}
    if real:
        return kind._from_config(config, **options).eval()
    try:
        with torch.device("meta"), nothing_drawn():
            return kind._from_config(config, **options).eval()
    except (RuntimeError, NotImplementedError, ValueError):
        with parameters_on_meta():
            return kind._from_config(config, **options).to("meta").eval()


def run(model: Any, config: Any) -> Flow:
    """Two forward passes; the shapes of the input are in the calls of the model itself."""
    import torch

    seen = []
    for batch in BATCHES:
        inputs = inputs_for(model, config, batch)
        with torch.no_grad():
            seen.append(watch(model, lambda inputs=inputs: model(**inputs)))  # type: ignore[misc]
    return Flow((seen[0][0], seen[1][0]), (seen[0][1], seen[1][1]))


def fallback_flow(name: str, model: Any, config: Any) -> Flow:
    """The forward passes on the meta device; on the CPU for models that look at values, if they are small."""
    try:
        return run(model, config)
    except TimeoutError:
        raise
    except Exception:  # models refuse meta tensors in many ways
        if sum(parameter.numel() for parameter in model.parameters()) > 1_000_000_000:
            raise
        return run(built(name, config, real=True), config)


def output_layer(model: Any, flow: Flow) -> list[str]:
    """The last layer with weights that is called: the head of a model whose width is no number of labels."""
    modules = dict(model.named_modules())
    called = [path for path in flow.calls[0] if path and is_weighted(modules[path])]
    return called[-1:]


def own_layer(model: Any) -> list[str]:
    """The last layer with weights beside the backbone: the head of a model that couldn't be run."""
    return [name for name, child in model.named_children() if is_weighted(child)][-1:]


def with_labels(name: str) -> tuple[Any, Any]:
    """The model for two numbers of labels; twice the usual one where a class insists on its own number."""
    one, other = (set_labels(usual_config(name), count) for count in COUNTS)
    try:
        return built(name, one), built(name, other)
    except ValueError:
        usual = built(name, usual_config(name))
        return usual, usual


def per_class(one: Any, other: Any, path: str) -> list[int]:
    """How wide a class layer is: so much for each label, and so much besides (DETR's "no object")."""
    widths = [next(model.get_submodule(path).parameters()).shape[0] for model in (one, other)]
    return [widths[1] - widths[0], widths[0] - COUNTS[0] * (widths[1] - widths[0])]


def is_choice(one: Any, other: Any, path: str) -> bool:
    """Whether a head ends in a layer that gives as much for any number of labels: the score of a choice."""
    return is_weighted(one.get_submodule(path)) and per_class(one, other, path)[0] == 0


def kinds_of(model: Any) -> list[type]:
    """The classes of a model's modules."""
    return [type(module) for module in model.modules()]


def most_alike(name: str, one: Any, layers: list[str]) -> int | None:
    """The largest number of labels with which the head keeps its kind, None if many labels change nothing.

    LayoutLMv3 has a deeper head from ten labels on.
    """

    def keeps(count: int) -> bool:
        other = dict(built(name, set_labels(usual_config(name), count)).named_modules())
        return all(type(other.get(path)) is type(one.get_submodule(path)) for path in layers)

    if not layers or keeps(MANY):
        return None
    return next(count for count in range(MANY - 1, 0, -1) if keeps(count))


def survey(name: str) -> Row:
    """The row of one class."""
    with limited():
        return _survey(name)


def _survey(name: str) -> Row:
    config = usual_config(name)
    model = built(name, config)
    pair = with_labels(name)
    layers = differing_layers(*pair)
    flow, why, kinds = Flow(({}, {}), (None, None)), "", kinds_of(model)
    try:
        flow = fallback_flow(name, model, config)
    except TimeoutError:
        raise
    except Exception as error:  # the row then lacks shapes and says so
        why = f"it was not run: {type(error).__name__}: {str(error).partition(chr(10))[0][:120]}"
    if kinds_of(model) != kinds:  # BigBirdPegasus changes its attention once it meets a short text
        model = built(name, config)
    counted = bool(layers) and not is_choice(*pair, layers[-1])
    layers = layers if counted else (own_layer(model) if why else output_layer(model, flow))
    row = {
        "name": name,
        "builder": f"transformers.{name}",
        "model_type": config.model_type,
        "auto": list(classes()[name]),
        "config": type(config).__name__,
        "classes": config.num_labels if counted else None,
        **described(model, ["batch"] if why else flow.arrives(""), flow, (layers, [])),
        "takes": [formula(lambda chosen: built(name, chosen), config, model, path) for path in layers],
        "per_class": [per_class(*pair, path) for path in layers] if counted else [],
        "labels_at": ["config.num_labels", *(["num_labels"] if hasattr(model, "num_labels") else [])],
    }
    if counted and pair[0] is not pair[1] and (most := most_alike(name, pair[0], layers)):
        row["classes_up_to"] = most
    if why:
        row["output"] = why
        row["slots"] = [[path, "head", why, why] for layer in layers for path in (layer, *ancestors(layer))]
    return row
