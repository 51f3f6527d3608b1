"""What the options of a builder do to a row: `num_classes=10`, `in_chans=1`, a tag with other classes or images."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

from headlint.history import Role, Shape, Slot, Unknown
from headlint.zoo.layers import layer_of
from headlint.zoo.tree import Node, decode

if TYPE_CHECKING:
    from collections.abc import Iterable

    from headlint.zoo.row import Row


def class_layers(row: Row) -> tuple[str, ...]:
    """The layers whose width is the number of classes, auxiliary ones included."""
    return (*row.classifier, *(slot.path for slot in row.slots if _is_auxiliary_class_layer(row, slot)))


def _is_auxiliary_class_layer(row: Row, slot: Slot) -> bool:
    node = row.tree.at(slot.path)
    widths = node is not None and node.takes is not None and node.gives is not None
    return slot.role is Role.AUXILIARY and widths and bool(row.classes) and node.gives % row.classes == 0  # type: ignore[union-attr, operator]


def with_classes(row: Row, count: int) -> Row | Unknown:
    """The row of the model built for `count` classes, or why that can't be told. 0 asks timm for no classifier."""
    if not row.classifier:
        return Unknown(f"{row.name} has no number of classes")
    if row.record.get("classes_ignored"):
        return Unknown(f"{row.name} of {row.library} is built for {row.classes} classes, whatever number is asked for")
    if count > row.record.get("classes_up_to", count):
        return Unknown(f"{row.name} has another kind of head for more than {row.record['classes_up_to']} classes")
    return _without_classes(row) if count == 0 else _with_some_classes(row, count)


def _with_some_classes(row: Row, count: int) -> Row | Unknown:
    layers = [(number, path) for number, path in enumerate(class_layers(row)) if _follows(row, number, path)]
    built = {path: _class_node(row, number, path, count) for number, path in layers}
    tree = row.tree
    for path, node in built.items():
        if isinstance(node, Unknown):
            return node
        tree = put(tree, path, node)
    changed = {path: (row.tree.at(path), tree.at(path)) for path in built}
    slots = tuple(_slot_with(row, slot, tree, changed) for slot in row.slots)
    output = _widened(row.output, row.classes or _width(row, row.classifier[0]), count)
    return replace(row, classes=count, tree=tree, slots=slots, output=output)


def per_class(row: Row, number: int) -> tuple[int, int]:
    """How wide a class layer is: so much for each class, and so much besides (DETR's "no object")."""
    rules = row.record.get("per_class", ())
    if number < len(rules):
        slope, besides = rules[number]
        return slope, besides
    if row.classes == 0:
        return 1, 0
    node = row.tree.at(class_layers(row)[number])
    return (node.gives or 0) // (row.classes or 1) if node else 0, 0


def _follows(row: Row, number: int, path: str) -> bool:
    """Whether a layer's width follows from the number of classes; that of key points doesn't."""
    node = row.tree.at(path)
    told = number < len(row.record.get("per_class", ())) or node is None or node.gives is None or not row.classes
    return told or node.gives % row.classes == 0  # type: ignore[union-attr, operator]  # both are known, if nothing is told


def _width(row: Row, path: str) -> int:
    slot = row.slot(path)
    last = slot.leaves.dims[-1] if slot and isinstance(slot.leaves, Shape) else -1
    return last if isinstance(last, int) else -1


def _class_node(row: Row, number: int, path: str, count: int) -> Node | Unknown:
    node = row.tree.at(path)
    if node is not None and node.gives is not None and row.classes:
        slope, besides = per_class(row, number)
        width = slope * count + besides
        # detection transformers also embed the labels: there the classes are what goes in
        return resized(node, takes=width) if _embeds(node) else resized(node, gives=width)
    tables = row.record.get("class_nodes", ())
    if number < len(tables):
        return resized(decode(tables[number]), gives=count)
    return Unknown(f"the layer at {path} of {row.name} has no width that follows from the number of classes")


def _embeds(node: Node) -> bool:
    return node.attribute("num_embeddings") is not None


def resized(node: Node, *, takes: int | None = None, gives: int | None = None) -> Node:
    """A layer with another width; its number of parameters follows."""
    new_takes, new_gives = takes or node.takes or 0, gives or node.gives or 0
    size = _weight(node, new_takes, new_gives)
    besides = (node.size - _weight(node, node.takes or 0, node.gives or 0)) // (node.gives or 1)
    widths = {
        "num_embeddings": new_takes,
        "in_features": new_takes,
        "in_channels": new_takes,
        "out_features": new_gives,
        "out_channels": new_gives,
    }
    attributes = tuple((name, widths.get(name, value)) for name, value in node.attributes)
    return replace(node, takes=new_takes, gives=new_gives, size=size + besides * new_gives, attributes=attributes)


def _weight(node: Node, takes: int, gives: int) -> int:
    """How many numbers are in the weight; a bias or a gain has one for each output."""
    kernel, groups = node.attribute("kernel_size"), node.attribute("groups")
    area = math.prod(kernel) if isinstance(kernel, tuple) else 1
    return takes * gives * area // (groups if isinstance(groups, int) else 1)


def put(tree: Node, path: str, node: Node) -> Node:
    """The tree with another node at a path."""
    name, _, rest = path.partition(".")
    children = tuple(
        (own, (put(child, rest, node) if rest else node) if own == name else child) for own, child in tree.children
    )
    return replace(tree, children=children)


def _slot_with(row: Row, slot: Slot, tree: Node, changed: dict[str, tuple[Node | None, Node | None]]) -> Slot:
    """The slot in the changed tree: class layers give another width, and so do the containers around them."""
    arrives, leaves = slot.arrives, slot.leaves
    for path, (before, after) in changed.items():
        given = row.slot(path)
        assert given is not None, f"the class layer {path} is no slot"
        old, new = _leaving_width(before, given), after.gives if after else None
        if slot.path == path or path.startswith(f"{slot.path}."):
            leaves = _widened(leaves, old, new)
        elif path.rpartition(".")[0] == slot.path.rpartition(".")[0] and slot.arrives == given.leaves:
            arrives, leaves = _widened(arrives, old, new), _widened(leaves, old, new)
    node = tree.at(slot.path)
    assert node is not None, f"the slot {slot.path} is gone from the tree"
    return Slot(slot.path, layer_of(node, arrives, leaves), arrives, leaves, slot.role)


def _leaving_width(node: Node | None, slot: Slot) -> int | None:
    if node is not None and node.gives is not None:
        return node.gives
    last = slot.leaves.dims[-1] if isinstance(slot.leaves, Shape) else None
    return last if isinstance(last, int) else None


def _widened(shape: Shape | Unknown, old: int | None, new: int | None) -> Shape | Unknown:
    """The shape with another width on the axis of the classes: the last that has it, where there are two."""
    if not isinstance(shape, Shape) or old not in shape.dims[1:] or new is None:
        return shape
    axis = next(axis for axis in (1, len(shape.dims) - 1, *range(len(shape.dims))) if shape.dims[axis] == old)
    return Shape((*shape.dims[:axis], new, *shape.dims[axis + 1 :]))


def _without_classes(row: Row) -> Row | Unknown:
    if "headless" not in row.record:
        return Unknown(f"{row.library} takes no num_classes=0")
    told = row.record["headless"]
    output = Unknown(told) if isinstance(told, str) else Shape(tuple(told))
    bare = replace(row, classes=0, output=output, frozen=frozen_without_classes(row))
    if "headless_nodes" in row.record:
        return replace(bare, tree=decode(row.record["headless_nodes"]), slots=_stems(row))
    return emptied(bare, row.record.get("headless_at", row.classifier), output)


def emptied(row: Row, paths: Iterable[str], output: Shape | Unknown) -> Row:
    """The row of the model with an Identity at some places, which then gives `output`."""
    tree = row.tree
    for path in dict.fromkeys(paths):
        tree = put(tree, path, Node("Identity"))
    places = tuple(_emptied(row, slot, tree) for slot in row.slots if tree.at(slot.path) is not None)
    return replace(row, classes=0, tree=tree, slots=places, output=output)


def frozen_without_classes(row: Row) -> tuple[str, ...]:
    """The parameters that the builder itself freezes where it is asked for no classifier."""
    return tuple(row.record.get("headless_frozen", row.frozen))


def _stems(row: Row) -> tuple[Slot, ...]:
    return tuple(slot for slot in row.slots if slot.role is Role.STEM)


def _emptied(row: Row, slot: Slot, tree: Node) -> Slot:
    """A slot of a model without classifier: an Identity passes on what arrives; what is around it was not seen."""
    node = tree.at(slot.path)
    assert node is not None, f"the slot {slot.path} is gone from the tree"
    if slot.role is Role.STEM or tree.at(slot.path) == row.tree.at(slot.path):
        return slot
    leaves = slot.arrives if node.kind == "Identity" else Unknown("the model was built without a classifier")
    return Slot(slot.path, layer_of(node, slot.arrives, leaves), slot.arrives, leaves, slot.role)


def with_channels(row: Row, count: int) -> Row | Unknown:
    """The row of the model built for images of `count` channels (`in_chans=1`), or why that can't be told."""
    places = row.record.get("channels_at", [slot.path for slot in _stems(row)[:1]])
    if isinstance(places, str):
        return Unknown(f"{row.name}: {places}")
    tree, dims = row.tree, row.input.dims
    for path in places:
        node = tree.at(path)
        assert node is not None, f"{path}, which takes the channels, is gone from the tree"
        tree = put(tree, path, resized(node, takes=_scaled(node, dims[1], count)))
    slots = tuple(_fed(slot, tree, dims[1], count) if slot.role is Role.STEM else slot for slot in row.slots)
    return replace(row, tree=tree, slots=slots, input=Shape((dims[0], count, *dims[2:])))


def _scaled(node: Node, old: int | str, count: int) -> int:
    """What a layer takes of images of another number of channels; one that takes whole patches takes a multiple."""
    takes = node.takes or 0
    return takes * count // old if isinstance(old, int) else count


def _fed(slot: Slot, tree: Node, old: int | str, count: int) -> Slot:
    node = tree.at(slot.path)
    assert node is not None, f"the slot {slot.path} is gone from the tree"
    arrives = _widened(slot.arrives, old if isinstance(old, int) else None, count)
    return Slot(slot.path, layer_of(node, arrives, slot.leaves), arrives, slot.leaves, slot.role)


def with_images(row: Row, size: tuple[int, ...]) -> Row:
    """The row for images of another size, on which the sizes of its feature maps depend."""
    if row.input.dims[1:] == size:
        return row
    slots = tuple(replace(slot, arrives=unsized(slot.arrives), leaves=unsized(slot.leaves)) for slot in row.slots)
    return replace(row, input=Shape(("batch", *size)), slots=slots)


def unsized(shape: Shape | Unknown) -> Shape | Unknown:
    """A feature map's shape without the numbers that come from the size of the (square) image."""
    match shape:
        case Shape(dims=(batch, _, int() as width)):
            return Shape((batch, "tokens", width))
        case Shape(dims=(_, _, 1, 1)):
            return shape
        case Shape(dims=(batch, channels, height, width)) if height == width != channels:
            return Shape((batch, channels, "height", "width"))
        case Shape(dims=(batch, height, width, channels)) if height == width != channels:
            return Shape((batch, "height", "width", channels))
        case Shape(dims=(_, _)):
            return shape
    return Unknown("this shape was surveyed with images of another size")
