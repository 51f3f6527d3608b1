from __future__ import annotations

from dataclasses import replace

from headlint.finding import Safety
from headlint.history import Absent, Free, Layer, Model, Unknown
from tests.rules.histories import (
    CONVNEXT,
    INCEPTION,
    RESNET18,
    RESNET50,
    UNREADABLE,
    VGG16,
    arrived,
    at,
    built,
    conv,
    finding,
    findings,
    identity,
    is_fine,
    linear,
    literal,
    replaced,
    spelled,
    why_silent,
)

RULE = "head-width-mismatch"
NET = Model(1, "Net", "", UNREADABLE, UNREADABLE)
JOINT = {"model": NET, "line": 4, "path": "head", "giver": "resnet18"}


def test_a_width_of_another_backbone() -> None:
    layer = linear(literal(512, 2))
    found = finding(RULE, built(RESNET50), replaced(RESNET50, new=layer), arrived(layer, 2048, model=RESNET50))
    assert found.message == "the new head takes 512 features, but resnet50 gives it 2048"
    assert [step.text for step in found.steps] == [
        "resnet50 is built with pretrained weights",
        "`model.fc` becomes a Linear from 512 to 10",
    ]


def test_the_place_is_that_of_the_number() -> None:
    layer = linear(literal(512, 3, column=15, statement=2))
    found = finding(RULE, replaced(RESNET50, new=layer), arrived(layer, 2048, model=RESNET50))
    assert (found.place.line, found.place.span.column, found.place.statement) == (3, 15, 2)


def test_a_typed_number_becomes_the_readable_width() -> None:
    layer = linear(literal(512, 2))
    found = finding(RULE, replaced(RESNET50, new=layer), arrived(layer, 2048, model=RESNET50))
    assert found.fix is not None
    assert found.fix.safety is Safety.SAFE
    assert found.fix.title == "write `model.fc.in_features` in place of `512`"
    assert [edit.replacement for edit in found.fix.edits] == ["model.fc.in_features"]


def test_a_named_width_is_replaced_unsafely() -> None:
    layer = linear(spelled(512, "width", 2))
    found = finding(RULE, replaced(RESNET50, new=layer), arrived(layer, 2048, model=RESNET50))
    assert found.fix is not None
    assert found.fix.safety is Safety.UNSAFE


def test_a_layer_written_before_its_model_gets_the_number() -> None:
    layer = linear(literal(512, 1))
    found = finding(RULE, replaced(RESNET50, 4, new=layer), arrived(layer, 2048, model=RESNET50, line=4))
    assert found.place == at(4)
    assert found.fix is not None
    assert [(edit.place.line, edit.replacement) for edit in found.fix.edits] == [(1, "2048")]


def test_where_the_pooling_changed_the_old_width_is_no_remedy() -> None:
    layer = linear(literal(512, 2))
    found = finding(RULE, replaced(new=layer), arrived(layer, 1024))
    assert found.fix is not None
    assert [edit.replacement for edit in found.fix.edits] == ["1024"]


def test_layers_of_one_sequential_disagree() -> None:
    layer = linear(literal(256, 5, statement=2))
    sequential = Layer("Sequential", linear(25088).takes, layer.gives)
    found = finding(
        RULE,
        replaced(VGG16, path="classifier", new=sequential),
        arrived(linear(25088, 512), 25088, model=VGG16, path="classifier.0", index="0"),
        arrived(layer, 512, model=VGG16, path="classifier.2", index="2", giver="Linear", giver_path="classifier.0"),
    )
    assert found.message == ("`model.classifier[2]` takes 256 features, but `model.classifier[0]` (Linear) gives 512")
    assert found.fix is not None
    assert found.fix.safety is Safety.UNSAFE


def test_what_gives_is_named_as_it_was_left() -> None:
    trunk = replace(RESNET18, number=2)
    found = finding(
        RULE,
        built(trunk, 2),
        replaced(trunk, 3, new=identity(), target="self.backbone.fc"),
        replaced(NET, 4, "head", new=linear(2048), target="self.head"),
        arrived(linear(2048), 512, **JOINT, giver_path="backbone", giver_model=2),
    )
    what = "`self.backbone` (resnet18, its fc replaced by Identity)"
    assert found.message == f"`self.head` takes 2048 features, but {what} gives 512"


def test_what_is_made_of_a_models_children_is_named_so() -> None:
    found = finding(
        RULE,
        built(),
        replaced(NET, 4, "head", new=linear(2048), target="self.head"),
        arrived(linear(2048), 512, **JOINT, giver_path="features"),
    )
    what = "`self.features` (resnet18's children)"
    assert found.message == f"`self.head` takes 2048 features, but {what} gives 512"


def test_a_layer_that_nothing_names_is_named_by_its_model() -> None:
    chain = replace(NET, name="Sequential")
    found = finding(RULE, arrived(linear(2048), 512, model=chain, path="2", giver="Linear", giver_path="0"))
    assert found.message == "`Sequential[2]` takes 2048 features, but `Sequential[0]` (Linear) gives 512"


def test_a_convolution_counts_channels() -> None:
    layer = conv(256)
    found = finding(RULE, arrived(layer, 512, 13, 13, path="classifier.1"))
    assert found.message == "the new `classifier[1]` takes 256 channels, but resnet18 gives it 512"


def test_an_auxiliary_head_is_named_so() -> None:
    found = finding(RULE, arrived(linear(512), 768, model=INCEPTION, path="AuxLogits.fc"))
    assert found.message == "the new auxiliary head takes 512 features, but inception_v3 gives it 768"


def test_equal_widths_are_fine() -> None:
    assert is_fine(RULE, replaced(), arrived(linear(512), 512))


def test_silent_where_any_width_is_taken() -> None:
    assert is_fine(RULE, arrived(Layer("Dropout", Free(), Free()), 512))


def test_silent_where_the_width_that_arrives_is_unknown() -> None:
    assert why_silent(RULE, arrived(linear(512))) == "it comes from a file"


def test_silent_where_the_width_that_is_taken_is_unknown() -> None:
    assert why_silent(RULE, arrived(linear(Unknown("`width` is an argument")), 512)) == "`width` is an argument"


def test_silent_where_the_width_has_no_number() -> None:
    assert "tokens" in why_silent(RULE, arrived(linear(512), "tokens"))


def test_silent_about_the_input_of_the_model() -> None:
    assert not findings(RULE, arrived(conv(1, 64), 3, 224, 224, path="conv1"))


def test_silent_where_the_rank_is_the_mistake() -> None:
    assert not findings(RULE, arrived(linear(768), 768, 1, 1, model=CONVNEXT, path="classifier"))


def test_silent_where_the_name_is_new() -> None:
    assert not findings(RULE, built(), replaced(path="head", old=Absent(), new=linear(99)), built(RESNET18))
