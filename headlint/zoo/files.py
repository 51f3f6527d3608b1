"""Files in which libraries publish weights: which model they belong to, by their addresses."""

from __future__ import annotations

import re

from headlint.history import Unknown
from headlint.zoo import Row, find, names

_OF_PYTORCH = re.compile(r"download\.pytorch\.org/models/(?:quantized/)?(\w+?)(?:_coco|_fbgemm)?-[0-9a-f]{8}\.pth")


def row_at(address: str) -> Row | None:
    """The row of the model whose weights lie at an address, None if that is not known.

    >>> row_at("https://download.pytorch.org/models/resnet50-0676ba61.pth").classes
    1000
    """
    found = _OF_PYTORCH.search(address)
    if found is None or found[1] not in names("torchvision"):
        return None
    row = find("torchvision", found[1])
    return None if isinstance(row, Unknown) else row


def row_of(enum: str) -> Row | None:
    """The row of the model that an enum of weights belongs to, None if that is not known.

    >>> row_of("ResNet50_Weights").name
    'resnet50'
    """
    name = enum.removesuffix("_Weights").lower()
    row = find("torchvision", name) if name in names("torchvision") else Unknown("no such model")
    return None if isinstance(row, Unknown) or not str(row.record.get("default")).startswith(f"{enum}.") else row
