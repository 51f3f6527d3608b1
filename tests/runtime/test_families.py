"""Transformers without the hub, detectors without boxes, and models that take several inputs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

pytestmark = pytest.mark.runtime
torch = pytest.importorskip("torch")
pytest.importorskip("torchvision")

from torch import nn  # noqa: E402 -- only where torch is

from headlint.runtime.worker.families.detection import image_of, watch_detectors  # noqa: E402 -- imports torch
from headlint.runtime.worker.families.feeding import arguments, feed_of  # noqa: E402 -- imports torch
from headlint.runtime.worker.holes import marked  # noqa: E402 -- beside the others
from headlint.runtime.worker.watching.patches import Patches  # noqa: E402 -- imports torch

if TYPE_CHECKING:
    from collections.abc import Iterator

META = torch.device("meta")


class OnMeta:
    """As much of a watch as detectors ask for."""

    device = "meta"

    def __init__(self) -> None:
        self.patches = Patches()


@pytest.fixture
def watched() -> Iterator[None]:
    watch: Any = OnMeta()
    with watch.patches:
        watch_detectors(watch)
        yield


# ---- checkpoints


def configured(family: str, name: str, **options: Any) -> Any:
    transformers = pytest.importorskip("transformers")
    from headlint.runtime.worker.families.checkpoints import configuration

    return configuration(getattr(transformers, family), name, options)


@pytest.mark.parametrize(
    ("family", "name", "width"),
    [("BertConfig", "bert-base-uncased", 768), ("BertConfig", "bert-large-uncased", 1024), ("GPT2Config", "gpt2", 768)],
)
def test_a_known_checkpoint_has_its_width(family: str, name: str, width: int) -> None:
    config = configured(family, name)
    assert config.hidden_size == width
    assert not marked(config.hidden_size)
    assert config.hidden_size % config.num_attention_heads == 0


def test_the_width_of_an_unknown_checkpoint_is_nobodys() -> None:
    assert marked(configured("BertConfig", "somebody/something").hidden_size)


def test_a_checkpoint_of_another_family_tells_nothing_of_this_one() -> None:
    assert marked(configured("RobertaConfig", "bert-base-uncased").hidden_size)


def test_options_that_belong_into_a_configuration_go_there_and_others_stay() -> None:
    pytest.importorskip("transformers")
    from transformers import BertConfig

    from headlint.runtime.worker.families.checkpoints import configuration

    options = {"num_labels": 5, "add_pooling_layer": False}
    assert configuration(BertConfig, "bert-base-uncased", options).num_labels == 5
    assert options == {"add_pooling_layer": False}


def test_the_family_of_a_checkpoint_nobody_knows_is_read_from_its_name_or_refused() -> None:
    pytest.importorskip("transformers")
    from headlint.runtime.worker.families.checkpoints import NoFamilyError, family_of

    assert family_of("somebody/distilbert-tuned") == "distilbert"
    with pytest.raises(NoFamilyError):
        family_of("somebody/zzz")


# ---- inputs


class Two(nn.Module):
    def forward(self, ids: Any, attention_mask: Any, token_type: Any, labels: Any) -> None: ...


def test_several_inputs_are_given_by_name() -> None:
    positional, named = arguments(Two(), torch.full((2, 16), 3))
    assert positional == ()
    assert [int(named[name].flatten()[0]) for name in ("ids", "attention_mask", "token_type", "labels")] == [3, 1, 0, 0]
    assert named["labels"].shape == (2,)


def test_one_input_is_given_by_position() -> None:
    tensor = torch.zeros(2, 8)
    assert arguments(nn.Linear(8, 2), tensor) == ((tensor,), {})


def test_a_plain_model_has_no_feed_of_its_own() -> None:
    assert feed_of(nn.Sequential(nn.Linear(8, 2))) is None


def test_a_text_model_is_fed_tokens() -> None:
    transformers = pytest.importorskip("transformers")
    with META:
        model = transformers.BertModel(transformers.BertConfig(num_hidden_layers=1))
    assert feed_of(nn.Sequential(model)) == ((16,), 30522)


# ---- detectors

BUILDERS = ["fasterrcnn_resnet50_fpn", "maskrcnn_resnet50_fpn", "keypointrcnn_resnet50_fpn", "fcos_resnet50_fpn"]
BUILDERS += [
    "retinanet_resnet50_fpn",
    "ssd300_vgg16",
    "ssdlite320_mobilenet_v3_large",
    "fasterrcnn_mobilenet_v3_large_fpn",
]


@pytest.mark.parametrize("name", BUILDERS)
@pytest.mark.usefixtures("watched")
def test_every_weight_of_a_detector_takes_part_on_meta(name: str) -> None:
    from torchvision.models import get_model

    with META:
        model = get_model(name, weights=None, weights_backbone=None)
    shape = image_of(model)
    assert shape is not None
    outputs = model(torch.empty((2, *shape), device=META))
    flat = [one for value in outputs.values() for one in (value if isinstance(value, list) else [value])]
    sum(tensor.sum() for tensor in flat).backward()
    idle = [path for path, parameter in model.named_parameters() if parameter.requires_grad and parameter.grad is None]
    assert idle == []


def test_detectors_are_themselves_again_afterwards() -> None:
    from torchvision.models.detection.generalized_rcnn import GeneralizedRCNN

    before = GeneralizedRCNN.forward
    watch: Any = OnMeta()
    with watch.patches:
        watch_detectors(watch)
        assert GeneralizedRCNN.forward is not before
    assert GeneralizedRCNN.forward is before
