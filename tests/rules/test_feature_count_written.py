from __future__ import annotations

import pytest

from headlint.finding import Safety
from headlint.history import Known, Owner, Unknown
from tests.rules.histories import finding, findings, is_fine, replaced, spelled, why_silent, wrote

RULE = "feature-count-written"
WRITE = wrote("out_features", 10, before=Known(1000))


def test_the_layer_still_gives_what_it_gave() -> None:
    found = finding(RULE, WRITE)
    assert found.message == "`out_features` says 10, but this Linear still gives 1000"
    assert found.fix is not None
    assert found.fix.safety is Safety.UNSAFE
    assert [edit.replacement for edit in found.fix.edits] == ["model.fc = nn.Linear(model.fc.in_features, 10)"]


@pytest.mark.parametrize(
    ("name", "kind", "does"),
    [
        ("in_features", "Linear", "takes"),
        ("in_channels", "Conv2d", "takes"),
        ("out_channels", "Conv2d", "gives"),
        ("num_features", "BatchNorm2d", "takes"),
    ],
)
def test_the_counts_of_other_layers(name: str, kind: str, does: str) -> None:
    found = finding(RULE, wrote(name, 1, kind=kind, before=Known(64)))
    assert found.message == f"`{name}` says 1, but this {kind} still {does} 64"
    assert found.fix is None


def test_a_count_that_is_computed() -> None:
    value = spelled(10, "len(classes)", 4)
    found = finding(RULE, wrote("out_features", value, before=Known(1000)))
    assert found.fix is not None
    assert [edit.replacement for edit in found.fix.edits] == [
        "model.fc = nn.Linear(model.fc.in_features, len(classes))"
    ]


def test_a_count_that_is_unknown() -> None:
    found = finding(RULE, wrote("out_features", Unknown("it is an argument"), before=Known(1000)))
    assert found.message == "`out_features` says something else, but this Linear still gives 1000"


def test_silent_where_the_weight_is_new() -> None:
    weight = wrote("weight", Unknown("it is a tensor"), line=3)
    assert is_fine(RULE, weight, WRITE)


def test_silent_where_the_weight_is_written_in_place() -> None:
    data = wrote("data", Unknown("it is a tensor"), path="fc.weight", owner=Owner.PARAMETER)
    assert is_fine(RULE, WRITE, data)


def test_silent_where_the_layer_is_replaced_afterwards() -> None:
    assert is_fine(RULE, WRITE, replaced(line=5))


def test_a_bias_alone_is_no_new_weight() -> None:
    assert findings(RULE, wrote("bias", None, line=3), WRITE)


def test_a_replacement_before_does_not_help() -> None:
    assert findings(RULE, replaced(line=2), WRITE)


def test_silent_where_nothing_changes() -> None:
    assert not findings(RULE, wrote("out_features", 1000, before=Known(1000)))


@pytest.mark.parametrize("kind", ["Identity", "ResNet", "ArcFace"])
def test_silent_about_other_kinds(kind: str) -> None:
    assert not findings(RULE, wrote("out_features", 512, kind=kind, before=Known(1000)))


def test_silent_about_other_names() -> None:
    assert not findings(RULE, wrote("num_classes", 10, kind="Linear", before=Known(1000)))


def test_silent_where_the_old_count_is_unknown() -> None:
    assert why_silent(RULE, wrote("out_features", 10, before=Unknown("it was loaded"))) == "it was loaded"
