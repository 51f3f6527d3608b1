"""What pooling, feature maps and channels make of a row, told without any library installed."""

import pytest

from headlint import zoo
from headlint.history import Known, Shape, Unknown
from headlint.zoo import Row
from headlint.zoo.variants import asked


def row(name: str, **options: object) -> Row:
    found = zoo.find("timm", name)
    assert isinstance(found, Row), found
    changed = asked(found, options)
    assert isinstance(changed, Row), changed
    return changed


def why(name: str, **options: object) -> str:
    found = zoo.find("timm", name)
    assert isinstance(found, Row), found
    changed = asked(found, options)
    assert isinstance(changed, Unknown), changed
    return changed.why


def kinds(found: Row, *paths: str) -> list[str]:
    nodes = [found.tree.at(path) for path in paths]
    return [node.kind if node is not None else "" for node in nodes]


def test_without_classifier_and_pooling_a_model_gives_its_last_map():
    bare = row("convnext_tiny", num_classes=0, global_pool="")
    assert bare.output == Shape(("batch", 768, 7, 7))
    assert kinds(bare, "head.fc", "head.global_pool.pool") == ["Identity", "Identity"]
    assert bare.classes == 0


def test_a_map_of_images_of_another_size_has_no_numbers_for_its_sides():
    large = row("convnext_tiny.fb_in22k_ft_in1k_384", num_classes=0, global_pool="")
    assert large.output == Shape(("batch", 768, "height", "width"))


def test_a_classifier_without_pooling_is_not_told():
    assert why("resnet50", global_pool="") == "resnet50 was not surveyed with a classifier and without pooling"


def test_the_usual_pooling_changes_nothing():
    assert row("resnet50", global_pool="avg") == row("resnet50")


def test_other_pooling_changes_where_a_transformer_normalises():
    averaged = row("vit_base_patch16_224", global_pool="avg", num_classes=7)
    assert kinds(averaged, "norm", "fc_norm") == ["Identity", "LayerNorm"]
    assert averaged.output == Shape(("batch", 7))
    assert "fc_norm.weight" in averaged.parameter_names()


def test_pooling_that_joins_two_averages_doubles_what_the_head_takes():
    joined = row("resnet50", global_pool="catavgmax", num_classes=7)
    node = joined.tree.at("fc")
    assert node is not None
    assert (node.takes, node.gives) == (4096, 7)
    (head,) = joined.heads
    assert (head.layer.takes, isinstance(head.arrives, Unknown)) == (Known(4096), True)


def test_pooling_that_a_model_refuses_or_nobody_surveyed():
    assert why("resnet50", global_pool="token") == "resnet50: global_pool='token' is not taken: AssertionError"
    assert why("resnet50", global_pool="soft") == "resnet50: global_pool='soft' was not surveyed"


def test_feature_maps():
    maps = row("resnet50", features_only=True)
    assert maps.chosen == (0, 1, 2, 3, 4)
    assert [channels for channels, _ in maps.stages] == [64, 256, 512, 1024, 2048]
    assert maps.maps[-1] == Shape(("batch", 2048, 7, 7))
    assert maps.tree.at("fc") is None
    assert maps.parameter_names()[-1].startswith("layer4")
    assert (maps.classes, maps.heads) == (None, ())
    assert maps.output == Unknown("it returns a list of feature maps")


def test_stages_may_be_chosen():
    maps = row("resnet50", features_only=True, out_indices=(2, 4))
    assert (maps.chosen, maps.as_surveyed) == ((2, 4), False)
    assert maps.maps == (Shape(("batch", 512, 28, 28)), Shape(("batch", 2048, 7, 7)))
    assert "has 5 stages" in why("resnet50", features_only=True, out_indices=(5,))


def test_a_model_without_stages_says_so():
    found = zoo.find("torchvision", "resnet50")
    assert isinstance(found, Row)
    assert asked(found, {"features_only": True}) == Unknown("resnet50: features_only=True was not surveyed")


@pytest.mark.parametrize(
    ("name", "options", "paths"),
    [
        ("resnet50", {}, ["conv1"]),
        ("resnet50", {"features_only": True}, ["conv1"]),
        ("crossvit_9_240", {}, ["patch_embed.0.proj", "patch_embed.1.proj"]),
        ("dm_nfnet_f0", {}, ["stem.conv1"]),
    ],
)
def test_every_layer_that_takes_the_channels_changes(name, options, paths):
    usual, changed = row(name, **options), row(name, in_chans=1, **options)
    for path in paths:
        before, after = usual.tree.at(path), changed.tree.at(path)
        assert before is not None
        assert after is not None
        assert (before.takes, after.takes) == (3, 1)
        weight = before.attribute("kernel_size")
        assert isinstance(weight, tuple)
        assert before.size - after.size == 2 * weight[0] * weight[1] * (before.gives or 0)


def test_channels_that_a_model_ignores_change_nothing():
    assert row("csatv2", in_chans=1).tree == row("csatv2").tree


def test_parameters_that_two_modules_share_count_once():
    coat = row("coat_tiny")
    assert coat.parameters < coat.tree.count()
