from __future__ import annotations

from dataclasses import replace

from headlint.finding import Safety
from headlint.history import Layer, Model, Shape, Slot, Unknown
from tests.rules.histories import (
    CONVNEXT,
    RESNET18,
    RESNET50,
    VGG16,
    arrived,
    conv,
    finding,
    is_fine,
    linear,
    replaced,
    returned,
    why_silent,
)

RULE = "head-rank-mismatch"
SWIN = Model(
    0,
    "swin_tiny",
    "timm",
    pretrained=True,
    classes=1000,
    slots=(Slot("head", linear(768, 1000), Shape(("batch", 7, 7, 768)), Shape(("batch", 1000))),),
)
TAGGER = Model(
    0,
    "BertForTokenClassification",
    "transformers",
    pretrained=True,
    classes=2,
    slots=(Slot("classifier", linear(768, 2), Shape(("batch", "tokens", 768)), Shape(("batch", "tokens", 2))),),
)


def test_a_feature_map_reaches_a_linear() -> None:
    found = finding(
        RULE,
        replaced(CONVNEXT, path="classifier", new=linear(768)),
        arrived(linear(768), 768, 1, 1, model=CONVNEXT, path="classifier"),
    )
    assert found.message == "the new `classifier` is a Linear, and a tensor of shape (batch, 768, 1, 1) reaches it"
    assert found.fix is not None
    assert found.fix.safety is Safety.DISPLAY
    assert found.fix.title == "replace `classifier[2]` alone, which is the last layer of it"


def test_channels_last_pass_without_an_exception() -> None:
    found = finding(RULE, arrived(linear(768), 7, 7, 768, model=SWIN, path="head"))
    assert "(batch, 7, 7, 768)" in found.message


def test_a_convolution_gets_a_vector() -> None:
    found = finding(RULE, arrived(conv(512), 512))
    assert found.message == "the new `fc` is a Conv2d, and a tensor of shape (batch, 512) reaches it"


def test_a_vector_is_fine() -> None:
    assert is_fine(RULE, arrived(linear(512), 512))


def test_a_wrong_width_is_another_rule() -> None:
    assert is_fine(RULE, arrived(linear(512), 2048, model=RESNET50))


def test_silent_where_the_old_head_answered_per_token() -> None:
    assert is_fine(RULE, arrived(linear(768), "tokens", 768, model=TAGGER, path="classifier"))


def test_silent_inside_a_block_with_channels_last() -> None:
    assert is_fine(RULE, arrived(linear(96), 56, 56, 96, model=SWIN, path="layers.0.blocks.0.mlp.fc1"))


def test_silent_in_front_of_a_pooling_of_the_users() -> None:
    assert is_fine(RULE, arrived(linear(768), 7, 7, 768, model=SWIN, path="head.0", index="0"))


def test_silent_behind_a_flatten() -> None:
    assert is_fine(RULE, arrived(linear(25088), 25088, model=VGG16, path="classifier.1", index="1"))


def test_silent_where_the_kind_reads_anything() -> None:
    assert is_fine(RULE, arrived(Layer("MyHead", linear(512).takes, linear(512).gives), 512, 7, 7, model=RESNET18))


def test_silent_where_the_shape_is_unknown() -> None:
    assert why_silent(RULE, arrived(linear(512))) == "it comes from a file"


def test_silent_where_the_class_around_pools_the_scores() -> None:
    own = Model(7, "Net", "", pretrained=Unknown("its own"), classes=Unknown("its own"))
    new = arrived(linear(768, 10), 7, 7, 768, model=SWIN, path="head")
    assert why_silent(RULE, new, returned(own, 10)) == "Net gives one row for each image in the end"
    lost = replace(returned(own), shape=Unknown("a loop"))
    assert why_silent(RULE, new, lost) == "what Net makes of the scores is not known"
    assert finding(RULE, new, returned(own, 7, 7, 10))
