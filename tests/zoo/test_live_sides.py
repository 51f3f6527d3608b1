"""Do models take the images that the zoo says they take, and no others?"""

from __future__ import annotations

import pytest
from zoo_live import need_surveyed

from headlint import zoo
from headlint.zoo.survey import sides, surveyor
from headlint.zoo.weights import built_with
from tests.full import sample

pytestmark = [
    pytest.mark.runtime,
    pytest.mark.filterwarnings("ignore:The default weight initialization:FutureWarning"),
]
need_surveyed("timm")
need_surveyed("torchvision")

CHOOSY = [
    (library, name)
    for library in ("timm", "torchvision")
    for name in zoo.names(library)
    if isinstance(row := zoo.find(library, name), zoo.Row) and row.name == name and row.sides(training=False)
]


@pytest.mark.parametrize(("library", "name"), sample(CHOOSY, 12))
def test_a_model_takes_the_told_sides_and_none_beyond(library: str, name: str) -> None:
    row = zoo.find(library, name)
    assert isinstance(row, zoo.Row)
    told, model = row.sides(training=False), surveyor(library).on_meta(name)
    assert told
    assert answers(model, row, *told) == expected(*told)


@pytest.mark.parametrize(
    ("name", "training"),
    [("alexnet", False), ("inception_v3", True), ("vgg11", False), ("vit_b_32", False)],
)
def test_numbers_pass_and_fail_as_told(name: str, training: bool) -> None:
    import torchvision

    row = zoo.find("torchvision", name)
    assert isinstance(row, zoo.Row)
    told, model = row.sides(training=training), torchvision.models.get_model(name).train(training)
    assert told
    assert answers(model, row, *told) == expected(*told)


def answers(model, row: zoo.Row, least: int, most: int | None) -> list[bool]:
    channels = row.input.dims[1]
    beyond = [most, most + 1] if most else []
    return [sides.takes(model, channels, side) for side in (least - 1, least, *beyond)]


def expected(least: int, most: int | None) -> list[bool]:
    return [least == 1, True, *([True, False] if most else [])]


def test_another_size_of_a_tag_is_the_one_that_it_takes() -> None:
    row = zoo.find("timm", "vit_base_patch16_clip_224.openai")
    assert isinstance(row, zoo.Row)
    assert row.sides(training=False) == (224, 224)


OF_ONE_SIZE = [name for name in zoo.names("torchvision") if name.startswith("vit_")]


@pytest.mark.parametrize("name", OF_ONE_SIZE)
def test_weights_decide_which_size_a_model_is_built_for(name: str) -> None:
    import torchvision

    enum = torchvision.models.get_model_weights(name)
    for member in enum:
        for spelled in (member.name, str(member)):
            row = zoo.find("torchvision", name, trained=True)
            assert isinstance(row, zoo.Row)
            row = built_with(row, spelled)
            side = member.meta["min_size"][0]
            assert row.sides(training=False) == (side, side)
            assert row.input.dims[2:] == (side, side)
    assert built_with(row, "NO_SUCH_WEIGHTS").sides(training=False) is None
