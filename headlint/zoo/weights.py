"""What weights there are of a model, how many classes they know, and how images are prepared for them.

For rules and messages: `weights_of("torchvision", "resnet50")` are all weights of a row, the default ones first;
`weights_named` finds the ones that a script spells. Both speak of the library's own preprocessing. What a library
doesn't prepare is None: detectors of torchvision scale and normalise inside the model, optical flow takes pairs.

>>> [(each.name, each.preparation.mean) for each in weights_of("timm", "vit_base_patch16_224")[:1]]
[('vit_base_patch16_224.augreg2_in21k_ft_in1k', (0.5, 0.5, 0.5))]
>>> found = weights_named("torchvision", "resnet50", "models.ResNet50_Weights.IMAGENET1K_V1")
>>> found.classes, found.preparation.resize, found.preparation.crop
(1000, (256,), (224, 224))
"""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING, Any

from headlint.history import Unknown
from headlint.record import Record
from headlint.zoo import find, split_name, store

if TYPE_CHECKING:
    from collections.abc import Iterator

    from headlint.zoo.row import Row

LEGACY = "pretrained=True"
"""What `weights_named` takes for the weights that an older `pretrained=True` of torchvision loads."""


class Preparation(Record):
    """How images are prepared for weights. Each field is None where the library does nothing of the kind.

    `resize` is the length of the shorter side, or height and width; `crop` the height and width that are cut from the
    middle; `mean` and `std` are those of `Normalize` on images between 0 and 1.
    """

    resize: tuple[int, ...] | None
    crop: tuple[int, int] | None
    mean: tuple[float, ...] | None
    std: tuple[float, ...] | None
    interpolation: str | None


class Weights(Record):
    """Published weights of a model: `ResNet50_Weights.IMAGENET1K_V1`, `vit_base_patch16_224.augreg_in21k`.

    `classes` is how many classes they tell apart, None where they know of none. `library` and `model` name the row.
    """

    name: str
    library: str
    model: str
    classes: int | None
    preparation: Preparation


@cache
def weights_of(library: str, name: str) -> tuple[Weights, ...]:
    """All weights of a row by library and name (those of a `Model` event), the default ones first; () if none is known.

    A name with a tag (`vit_base_patch16_224.augreg_in21k`) has the weights of that tag alone.
    """
    row = find(library, name)
    if isinstance(row, Unknown):
        return ()
    match library:
        case "torchvision":
            return tuple(sorted(_of_enum(row), key=lambda each: each.name != row.record["best"]))
        case "timm":
            tag = split_name(library, name)[2]
            return tuple(each for each in _of_tags(row) if not tag or each.name == f"{row.name}.{tag}")
        case "pretrainedmodels":
            return tuple(_of_settings(row))
    return ()


def weights_named(library: str, name: str, spelled: str) -> Weights | Unknown:
    """The weights that a script spells for a model, or why that can't be told.

    `spelled` is a member of an enum (`ResNet50_Weights.IMAGENET1K_V2`, `models.ResNet50_Weights.DEFAULT`, or its name
    alone, as torchvision takes it: `"IMAGENET1K_V2"`, `"DEFAULT"`), a tag of timm, a setting of pretrainedmodels, or
    `LEGACY`.
    """
    if library == "torchvision":
        return _member(name, spelled)
    found = weights_of(library, name)
    chosen = found[:1] if spelled == LEGACY else [each for each in found if each.name.rpartition(".")[2] == spelled]
    return chosen[0] if chosen else Unknown(f"{spelled} is no known weights of {name} of {library}")


def built_with(row: Row, spelled: str) -> Row:
    """The row as a builder of torchvision makes it for weights that a script spells, as `weights_named` takes them.

    A model that takes images of one size alone is built for the size that its weights were trained with.
    """
    from headlint.zoo.options import with_images

    if row.library != "torchvision" or not row.is_of_one_size:
        return row
    found = weights_named(row.library, row.name, spelled)
    crop = None if isinstance(found, Unknown) else found.preparation.crop
    channels = row.input.dims[1]
    return with_images(row, (channels, *crop)) if crop and isinstance(channels, int) else unsized(row)


def unsized(row: Row) -> Row:
    """The row without a claim about which images it takes."""
    return replace(row, record={key: value for key, value in row.record.items() if not key.endswith("sides")})


def _member(name: str, spelled: str) -> Weights | Unknown:
    row = find("torchvision", name)
    if isinstance(row, Unknown):
        return row
    enum, _, member = (row.legacy if spelled == LEGACY else spelled).rpartition(".")
    enum = enum.rpartition(".")[2]
    home = row if enum in ("", _enum(row)) else _home_of(enum)
    known = weights_of("torchvision", home.name) if home else ()
    if known and member == "DEFAULT":
        return known[0]
    missing = Unknown(f"{spelled} is no known weights of torchvision {store.version('torchvision')}")
    return next((each for each in known if each.name.rpartition(".")[2] == member), missing)


def _enum(row: Row) -> str:
    return str(row.record["best"]).partition(".")[0]


def _home_of(enum: str) -> Row | None:
    """A row whose weights are those of an enum: a quantized model may be given those of the plain one."""
    told = re.search(rb'\n\{"name":"([^"]+)"[^\n]*"best":"%s\.' % re.escape(enum).encode(), store.text("torchvision"))
    found = find("torchvision", told[1].decode()) if told else None
    return None if isinstance(found, Unknown) else found


def _of_enum(row: Row) -> Iterator[Weights]:
    for member, classes, resize, crop, mean, std, interpolation in row.record["weights"]:
        cut = _sizes(crop)
        square = (cut[0], cut[-1]) if cut else None
        preparation = Preparation(_sizes(resize), square, _numbers(mean), _numbers(std), interpolation)
        yield Weights(f"{_enum(row)}.{member}", row.library, row.name, classes, preparation)


def _sizes(told: int | list[int] | None) -> tuple[int, ...] | None:
    return (told,) if isinstance(told, int) else _numbers(told)


def _numbers(told: list[Any] | None) -> tuple[Any, ...] | None:
    return None if told is None else tuple(told)


def _of_tags(row: Row) -> Iterator[Weights]:
    for tag, classes, preset, *_ in row.record["tags"]:
        (_, *sides), mean, std, share, interpolation, mode = row.record["presets"][preset]
        resize = _resized(sides, share, mode)
        preparation = Preparation(resize, (sides[0], sides[1]), tuple(mean), tuple(std), interpolation)
        name = f"{row.name}.{tag}" if tag else row.name
        yield Weights(name, row.library, row.name, classes or None, preparation)


def _resized(sides: list[int], share: float, mode: str) -> tuple[int, ...] | None:
    """The size before the crop: of both sides where images are squashed to it; none where they get a border."""
    sizes = tuple(int(side / share) for side in sides)
    match mode:
        case "center":
            return sizes if len(set(sizes)) > 1 else sizes[:1]
        case "squash":
            return sizes
    return None


def _of_settings(row: Row) -> Iterator[Weights]:
    for setting, classes, (_, *sides), mean, std in row.record["weights"]:
        preparation = Preparation(None, (sides[0], sides[1]), tuple(mean), tuple(std), None)
        yield Weights(f"{row.name}.{setting}", row.library, row.name, classes, preparation)
