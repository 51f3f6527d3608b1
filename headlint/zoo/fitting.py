"""The row of a class of transformers as a checkpoint makes it: with the checkpoint's width, depth and labels.

Rows are surveyed with a family's default configuration. What else a checkpoint's configuration may change is not
known here: of most families only the head is then believed, and the inside is unknown, with the reason.
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from headlint.history import Role, Shape, Slot, Unknown
from headlint.record import Record
from headlint.zoo.checkpoints import width_of
from headlint.zoo.layers import layer_of
from headlint.zoo.options import put

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from headlint.zoo.checkpoints import Checkpoint
    from headlint.zoo.row import Row
    from headlint.zoo.tree import Node

_PLAIN = frozenset("albert bert camembert deit distilbert gpt2 mpnet openai-gpt roberta vit xlm-roberta xlnet".split())
"""Families whose usual checkpoints differ from each other in width and depth, and not in which modules they have."""


class Fitted(Record):
    """A row as a checkpoint makes it. `why` is why the inside of its backbone is not known, '' if it is."""

    row: Row
    why: str


def base_of(row: Row) -> str:
    """The path of the backbone, which transformers calls the base model: its largest part."""
    return max(row.tree.children, key=lambda child: sum(1 for _ in child[1].modules()))[0]


_POOLED = _PLAIN - {"distilbert", "gpt2", "openai-gpt", "xlnet"}
"""Families whose backbone returns the pooled features of the whole input as its second tensor."""


def backbone_of(row: Row, known: Checkpoint) -> Row | Unknown:
    """The row of the backbone alone (`AutoModel`), told from a class with a head on it.

    What it returns is known of families that call it as all do; which modules it has beside the head's is not.
    """
    width = width_of(known, row.record["takes"][0]) if row.classifier else Unknown(f"{row.name} has no head")
    if known.model_type not in _PLAIN or isinstance(width, Unknown):
        return Unknown(f"what the backbone of {known.name} returns is not in the zoo")
    row = _with_tokens(row)
    base = row.tree.at(base_of(row))
    assert base is not None, "the base is one of the children"
    hidden = Shape(("batch", "tokens", width))
    outputs = {"last_hidden_state": hidden}
    if known.model_type in _POOLED:
        outputs["pooler_output"] = Shape(("batch", width))
    told = {"outputs": {name: list(shape.dims) for name, shape in outputs.items()}}
    why = Unknown("it returns several tensors")
    return replace(
        row, name=base.kind, tree=base, slots=(), classifier=(), classes=None, output=why, record={**row.record, **told}
    )


def fitted(row: Row, known: Checkpoint | Unknown) -> Fitted:
    """The row for a checkpoint; for one that the zoo doesn't know, without any width."""
    row = _with_tokens(row)
    if isinstance(known, Unknown):
        return Fitted(_resized(row, lambda _: None), known.why)
    default = _default_width(row)
    width = width_of(known, row.record["takes"][0]) if row.classifier else Unknown(f"{row.name} has no head")
    if default is None or isinstance(width, Unknown):
        return Fitted(_resized(row, lambda _: None), f"the widths of {known.name} are not all known")
    if known.model_type not in _PLAIN:
        changed = row if width == default else _resized(row, partial(_instead, default, width))
        return Fitted(changed, f"which modules {known.name} has inside is not in the zoo")
    tree = row.tree if known.layers is None else _deepened(row.tree, known.layers)
    row = replace(row, tree=tree)
    changed = row if width == default else _resized(row, partial(_instead, default, width))
    return Fitted(changed, "" if known.layers is not None else f"how deep {known.name} is is not in the zoo")


def _with_tokens(row: Row) -> Row:
    """The row of a model of texts without the length of the text that it was surveyed with."""
    if len(row.input.dims) != 2:
        return row
    length = row.input.dims[1]

    def named(shape: Shape | Unknown) -> Shape | Unknown:
        if isinstance(shape, Unknown) or len(shape.dims) < 2 or shape.dims[1] != length:
            return shape
        return Shape((shape.dims[0], "tokens", *shape.dims[2:]))

    slots = tuple(replace(slot, arrives=named(slot.arrives), leaves=named(slot.leaves)) for slot in row.slots)
    return replace(row, input=Shape((row.input.dims[0], "tokens")), slots=slots)


def _default_width(row: Row) -> int | None:
    node = row.tree.at(row.classifier[0]) if row.classifier else None
    return node.takes if node is not None else None


def _instead(default: int, width: int, old: int) -> int | None:
    """What a width of the row becomes: that of the features changes, and of another one nothing is known."""
    return width if old == default else None


# ---- depth


def _deepened(tree: Node, layers: int) -> Node:
    """The tree with as many layers in its one stack of equal ones; as it is, where it has no such stack."""
    stacks = list(_stacks(tree, ""))
    if len(stacks) != 1:
        return tree
    path, stack = stacks[0]
    child = stack.children[-1][1]
    return put(tree, path, replace(stack, children=tuple((str(number), child) for number in range(layers))))


def _stacks(node: Node, path: str) -> Iterator[tuple[str, Node]]:
    """The outermost lists of several modules of one kind."""
    for name, child in node.children:
        inside = f"{path}.{name}" if path else name
        kinds = {kind.kind for _, kind in child.children}
        if len(child.children) > 1 and len(kinds) == 1 and child.children[0][0] == "0":
            yield inside, child
        else:
            yield from _stacks(child, inside)


# ---- width


def _resized(row: Row, change: Callable[[int], int | None]) -> Row:
    """The row with other widths in front of the class layers."""
    tree = _node(row.tree, "", frozenset(row.classifier), change)
    slots = tuple(_slot(slot, tree, row.classifier, change) for slot in row.slots)
    return replace(row, tree=tree, slots=slots)


def _node(node: Node, path: str, last: frozenset[str], change: Callable[[int], int | None]) -> Node:
    children = tuple(
        (name, _node(child, f"{path}.{name}" if path else name, last, change)) for name, child in node.children
    )
    if node.takes is None or node.gives is None:
        return replace(node, children=children)
    takes = change(node.takes)
    gives = node.gives if path in last else change(node.gives)
    names = {"in_features": takes, "in_channels": takes, "out_features": gives, "out_channels": gives}
    attributes = tuple((name, value) for name, value in node.attributes if names.get(name, value) == value)
    return replace(node, children=children, takes=takes, gives=gives, attributes=attributes)


def _slot(slot: Slot, tree: Node, last: tuple[str, ...], change: Callable[[int], int | None]) -> Slot:
    node = tree.at(slot.path)
    assert node is not None, f"the slot {slot.path} is gone from the tree"
    gives_classes = any(f"{path}.".startswith(f"{slot.path}.") for path in last)
    arrives = slot.arrives if slot.role is Role.STEM else _shape(slot.arrives, change)
    leaves = slot.leaves if gives_classes else _shape(slot.leaves, change)
    return Slot(slot.path, layer_of(node, arrives, leaves), arrives, leaves, slot.role)


def _shape(shape: Shape | Unknown, change: Callable[[int], int | None]) -> Shape | Unknown:
    """The shape with another width on its last axis, or on the second one of a feature map."""
    if isinstance(shape, Unknown):
        return shape
    axis = 1 if len(shape.dims) == 4 else len(shape.dims) - 1
    old = shape.dims[axis]
    new = change(old) if isinstance(old, int) else None
    if new is None:
        return Unknown("the checkpoint's width is not in the zoo")
    return Shape((*shape.dims[:axis], new, *shape.dims[axis + 1 :]))
