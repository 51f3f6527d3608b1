"""What options of a builder make of a row, told without any library installed."""

import pytest

from headlint import zoo
from headlint.history import Known, Shape, Unknown
from headlint.zoo import Row
from headlint.zoo.options import class_layers, with_channels, with_classes, with_images


def row(library: str, name: str) -> Row:
    found = zoo.find(library, name)
    assert isinstance(found, Row), found
    return found


def changed(found: Row | Unknown) -> Row:
    assert isinstance(found, Row), found
    return found


def test_another_number_of_classes_changes_the_class_layer_and_what_is_around_it():
    vgg = changed(with_classes(row("torchvision", "vgg16"), 10))
    leaves = {slot.path: slot.leaves for slot in vgg.heads}
    assert leaves["classifier.6"] == leaves["classifier"] == Shape(("batch", 10))
    assert leaves["classifier.3"] == Shape(("batch", 4096))
    assert (vgg.classes, vgg.output) == (10, Shape(("batch", 10)))
    head = vgg.slot("classifier.6")
    assert head is not None
    assert head.layer.gives == Known(10)
    node = vgg.tree.at("classifier.6")
    assert node is not None
    assert (node.size, node.attribute("out_features")) == (4096 * 10 + 10, 10)


def test_auxiliary_heads_follow_the_number_of_classes():
    inception = changed(with_classes(row("torchvision", "inception_v3"), 10))
    assert class_layers(inception) == ("fc", "AuxLogits.fc")
    auxiliary = inception.slot("AuxLogits.fc")
    assert auxiliary is not None
    assert auxiliary.leaves == Shape(("batch", 10))


def test_what_comes_after_a_class_layer_gets_its_width():
    squeezenet = changed(with_classes(row("torchvision", "squeezenet1_0"), 10))
    last = squeezenet.slot("classifier.3")
    assert last is not None
    assert (last.arrives, last.leaves) == (Shape(("batch", 10, 13, 13)), Shape(("batch", 10, 1, 1)))


def test_boxes_have_four_numbers_a_class():
    detector = changed(with_classes(row("torchvision", "fasterrcnn_resnet50_fpn"), 3))
    boxes = detector.slot("roi_heads.box_predictor.bbox_pred")
    assert boxes is not None
    assert boxes.layer.gives == Known(12)


def test_a_model_without_classes_takes_no_number_of_them():
    assert isinstance(with_classes(row("torchvision", "raft_small"), 10), Unknown)


def test_channels_change_the_stem():
    resnet = with_channels(row("torchvision", "resnet50"), 1)
    stem = resnet.slot("conv1")
    assert stem is not None
    assert (stem.layer.takes, stem.arrives) == (Known(1), Shape(("batch", 1, 224, 224)))
    node = resnet.tree.at("conv1")
    assert node is not None
    assert node.size == 64 * 7 * 7


def test_another_image_size_leaves_no_number_that_depends_on_it():
    convnext = with_images(row("torchvision", "convnext_tiny"), (3, 384, 384))
    classifier, stem = convnext.slot("classifier"), convnext.slot("features.0.0")
    assert classifier is not None
    assert stem is not None
    assert classifier.arrives == Shape(("batch", 768, 1, 1))
    assert stem.arrives == Shape(("batch", 3, "height", "width"))


@pytest.mark.parametrize("name", ["convnext_tiny", "resnet50"])
def test_timm_models_without_classes_have_an_identity(name):
    bare = changed(with_classes(row("timm", name), 0))
    (path,) = bare.classifier
    node = bare.tree.at(path)
    assert node is not None
    assert node.kind == "Identity"
    assert bare.output == Shape(("batch", bare.record["num_features"]))


def test_a_tag_decides_classes_and_image_size():
    plain, tagged = row("timm", "convnext_tiny"), row("timm", "convnext_tiny.fb_in22k")
    assert (plain.classes, tagged.classes) == (1000, 21841)
    large = row("timm", "convnext_tiny.fb_in22k_ft_in1k_384")
    assert large.input == Shape(("batch", 3, 384, 384))
    head = large.slot("head")
    assert head is not None
    assert head.arrives == Shape(("batch", 768, "height", "width"))


def test_a_tag_without_classes_has_no_classifier():
    bare = row("timm", "vit_base_patch16_224.dino")
    node = bare.tree.at("head")
    assert node is not None
    assert (bare.classes, node.kind) == (0, "Identity")


def test_a_model_built_without_classes_gets_a_head_with_them():
    dino = changed(with_classes(row("timm", "vit_base_patch14_dinov2"), 10))
    head = dino.slot("head")
    assert head is not None
    assert (head.layer.kind, head.layer.takes, head.leaves) == ("Linear", Known(768), Shape(("batch", 10)))


@pytest.mark.parametrize(
    "name",
    [
        "hf_hub:timm/vit_base_patch16_224.augreg_in21k",
        "hf-hub:timm/vit_base_patch16_224.augreg_in21k",
        "timm/vit_base_patch16_224.augreg_in21k",
        "vit_base_patch16_224_in21k",
    ],
)
def test_names_of_hubs_and_earlier_versions_lead_to_the_row(name):
    found = row("timm", name)
    assert (found.name, found.classes) == ("vit_base_patch16_224", 21843)


def test_an_unknown_tag_is_unknown():
    found = zoo.find("timm", "resnet50.imagenet99")
    assert found == Unknown(f"resnet50 has no weights tagged imagenet99 in timm {zoo.version('timm')}")
