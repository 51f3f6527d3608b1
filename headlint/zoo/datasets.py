"""How many different labels the published data sets of torchvision have.

Surveyed from torchvision 0.29: from a class's own list, its documentation, or its name where that is the number. A test
asks the installed torchvision for each. Data sets of which it tells no number without the data itself are not here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from headlint.history import Unknown

if TYPE_CHECKING:
    from collections.abc import Collection

CLASSES = {
    "CIFAR10": 10,
    "CIFAR100": 100,
    "Caltech101": 101,
    "Country211": 211,
    "FGVCAircraft": 100,
    "FakeData": 10,
    "FashionMNIST": 10,
    "Flowers102": 102,
    "Food101": 101,
    "ImageNet": 1000,
    "Imagenette": 10,
    "KMNIST": 10,
    "MNIST": 10,
    "OxfordIIITPet": 37,
    "Places365": 365,
    "QMNIST": 10,
    "RenderedSST2": 2,
    "STL10": 10,
    "SUN397": 397,
    "SVHN": 10,
    "StanfordCars": 196,
    "USPS": 10,
}
EMNIST = {"byclass": 62, "bymerge": 47, "balanced": 47, "letters": 27, "digits": 10, "mnist": 10}
"""By its argument `split`; the labels of `letters` begin at 1."""
UNCOUNTED = frozenset(
    "CLEVRClassification Caltech256 DTD DatasetFolder EuroSAT FER2013 GTSRB ImageFolder Omniglot PCAM SEMEION".split()
)
"""Data sets whose labels are whole numbers, of which it is not told how many there are."""
SIDES = {"CIFAR10": 32, "CIFAR100": 32, "FER2013": 48, "SEMEION": 16, "STL10": 96, "SVHN": 32, "USPS": 16}
"""The side of the square images of which torchvision's own code tells it."""
TRANSFORM_AT = {
    **dict.fromkeys(("Caltech256", "EuroSAT", "ImageFolder", "SEMEION", "SUN397"), 1),
    **dict.fromkeys(("CIFAR10", "CIFAR100", "FashionMNIST", "MNIST", "SVHN", "USPS", "Flowers102", "Food101"), 2),
}
"""Where `transform` stands among the arguments of data sets that are often given it without its name."""
LABEL_CHANGES = frozenset(
    """target_transform transforms target_type target_types annotation_level what compat num_classes""".split()
)
_CHANGED_FROM = {
    **dict.fromkeys(("Caltech101", "QMNIST"), 1),
    **dict.fromkeys(("FGVCAircraft", "FakeData", "OxfordIIITPet", "SUN397"), 2),
}
"""From where on arguments without a name may be such; from the fourth, where nothing else is told."""


def changed_from(name: str) -> int:
    """The first place among its arguments at which a data set may be given one that changes its labels."""
    return _CHANGED_FROM.get(name, 3)


def is_labelled(name: str) -> bool:
    """Whether torchvision's data set of that name gives pairs of an image and a whole number."""
    return name in CLASSES or name in UNCOUNTED or name == "EMNIST"


def count(name: str, given: Collection[str], split: object = None, *, unnamed: int = 0) -> int | Unknown:
    """How many labels a data set has that is built with these arguments, and with so many without a name."""
    changed = next((argument for argument in given if argument in LABEL_CHANGES), "")
    if unnamed > changed_from(name) and name in CLASSES:
        return Unknown(f"one of the arguments without a name may change the labels of {name}")
    if changed:
        return Unknown(f"`{changed}` changes the labels of {name}")
    found = EMNIST.get(split) if name == "EMNIST" and isinstance(split, str) else CLASSES.get(name)
    return found if found is not None else Unknown(f"headlint doesn't know how many classes {name} has")
