"""What arrives at a layer against what the layer takes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from headlint.history import Known, Layer, Role, Shape, Unknown
from headlint.reading.models import is_under, role_at, standing_at

if TYPE_CHECKING:
    from headlint.finding import Place
    from headlint.history import Arrived, History, Replaced, Written

# How many axes, the batch's included, a tensor has that such a layer can read. Linear is a case of its own.
AXES = {
    "Conv1d": (3,),
    "Conv2d": (4,),
    "Conv3d": (5,),
    "BatchNorm1d": (2, 3),
    "BatchNorm2d": (4,),
    "BatchNorm3d": (5,),
}


def module_path(arrived: Arrived) -> str:
    """The path of the module that was assigned in one go, inside which the layer stands."""
    return arrived.path[: -len(arrived.index) - 1] if arrived.index else arrived.path


def is_stem(arrived: Arrived) -> bool:
    """Whether the layer reads the input itself, whose width the data decides and not the model."""
    return role_at(arrived.model, module_path(arrived)) is Role.STEM


def is_fed_by_the_model(arrived: Arrived) -> bool:
    """Whether the model, and not another layer of the new module, gives what arrives."""
    return arrived.giver == arrived.model.name


def unit(layer: Layer) -> str:
    """What a layer's width counts."""
    return "channels" if layer.kind.startswith("Conv") else "features"


def arriving(arrived: Arrived) -> int | Unknown:
    """The width that arrives, on the axis that the layer reads."""
    shape, axis = arrived.shape, arrived.layer.axis
    if isinstance(shape, Unknown):
        return shape
    if not -len(shape.dims) <= axis < len(shape.dims):
        return Unknown(f"a tensor of shape {shape} has no such axis")
    width = shape.dims[axis]
    return width if isinstance(width, int) else Unknown(f"the size of {width} is not a number of the model")


def has_wrong_rank(arrived: Arrived) -> bool:
    """Whether the arriving tensor has axes that the layer can't read, or doesn't read as a head should.

    A Linear reads any tensor along its last axis. It is in the wrong place where a feature map's last axis is not
    the one that it was made for, or where it would give every position an output of its own although the module that
    stood there gave one per image.
    """
    shape, layer = arrived.shape, arrived.layer
    if isinstance(shape, Unknown):
        return False
    rank = len(shape.dims)
    if layer.kind in AXES:
        return rank not in AXES[layer.kind]
    if layer.kind != "Linear" or rank < 3 or not isinstance(layer.takes, Known):
        return False
    if shape.dims[-1] != layer.takes.value:
        return rank > 3 or shape.dims[1] == layer.takes.value
    return not arrived.index and gave_one_per_image(arrived)


def is_linear_on_pixels(arrived: Arrived) -> bool:
    """Whether a Linear stands alone in the head of a model that gives scores for every pixel."""
    shape = arrived.shape
    if arrived.layer.kind != "Linear" or arrived.index or isinstance(shape, Unknown) or len(shape.dims) != 4:
        return False
    around = [slot for slot in arrived.model.slots if is_under(arrived.path, slot.path)]
    outermost = min(around, key=lambda slot: len(slot.path), default=None)
    gives_maps = outermost is not None and isinstance(outermost.leaves, Shape) and _is_map(outermost.leaves)
    return has_wrong_rank(arrived) and gives_maps


def _is_map(shape: Shape) -> bool:
    """Whether a shape has height and width, of more than one pixel."""
    return len(shape.dims) == 4 and all(dim != 1 for dim in shape.dims[2:])


def gave_one_per_image(arrived: Arrived) -> bool:
    """Whether the module that stood there gave a vector per image: `(batch, classes)`."""
    slot = arrived.model.slot(arrived.path)
    return slot is not None and isinstance(slot.leaves, Shape) and len(slot.leaves.dims) == 2


def own_place(arrived: Arrived, written: Written | None) -> Place:
    """Where to point: at the number, if it stands in the statement that replaces; else at that statement.

    Both witnesses know the statement that replaces; a layer may have been written long before it.
    """
    if written is not None and written.place.key == arrived.place.key:
        return written.place
    return arrived.place


def readable_width(history: History, arrived: Arrived, width: int) -> str | None:
    """An expression that gives `width` where the number is written, if the old layer had that width."""
    replaced = standing_at(history, arrived.model, module_path(arrived))
    if replaced is None or not had_width(replaced, width) or isinstance(replaced.readable, Unknown):
        return None
    takes = arrived.layer.takes
    written = takes.written if isinstance(takes, Known) else None
    return replaced.readable if written is not None and written.place.key == replaced.place.key else None


def had_width(replaced: Replaced, width: int) -> bool:
    """Whether the module that was replaced took `width`."""
    match replaced.old:
        case Layer(takes=Known(value=value)):
            return value == width
        case _:
            return False
