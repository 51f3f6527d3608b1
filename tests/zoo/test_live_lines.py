"""Do the lines that `headlint zoo` prints run, with the libraries that are installed?"""

from contextlib import ExitStack, contextmanager
from importlib import import_module
from unittest import mock

import pytest
from zoo_live import why_not_surveyed

from headlint import zoo
from headlint.history import Unknown
from headlint.zoo import checkpoints
from headlint.zoo.answer import Answer, answer, operated
from headlint.zoo.checkpoint_lines import checkpoint_by_hand, checkpoint_way
from headlint.zoo.lines import build, by_hand, full_name, own_way
from headlint.zoo.options import class_layers, per_class, with_classes
from headlint.zoo.survey.building import nothing_loaded, parameters_on_meta
from headlint.zoo.survey.configuration import set_labels
from headlint.zoo.survey.transformers import built, usual_config
from tests.full import sample

pytestmark = [pytest.mark.runtime, pytest.mark.filterwarnings("ignore")]
pytest.importorskip("torchvision")

COUNTS = {"torchvision": 8, "timm": 6, "transformers": 3, "efficientnet_pytorch": 1, "pretrainedmodels": 1}
KNOWN = {"num_classes": 17, "num_keypoints": 19, "checkpoint": "a checkpoint"}


def with_heads(library):
    found = {name: zoo.find(library, name) for name in zoo.names(library)}
    return [name for name, row in found.items() if isinstance(row, zoo.Row) and row.classifier]


MODELS = [(library, name) for library, count in COUNTS.items() for name in sample(with_heads(library), count)]


def loader(kind):
    """Stands in for `from_pretrained` of a class: no checkpoint is known but the default configuration."""

    def load(name, num_labels=None, ignore_mismatched_sizes=False):
        config = usual_config(kind)
        return built(kind, config if num_labels is None else set_labels(config, num_labels))

    return staticmethod(load)


@contextmanager
def without_weights(kinds):
    """Whatever is loaded is nothing; `kinds` says which class stands behind a name of transformers."""
    import transformers

    with ExitStack() as stack:
        stack.enter_context(nothing_loaded())
        stack.enter_context(mock.patch("timm.models._builder.load_pretrained"))
        for function in ("torch.utils.model_zoo.load_url", "torch.hub.load_state_dict_from_url"):
            stack.enter_context(mock.patch(function, return_value={}))
        if there("efficientnet_pytorch"):
            stack.enter_context(mock.patch("efficientnet_pytorch.model.load_pretrained_weights"))
        for name, kind in kinds:
            stack.enter_context(mock.patch.object(getattr(transformers, name), "from_pretrained", loader(kind)))
        yield


def run(lines, kinds=()):
    """What `model` is after some lines, on the meta device and without the network."""
    import torch
    from torch import nn

    scope = {"nn": nn, **KNOWN, **{library: import_module(library) for library in COUNTS if there(library)}}
    with without_weights(kinds):
        try:
            with parameters_on_meta():
                exec("\n".join(lines), scope)
        except ImportError as error:  # a library that a model of transformers needs
            pytest.skip(str(error).strip().partition("\n")[0])
        except (NotImplementedError, RuntimeError):
            with torch.device("meta"):
                exec("\n".join(lines), scope)
    assert isinstance(scope["model"], nn.Module)
    return scope["model"].to("meta")


def there(library):
    return not why_not_surveyed(library)


def widths(row, model):
    """The first dimension of each class layer's weight; `reset_classifier` leaves some models without a second head."""
    there = dict(model.named_modules())
    layers = {path: there[path] for path in class_layers(row) if hasattr(there.get(path), "weight")}
    return {path: layer.weight.shape[0] for path, layer in layers.items() if "keypoint" not in path}


def padding(row, model):
    """Which row of an embedding of labels stands for none of them."""
    there = dict(model.named_modules())
    return {path: getattr(there.get(path), "padding_idx", None) for path in class_layers(row)}


def foretold(row, classes, paths):
    rules = {path: per_class(row, number) for number, path in enumerate(class_layers(row))}
    return {path: slope * classes + besides for path, (slope, besides) in rules.items() if path in paths}


@pytest.mark.parametrize(("library", "name"), MODELS)
def test_lines_by_hand(library, name):
    if why := why_not_surveyed(library):
        pytest.skip(why)
    row = operated(Answer(zoo.find(library, name)))
    lines = by_hand(row)
    kinds = [(name, name)] if library == "transformers" else ()
    model = run((*build(row), *lines), kinds)
    if lines:
        found = widths(row, model)
        assert found == foretold(row, 17, found), lines
        usual = padding(row, run(build(row), kinds))
        assert padding(row, model) == {path: None if at is None else 17 for path, at in usual.items()}


@pytest.mark.parametrize(("library", "name"), MODELS)
def test_the_librarys_own_way(library, name):
    if why := why_not_surveyed(library):
        pytest.skip(why)
    row = zoo.find(library, name)
    kinds = [(auto, name) for auto in row.record.get("auto", ())]
    lines = own_way(row)
    assert lines or row.record.get("classes_ignored") or row.classes is None, full_name(row)
    if lines:
        found = widths(row, run(lines, kinds))
        assert found == foretold(row, 17, found)
        assert found or isinstance(with_classes(row, 17), Unknown), full_name(row)


@pytest.mark.parametrize("name", sample(checkpoints.names(), 3))
def test_lines_for_checkpoints(name):
    if why := why_not_surveyed("transformers"):
        pytest.skip(why)
    found = answer(name)
    kinds = [(auto, head.name) for head in reversed(found.heads) for auto in head.auto]
    for lines in (checkpoint_by_hand(found), checkpoint_way(found)):
        if lines:
            run(lines, kinds)
