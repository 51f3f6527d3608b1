from __future__ import annotations

from dataclasses import replace

import pytest

from headlint.finding import Safety
from headlint.history import Argument, Known, Unknown, Written
from tests.rules.histories import RESNET50, at, built, finding, findings, literal, spelled

RULE = "deprecated-pretrained"
LEGACY = "ResNet50_Weights.IMAGENET1K_V1"


def argument(value: Known | Unknown, name: str = "pretrained") -> Argument:
    text = value.written.text if isinstance(value, Known) and value.written else "flag"
    text = f"{name}={text}" if name else text
    return Argument(name, value, Written(at(1, 26, len(text)), text))


def call(value: Known | Unknown, name: str = "pretrained", callee: str = "models.resnet50"):
    return replace(built(RESNET50, 1, argument(value, name), callee=callee), legacy=LEGACY)


TRUE, FALSE = literal(True, 1), literal(False, 1)


@pytest.mark.parametrize(
    ("callee", "weights"),
    [
        ("models.resnet50", "models.ResNet50_Weights.IMAGENET1K_V1"),
        ("torchvision.models.resnet50", "torchvision.models.ResNet50_Weights.IMAGENET1K_V1"),
        ("resnet50", '"IMAGENET1K_V1"'),
        ("models.get_model", '"IMAGENET1K_V1"'),
        ('getattr(models, "resnet50")', '"IMAGENET1K_V1"'),
        ("zoo[0].resnet50", '"IMAGENET1K_V1"'),
    ],
)
def test_the_same_weights_by_their_name(callee: str, weights: str) -> None:
    found = finding(RULE, call(TRUE, callee=callee))
    assert found.message == "`pretrained` is deprecated since torchvision 0.13, which has `weights`"
    assert found.fix is not None
    assert found.fix.safety is Safety.SAFE
    assert [(edit.place.span.column, edit.replacement) for edit in found.fix.edits] == [(26, f"weights={weights}")]


def test_false_means_no_weights() -> None:
    fix = finding(RULE, call(FALSE)).fix
    assert fix is not None
    assert [edit.replacement for edit in fix.edits] == ["weights=None"]


def test_a_first_positional_truth_value() -> None:
    fix = finding(RULE, call(TRUE, name="")).fix
    assert fix is not None
    assert [edit.replacement for edit in fix.edits] == [f"weights=models.{LEGACY}"]


def test_a_value_with_a_name_gets_an_unsafe_fix() -> None:
    fix = finding(RULE, call(spelled(True, "args.pretrained", 1))).fix
    assert fix is not None
    assert fix.safety is Safety.UNSAFE
    assert [edit.replacement for edit in fix.edits] == [f"weights=models.{LEGACY} if args.pretrained else None"]


def test_a_value_that_is_unknown_gets_an_unsafe_fix() -> None:
    fix = finding(RULE, call(Unknown("it is an argument"))).fix
    assert fix is not None
    assert fix.safety is Safety.UNSAFE
    assert [edit.replacement for edit in fix.edits] == [f"weights=models.{LEGACY} if flag else None"]


def test_weights_that_are_unknown_get_no_fix() -> None:
    assert finding(RULE, built(RESNET50, 1, argument(TRUE))).fix is None


def test_the_backbone_of_a_detector() -> None:
    fix = finding(RULE, call(FALSE, name="pretrained_backbone")).fix
    assert fix is not None
    assert [edit.replacement for edit in fix.edits] == ["weights_backbone=None"]
    assert finding(RULE, call(TRUE, name="pretrained_backbone")).fix is None


@pytest.mark.parametrize("library", ["timm", "torch.hub", ""])
def test_silent_about_other_libraries(library: str) -> None:
    assert not findings(RULE, built(replace(RESNET50, library=library), 1, argument(TRUE)))


def test_silent_about_weights() -> None:
    assert not findings(RULE, call(literal("IMAGENET1K_V1", 1), name="weights"))


def test_silent_about_positional_weights() -> None:
    assert not findings(RULE, call(Known(None), name=""))


def test_silent_about_later_arguments() -> None:
    assert not findings(RULE, built(RESNET50, 1, argument(literal("resnet50", 1), ""), argument(TRUE, "progress")))
