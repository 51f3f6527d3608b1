from __future__ import annotations

import pytest

from headlint.history import Shape, Target, Unknown
from tests.rules.histories import at, finding, findings, is_fine, why_silent
from tests.rules.meetings import met

RULE = "loss-shape-mismatch"


def target(*dims: int | str, whole: bool | Unknown = False, source: str = "") -> Target:
    return Target(Shape(dims), whole, source=source)


def test_labels_against_two_outputs() -> None:
    labels = target("batch", source="ImageFolder")
    found = finding(RULE, met("BCEWithLogitsLoss", output=("batch", 2), target=labels))
    assert found.place == at(8)
    assert found.message == (
        "BCEWithLogitsLoss is given outputs of shape (batch, 2) and targets of shape (batch), which it refuses"
    )
    assert found.fix is not None
    assert "`nn.CrossEntropyLoss` for class labels" in found.fix.title


@pytest.mark.parametrize("loss", ["MSELoss", "L1Loss", "SmoothL1Loss", "HuberLoss"])
@pytest.mark.parametrize(("output", "wanted"), [(("batch", 1), ("batch",)), (("batch",), ("batch", 1))])
def test_broadcasting(loss: str, output: tuple[int | str, ...], wanted: tuple[int | str, ...]) -> None:
    found = finding(RULE, met(loss, output=output, target=target(*wanted)))
    assert found.message.endswith("and compares every output with every target")


def test_other_shapes() -> None:
    found = finding(RULE, met("MSELoss", output=("batch", 3), target=target("batch")))
    assert found.message.endswith("which don't go together")


def test_whole_numbers_for_a_binary_loss() -> None:
    found = finding(RULE, met("BCEWithLogitsLoss", output=("batch", 1), target=target("batch", 1, whole=True)))
    assert found.message.endswith("of whole numbers, which it refuses")


@pytest.mark.parametrize(("wanted", "whole"), [(("batch", 1), True), (("batch",), False)])
def test_classes(wanted: tuple[int | str, ...], whole: bool) -> None:
    assert findings(RULE, met(target=target(*wanted, whole=whole)))


def test_labels_of_whole_images_against_scores_of_places() -> None:
    labels = target("batch", whole=True, source="ImageFolder")
    found = finding(RULE, met(output=("batch", 16, 5), target=labels))
    assert found.message.endswith("with a target for each place along the others")


def test_classes_along_the_last_axis() -> None:
    found = finding(RULE, met(output=("batch", 6, 4), target=target("batch", 6, whole=True)))
    assert found.message.endswith("with a target for each place along the others")


def test_fine_with_a_label_for_each_place() -> None:
    assert is_fine(RULE, met(output=("batch", 6, 6), target=target("batch", 6, whole=True)))
    assert is_fine(RULE, met(output=("batch", 6, "width"), target=target("batch", 4, whole=True)))
    assert is_fine(RULE, met(output=("batch", 6, 4), target=target("batch", 6, 4, whole=False)))
    assert is_fine(RULE, met(output=("batch", 21, 64, 64), target=target("batch", 64, 64, whole=True)))
    assert is_fine(RULE, met(output=("batch", 5, 16), target=target("batch", whole=Unknown("it may be anything"))))


@pytest.mark.parametrize("batch", ["batch", 8, "size"])
@pytest.mark.parametrize("loss", ["BCEWithLogitsLoss", "MSELoss"])
def test_fine_where_the_shapes_are_one(loss: str, batch: int | str) -> None:
    assert is_fine(RULE, met(loss, output=("batch", 1), target=target(batch, 1)))


def test_fine_with_class_labels_and_with_probabilities() -> None:
    assert is_fine(RULE, met(target=target("batch", whole=True)))
    assert is_fine(RULE, met(target=target("batch", 10)))


def test_a_single_output_is_another_story() -> None:
    assert is_fine(RULE, met(output=("batch", 1), target=target("batch", 1)))


def test_fine_where_a_size_is_nobodys() -> None:
    assert is_fine(RULE, met("MSELoss", output=("batch", "size"), target=target("batch", 3)))


def test_silent_where_a_shape_is_unknown() -> None:
    assert why_silent(RULE, met("MSELoss", output=Unknown("a file"), target=target("batch"))) == "a file"
    assert why_silent(RULE, met("MSELoss", target=Target(Unknown("a table"), whole=False))) == "a table"
