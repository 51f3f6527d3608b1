"""Asks the installed torchvision whether its data sets have as many classes as headlint believes."""

from __future__ import annotations

import inspect
import re

import pytest

from headlint.history import Unknown
from headlint.zoo.datasets import (
    CLASSES,
    EMNIST,
    LABEL_CHANGES,
    SIDES,
    TRANSFORM_AT,
    UNCOUNTED,
    changed_from,
    count,
    is_labelled,
)

_WORDS = {"two": 2}


@pytest.fixture(scope="module")
def datasets():
    pytest.importorskip("torch")
    return pytest.importorskip("torchvision.datasets")


@pytest.mark.runtime
@pytest.mark.parametrize("name", CLASSES)
def test_a_count_is_torchvisions_own(datasets, name: str) -> None:
    assert CLASSES[name] in told(datasets, name)


def told(datasets, name: str) -> set[int]:
    """Every number that torchvision offers as the data set's: its list of classes, its words, or its name."""
    kind = getattr(datasets, name)
    found: set[int] = set()
    if isinstance(classes := getattr(kind, "classes", None), list):
        found.add(len(classes))
    said = re.findall(r"(\w+) (?:food |pet |different )?(?:categories|classes|variants)\b", kind.__doc__ or "")
    found |= {_WORDS.get(word) or int(word) for word in said if word.isdigit() or word in _WORDS}
    if not found:
        found |= _of_the_data(datasets, name)
    return found


def _of_the_data(datasets, name: str) -> set[int]:
    import torchvision

    match name:
        case "FakeData":
            return {datasets.FakeData(size=1).num_classes}
        case "Imagenette":
            return {len(datasets.imagenette.Imagenette._WNID_TO_CLASS)}
        case "ImageNet":
            return {len(torchvision.models.ResNet50_Weights.DEFAULT.meta["categories"])}
        case "SVHN" | "USPS":  # digits, says the documentation, and that they begin at 0
            digits = "label `0` to the digit `0`" in getattr(datasets, name).__doc__
            return {10} if digits or "[0, 9]" in getattr(datasets, name).__doc__ else set()
    number = re.search(r"\d+$", name)
    return {int(number[0])} if number else set()


@pytest.mark.runtime
@pytest.mark.parametrize("name", SIDES)
def test_a_side_is_torchvisions_own(datasets, name: str) -> None:
    kind = getattr(datasets, name)
    written = "".join(inspect.getsource(base) for base in kind.__mro__ if base.__module__.startswith("torchvision"))
    side = SIDES[name]
    assert re.search(rf"reshape\(.*\b{side}, {side}\)|_{side}x{side}\.", written)


@pytest.mark.runtime
@pytest.mark.parametrize("name", TRANSFORM_AT)
def test_a_transform_stands_where_torchvision_has_it(datasets, name: str) -> None:
    assert list(inspect.signature(getattr(datasets, name)).parameters)[TRANSFORM_AT[name]] == "transform"


@pytest.mark.runtime
@pytest.mark.parametrize("name", CLASSES)
def test_arguments_that_change_labels_stand_where_torchvision_has_them(datasets, name: str) -> None:
    places = list(inspect.signature(getattr(datasets, name)).parameters)
    assert all(places.index(one) >= changed_from(name) for one in LABEL_CHANGES if one in places)


@pytest.mark.runtime
def test_the_splits_of_emnist_are_torchvisions_own(datasets) -> None:
    assert {name: len(classes) for name, classes in datasets.EMNIST.classes_split_dict.items()} == EMNIST


@pytest.mark.runtime
@pytest.mark.parametrize("name", sorted(UNCOUNTED))
def test_an_uncounted_one_exists(datasets, name: str) -> None:
    assert name in datasets.__all__


def test_a_data_set_as_it_comes() -> None:
    assert count("CIFAR100", ["root", "train", "transform"]) == 100


def test_an_argument_that_changes_the_labels() -> None:
    assert isinstance(count("CIFAR100", ["root", "target_transform"]), Unknown)


def test_an_argument_without_a_name_may_change_the_labels() -> None:
    assert isinstance(count("FakeData", [], unnamed=3), Unknown)
    assert count("FakeData", [], unnamed=2) == 10
    assert count("MNIST", [], unnamed=3) == 10


def test_a_split_decides() -> None:
    assert count("EMNIST", ["root", "split"], "letters") == 27
    assert isinstance(count("EMNIST", ["root", "split"]), Unknown)


def test_which_ones_have_labels() -> None:
    assert is_labelled("ImageFolder")
    assert not is_labelled("VOCDetection")
