from __future__ import annotations

from dataclasses import replace

from headlint import verdict
from headlint.finding import Safety
from headlint.history import Unknown, Witness
from headlint.rule import rules
from tests.rules.histories import (
    CONVNEXT,
    RESNET18,
    RESNET50,
    arrived,
    built,
    conv,
    finding,
    findings,
    linear,
    literal,
    replaced,
    spelled,
    told,
    why_silent,
)

RULE = "hardcoded-in-features"
TYPED = linear(literal(512, 2))


def test_a_right_number_that_is_typed() -> None:
    found = finding(RULE, built(), replaced(new=TYPED), arrived(TYPED, 512))
    assert found.message == "512 is typed, and is right only as long as resnet18 gives 512 features"
    assert found.fix is not None
    assert found.fix.safety is Safety.SAFE
    assert [(edit.place.span.column, edit.replacement) for edit in found.fix.edits] == [(22, "model.fc.in_features")]


def test_no_fix_where_the_layer_is_written_elsewhere() -> None:
    layer = linear(literal(512, 1))
    found = finding(RULE, replaced(line=4, new=layer), arrived(layer, 512, line=4))
    assert found.place.line == 4
    assert found.fix is None


def test_silent_where_the_number_is_wrong() -> None:
    assert not findings(RULE, replaced(RESNET50, new=TYPED), arrived(TYPED, 2048, model=RESNET50))


def test_silent_where_the_width_is_read() -> None:
    layer = linear(spelled(512, "model.fc.in_features", 2))
    assert not findings(RULE, replaced(new=layer), arrived(layer, 512))


def test_silent_where_the_width_has_a_name() -> None:
    layer = linear(spelled(512, "WIDTH", 2))
    assert not findings(RULE, replaced(new=layer), arrived(layer, 512))


def test_silent_behind_the_first_layer() -> None:
    layer = linear(literal(256, 2))
    assert not findings(RULE, replaced(new=layer), arrived(layer, 256, path="fc.1", index="1", giver="Linear"))


def test_silent_about_the_input_of_the_model() -> None:
    layer = conv(literal(3, 2), 64)
    assert not findings(RULE, replaced(path="conv1", new=layer), arrived(layer, 3, 224, 224, path="conv1"))


def test_silent_where_the_old_layer_had_another_width() -> None:
    layer = linear(literal(1024, 2))
    assert not findings(RULE, replaced(new=layer), arrived(layer, 1024))


def test_silent_where_the_old_layer_is_unknown() -> None:
    assert not findings(RULE, replaced(new=TYPED, old=Unknown("a helper may have changed it")), arrived(TYPED, 512))


def test_silent_about_models_of_ones_own() -> None:
    own = replace(RESNET18, name="Net", library="")
    assert not findings(RULE, replaced(own, new=TYPED), arrived(TYPED, 512, model=own))


def test_silent_where_the_rank_is_the_mistake() -> None:
    layer = linear(literal(768, 2))
    events = (
        replaced(CONVNEXT, path="classifier", new=layer),
        arrived(layer, 768, 1, 1, model=CONVNEXT, path="classifier"),
    )
    assert not findings(RULE, *events)


def test_silent_where_the_shape_is_unknown() -> None:
    assert why_silent(RULE, replaced(new=TYPED), arrived(TYPED)) == "it comes from a file"


def test_a_run_is_not_asked() -> None:
    history = told(replaced(new=TYPED), arrived(TYPED, 512), witness=Witness.RUNTIME)
    assert not verdict.testimony([rule for rule in rules() if rule.name == RULE], [history]).findings
