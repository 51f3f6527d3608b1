"""What the arguments of a builder make of a row: classes and channels, and timm's `global_pool=`, `features_only=`."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from headlint.history import Role, Slot, Unknown
from headlint.zoo.layers import layer_of
from headlint.zoo.options import (
    class_layers,
    frozen_without_classes,
    put,
    resized,
    unsized,
    with_channels,
    with_classes,
)
from headlint.zoo.row import Row, shape_of
from headlint.zoo.tree import Node, decode

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_MAPS = Unknown("it returns a list of feature maps")


def asked(row: Row, options: Mapping[str, object]) -> Row | Unknown:
    """The row for the arguments of its builder that are known, or why it can't be told."""
    way, count, channels = (options.get(name) for name in ("global_pool", "num_classes", "in_chans"))
    found: Row | Unknown = row
    if options.get("features_only"):
        found = with_maps(row, _indices(options.get("out_indices")))
    else:
        if isinstance(way, str) and way:
            found = with_pool(row, way) if not count or "class_nodes" not in row.record else _of_no_class(row, way)
        if isinstance(count, int) and isinstance(found, Row) and count != found.classes:
            found = with_classes(found, count)
        if way == "" and isinstance(found, Row):
            found = with_pool(found, "")
    return with_channels(found, channels) if isinstance(channels, int) and isinstance(found, Row) else found


def _of_no_class(row: Row, way: str) -> Row | Unknown:
    """A row without classifier, of which only the usual pooling is known to suit one."""
    if row.record.get("pools", {}).get(way) == []:
        return row
    return Unknown(f"{row.name} with a classifier was not surveyed with global_pool={way!r}")


def _indices(told: object) -> list[int] | None:
    return [index for index in told if isinstance(index, int)] if isinstance(told, tuple) else None


def with_pool(row: Row, way: str) -> Row | Unknown:
    """The row of a model that pools in another way (`global_pool="avg"`), or why that can't be told.

    `""` asks for no pooling at all, which only a model without classifier surely takes.
    """
    if way == "":
        return _unpooled(row)
    told = row.record.get("pools", {}).get(way, f"global_pool={way!r} was not surveyed")
    if isinstance(told, str):
        return Unknown(f"{row.name}: {told}")
    if told and row.classes == 0 and "headless_nodes" in row.record:
        return Unknown(f"{row.name} without classifier was not surveyed with global_pool={way!r}")
    patches = {path: _keeping_classes(row, path, node) for path, node in _decoded(row, told) if _is_there(row, path)}
    widened = any(_takes(row.tree.at(path)) != _takes(node) for path, node in patches.items())
    why = Unknown(f"the shapes in its head were not surveyed with global_pool={way!r}") if widened else None
    return _patched(row, patches, why)


def _unpooled(row: Row) -> Row | Unknown:
    if row.classes:
        return Unknown(f"{row.name} was not surveyed with a classifier and without pooling")
    told = row.record.get("unpooled", "global_pool='' was not surveyed")
    if "unpooled_at" not in row.record:
        return Unknown(f"{row.name}: {told}")
    shape = shape_of(told)
    output = shape if list(row.input.dims) == row.record["input"] else unsized(shape)
    patches, whole = dict(_decoded(row, row.record["unpooled_at"])), decode(row.record["nodes"])
    why = Unknown("the model was built without pooling")
    bare = replace(row, tree=whole, classes=0, output=output, frozen=frozen_without_classes(row))
    return _patched(bare, patches, why)


def _decoded(row: Row, patches: list[list[Any]]) -> list[tuple[str, Node]]:
    return [(path, decode(row.record["nodes"] + nodes)) for path, *nodes in patches]


def _is_there(row: Row, path: str) -> bool:
    """Whether a patch has something to change: a class layer that was left out stays out."""
    node = row.tree.at(path)
    return node is not None and not (row.classes == 0 and path in row.classifier)


def _keeping_classes(row: Row, path: str, node: Node) -> Node:
    """The node of a patch with the classes that the model has."""
    old = row.tree.at(path)
    return resized(node, gives=old.gives) if old is not None and path in class_layers(row) else node


def _takes(node: Node | None) -> int | None:
    return node.takes if node is not None else None


def _patched(row: Row, patches: dict[str, Node], why: Unknown | None) -> Row:
    """The row with other modules in some places; `why` is why the shapes in its heads aren't known then."""
    tree = row.tree
    for path, node in patches.items():
        tree = put(tree, path, node) if path else node
    kept = ((slot, tree.at(slot.path)) for slot in row.slots)
    slots = tuple(_slot(slot, node, why) for slot, node in kept if node is not None)
    return replace(row, tree=tree, slots=slots)


def _slot(slot: Slot, node: Node, why: Unknown | None) -> Slot:
    if slot.role is Role.STEM or why is None:
        return Slot(slot.path, layer_of(node, slot.arrives, slot.leaves), slot.arrives, slot.leaves, slot.role)
    return Slot(slot.path, layer_of(node, why, why), why, why, slot.role)


def with_maps(row: Row, at: Sequence[int] | None = None) -> Row | Unknown:
    """The row of the model that `features_only=True` builds, which returns the maps of some stages.

    `at` are the stages asked for by `out_indices=`; without them it is the library that chooses.
    """
    told = row.record.get("maps", "features_only=True was not surveyed")
    if isinstance(told, str):
        return Unknown(f"{row.name}: {told}")
    stages = row.record["features"]
    if at is not None and any(not 0 <= index < len(stages) for index in at):
        return Unknown(f"{row.name} has {len(stages)} stages, which {list(at)} doesn't choose from")
    tree = decode(row.record["nodes"] + told["nodes"])
    slots = tuple(_stem(entry, tree) for entry in told["slots"])
    chosen = tuple(told["at"] if at is None else at)
    surveyed = dict(zip(told["at"], map(shape_of, told["shapes"]), strict=True))
    maps = tuple(surveyed.get(index, Unknown("this stage's map was not surveyed")) for index in chosen)
    as_usual = list(row.input.dims) == row.record["input"]
    return replace(
        row,
        classes=None,
        classifier=(),
        tree=tree,
        slots=slots if as_usual else (),
        output=_MAPS,
        frozen=tuple(told.get("frozen", ())),
        record=row.record | {"tied": told.get("tied"), "channels_at": _fed(row, slots)},
        chosen=chosen,
        maps=maps if as_usual else tuple(map(unsized, maps)),
    )


def _stem(entry: list[Any], tree: Node) -> Slot:
    path, role, arrives, leaves = entry[0], Role(entry[1]), shape_of(entry[2]), shape_of(entry[3])
    node = tree.at(path)
    assert node is not None, f"the row has a slot at {path}, where its tree has nothing"
    return Slot(path, layer_of(node, arrives, leaves), arrives, leaves, role)


def _fed(row: Row, slots: tuple[Slot, ...]) -> list[str] | str:
    """The layers that take the channels of images, by the names that they have now."""
    usual = [slot.path for slot in row.slots if slot.role is Role.STEM][:1]
    if slots and row.record.get("channels_at") == usual:
        return [slots[0].path]
    return "which layers take the channels was not surveyed with features_only=True"
