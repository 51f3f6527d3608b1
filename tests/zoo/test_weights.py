"""Weights, their classes, and how images are prepared for them."""

import doctest

import pytest

from headlint.history import Unknown
from headlint.zoo import weights
from headlint.zoo.weights import LEGACY, Weights, weights_named, weights_of


def named(library: str, model: str, spelled: str) -> Weights:
    found = weights_named(library, model, spelled)
    assert isinstance(found, Weights), found
    return found


def test_the_examples_of_the_docstring():
    assert doctest.testmod(weights).failed == 0


def test_the_default_weights_come_first():
    names = [each.name for each in weights_of("torchvision", "resnet50")]
    assert names == ["ResNet50_Weights.IMAGENET1K_V2", "ResNet50_Weights.IMAGENET1K_V1"]
    assert weights_of("timm", "resnet50")[0].name == "resnet50.a1_in1k"


@pytest.mark.parametrize("spelled", ["DEFAULT", "ResNet50_Weights.DEFAULT", "models.resnet.ResNet50_Weights.DEFAULT"])
def test_the_default_goes_by_several_spellings(spelled):
    assert named("torchvision", "resnet50", spelled).preparation.resize == (232,)


def test_what_an_older_pretrained_loads():
    assert named("torchvision", "resnet50", LEGACY).name == "ResNet50_Weights.IMAGENET1K_V1"
    assert named("timm", "vit_base_patch16_224", LEGACY).preparation.mean == (0.5, 0.5, 0.5)


def test_a_quantized_model_has_weights_of_its_own_and_takes_the_plain_ones():
    own = named("torchvision", "quantized_resnet50", "DEFAULT")
    plain = named("torchvision", "quantized_resnet50", "ResNet50_Weights.DEFAULT")
    assert (own.name, own.model) == ("ResNet50_QuantizedWeights.IMAGENET1K_FBGEMM_V2", "quantized_resnet50")
    assert (plain.name, plain.model) == ("ResNet50_Weights.IMAGENET1K_V2", "resnet50")


def test_a_tag_picks_its_own_weights():
    (only,) = weights_of("timm", "vit_base_patch16_224.dino")
    assert (only.classes, only.preparation.mean) == (None, (0.485, 0.456, 0.406))
    assert weights_of("timm", "vit_base_patch16_224.nothing") == ()


def test_what_a_library_does_not_prepare_is_none():
    detector = weights_of("torchvision", "fasterrcnn_resnet50_fpn")[0]
    assert (detector.classes, detector.preparation.mean, detector.preparation.crop) == (91, None, None)


def test_clips_are_resized_to_height_and_width():
    clip = weights_of("torchvision", "r3d_18")[0].preparation
    assert (clip.resize, clip.crop) == ((128, 171), (112, 112))


def test_settings_of_pretrainedmodels():
    assert named("pretrainedmodels", "inceptionv4", "imagenet+background").classes == 1001


@pytest.mark.parametrize(
    ("library", "model", "spelled"),
    [
        ("torchvision", "resnet50", "IMAGENET21K"),
        ("torchvision", "resnet50", "Nonsense_Weights.DEFAULT"),
        ("torchvision", "resnet51", "DEFAULT"),
        ("torchvision", "resnet50", ""),
        ("timm", "resnet50", "imagenet99"),
        ("keras", "resnet50", "DEFAULT"),
    ],
)
def test_what_nobody_published_is_unknown(library, model, spelled):
    assert isinstance(weights_named(library, model, spelled), Unknown)


def test_a_library_without_surveyed_weights_has_none():
    assert weights_of("efficientnet_pytorch", "efficientnet-b0") == ()
