"""What is known of published models, surveyed from the live libraries.

The data lie in `data/`, one file a library, one JSON row a line, sorted by name. `find` reads a library's file once
and parses the one row that is asked for.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cache

from headlint.history import Unknown
from headlint.nearness import near
from headlint.zoo import store
from headlint.zoo.row import Row, row_of
from headlint.zoo.store import libraries, names, version
from headlint.zoo.tree import Node

__all__ = ["Node", "Row", "close_names", "find", "libraries", "names", "resolve", "split_name", "version"]


@cache
def find(library: str, name: str, *, trained: bool = False, bare: bool = False) -> Row | Unknown:
    """The row of a library's model, or why there is none.

    `trained` asks for the model as it is built with pretrained weights, which differs for a few: `googlenet` loses
    its auxiliary heads then, segmentation models get one, detectors freeze part of their backbone. `bare` asks for a
    detector whose backbone has no pretrained weights either: its BatchNorm is none that is frozen.

    Names of timm may carry a tag (`vit_base_patch16_224.augreg_in21k`), which decides the number of classes and the
    size of images, and what hubs put before them (`hf_hub:timm/`); a name deprecated since leads to the new one.
    """
    if library not in libraries():
        return Unknown(f"headlint's zoo has no models of {library}")
    plain, _, tag = split_name(library, name)
    record = store.record(library, plain)
    if record is None:
        return Unknown(f"{plain} is not in the zoo of {library} {version(library)}")
    if "failed" in record:
        return Unknown(f"{plain} of {library} {version(library)} could not be surveyed: {record['failed']}")
    if "alias" in record:
        return find(library, record["alias"], trained=trained, bare=bare)
    variant = "trained" if trained else "bare" if bare else ""
    row = row_of(library, version(library), record | record.get(variant, {}))
    return _tagged(row, tag) if tag else row


def split_name(library: str, name: str) -> tuple[str, str, str]:
    """The name of a row, a dot or nothing, and a tag: what a name as scripts write it is made of."""
    if library != "timm":
        return name, "", ""
    return name.removeprefix("hf_hub:").removeprefix("hf-hub:").removeprefix("timm/").partition(".")


def _tagged(row: Row, tag: str) -> Row | Unknown:
    from headlint.zoo.options import with_classes, with_images

    for own, classes, preset, *odd in row.record.get("tags", ()):
        if own == tag and odd:
            return Unknown(f"{row.name}.{tag} has other modules than {row.name}, which were not surveyed")
        if own == tag:
            named = replace(row, record=row.record | {"tag": tag})
            changed = named if classes == row.classes else with_classes(named, classes)
            size = tuple(row.record["presets"][preset][0])
            return changed if isinstance(changed, Unknown) else with_images(changed, size)
    return Unknown(f"{row.name} has no weights tagged {tag} in {row.library} {row.version}")


@cache
def resolve(dotted: str) -> tuple[str, str] | None:
    """The library and the row's name of a builder by its full dotted name, None if it is none of the zoo's.

    >>> resolve("torchvision.models.quantization.resnet50")
    ('torchvision', 'quantized_resnet50')
    """
    library, _, rest = dotted.partition(".")
    function = rest.rpartition(".")[2]
    if library == "pretrainedmodels" or (library == "timm" and rest.startswith("models.")):
        return (library, function) if function and store.record(library, function) is not None else None
    if library != "torchvision" or not rest.startswith("models."):
        return None
    name = f"quantized_{function}" if ".quantization." in f".{rest}" else function
    return (library, name) if name in names(library) else None


def close_names(library: str, name: str) -> tuple[str, ...]:
    """Up to three names of a library's rows that look like `name`, best first."""
    return near(name, names(library))
