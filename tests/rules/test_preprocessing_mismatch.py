from __future__ import annotations

from dataclasses import replace

from headlint.history import Argument, ImagesNormalized, Known, Purpose, Unknown
from tests.rules.histories import (
    RESNET18,
    at,
    backbone,
    built,
    finding,
    findings,
    head,
    is_fine,
    readied,
    why_silent,
)

RULE = "preprocessing-mismatch"
IMAGENET, HALVES = (0.485, 0.456, 0.406), (0.5, 0.5, 0.5)
FROZEN = readied(backbone(False, set_line=3), head())


def normalized(mean: tuple[float, ...] | Unknown = HALVES, line: int = 5, scaled: bool = True) -> ImagesNormalized:
    return ImagesNormalized(at(line), mean, (0.5, 0.5, 0.5), scaled)


def test_the_numbers_belong_to_other_weights() -> None:
    found = finding(RULE, normalized(), built(), FROZEN)
    assert found.place == at(5)
    assert found.message == (
        "images are normalised with 0.5, 0.5, 0.5, and the weights of resnet18, which is frozen, "
        "were trained with 0.485, 0.456, 0.406"
    )
    assert [step.place.line for step in found.steps] == [1]


def test_a_tag_of_timm_decides() -> None:
    vit = replace(RESNET18, name="vit_base_patch16_224", library="timm")
    name = Argument("", Known("vit_base_patch16_224.augreg_in21k"), None)
    events = normalized(IMAGENET), built(vit, 1, name), readied(backbone(False), head(), model=vit)
    assert "were trained with 0.5, 0.5, 0.5" in finding(RULE, *events).message


def test_a_mean_of_whole_numbers_after_scaling() -> None:
    found = finding(RULE, normalized((123.675, 116.28, 103.53)))
    assert found.message == "the mean 123.675 is taken from images that are numbers from 0 to 1 by then"
    assert finding(RULE, normalized((0.485, 0.456, 406))).message.startswith("the mean 406 is taken")


def test_a_detector_normalises_itself() -> None:
    detector = replace(RESNET18, name="fasterrcnn_resnet50_fpn")
    assert "normalises its images itself" in finding(RULE, normalized(IMAGENET), built(detector)).message


def test_silent_about_a_mean_of_whole_numbers_for_images_that_nobody_scaled() -> None:
    assert not findings(RULE, normalized((123.675, 116.28, 103.53), scaled=False))


def test_silent_about_the_weights_own_numbers() -> None:
    assert is_fine(RULE, normalized((0.49, 0.46, 0.41)), built(), FROZEN)


def test_silent_about_numbers_of_the_data() -> None:
    assert is_fine(RULE, normalized((0.76, 0.54, 0.57)), built(), FROZEN)


def test_silent_where_the_backbone_is_trained() -> None:
    assert is_fine(RULE, normalized(), built(), readied(backbone(), head()))


def test_silent_where_nobody_trains() -> None:
    states = readied(backbone(False, set_line=3), head(), purpose=Purpose.UNSEEN)
    assert is_fine(RULE, normalized(), built(), states)


def test_silent_where_there_are_several_ways() -> None:
    assert not findings(RULE, normalized(), normalized(IMAGENET, line=6), built(), FROZEN)


def test_silent_where_there_are_several_models() -> None:
    other = replace(RESNET18, number=7)
    assert not findings(RULE, normalized(), built(), built(other, line=2), FROZEN)


def test_silent_without_pretrained_weights() -> None:
    assert not findings(RULE, normalized(), built(replace(RESNET18, pretrained=False)), FROZEN)


def test_silent_where_the_numbers_are_unknown() -> None:
    assert why_silent(RULE, normalized(Unknown("they are computed")), built(), FROZEN) == "they are computed"
