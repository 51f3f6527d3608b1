from __future__ import annotations

from headlint.history import ImagesMet
from tests.rules.histories import RESNET18, at, built, finding, is_fine

RULE = "fixed-input-size"


def met(
    height: int, width: int = 0, *, least: int = 224, most: int | None = 224, training: bool = False, line: int = 5
) -> ImagesMet:
    return ImagesMet(at(line), RESNET18, height, width or height, least, most, training, at(9))


def test_a_size_that_the_model_refuses() -> None:
    found = finding(RULE, built(), met(256))
    assert found.place == at(5)
    assert found.message == "images of 256 x 256 pixels reach resnet18, which takes 224 x 224 alone"
    assert [step.place.line for step in found.steps] == [1, 9]
    assert found.fix
    assert found.fix.title == "bring images to 224 x 224"


def test_only_one_of_the_sides() -> None:
    assert "images of 224 x 320 pixels" in finding(RULE, built(), met(224, 320)).message


def test_too_small_for_what_is_pooled_away() -> None:
    found = finding(RULE, built(), met(32, least=63, most=None))
    assert found.message == "images of 32 x 32 pixels reach resnet18, which takes none smaller than 63 x 63"


def test_too_small_in_training_alone() -> None:
    found = finding(RULE, built(), met(224, least=299, most=None, training=True))
    assert "which in training takes none" in found.message


def test_between_two_sides() -> None:
    assert "takes sides from 209 to 224 alone" in finding(RULE, built(), met(256, least=209)).message


def test_images_made_where_the_model_is_called() -> None:
    assert [step.place.line for step in finding(RULE, built(), met(256, line=9)).steps] == [1]


def test_silent_about_the_models_own_size() -> None:
    assert is_fine(RULE, built(), met(224))


def test_silent_between_the_sides() -> None:
    assert is_fine(RULE, built(), met(210, 224, least=209))


def test_silent_about_larger_images_where_they_do() -> None:
    assert is_fine(RULE, built(), met(1024, 512, least=63, most=None))
