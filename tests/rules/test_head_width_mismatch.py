from __future__ import annotations

from headlint.finding import Safety
from headlint.history import Absent, Free, Layer, Unknown
from tests.rules.histories import (
    CONVNEXT,
    INCEPTION,
    RESNET18,
    RESNET50,
    VGG16,
    arrived,
    at,
    built,
    conv,
    finding,
    findings,
    is_fine,
    linear,
    literal,
    replaced,
    spelled,
    why_silent,
)

RULE = "head-width-mismatch"


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
        arrived(layer, 512, model=VGG16, path="classifier.2", index="2", giver="Linear"),
    )
    assert found.message == "`Linear` takes 256 features, but the Linear before it gives 512"
    assert found.fix is not None
    assert found.fix.safety is Safety.UNSAFE


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
