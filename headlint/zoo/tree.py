"""A model's module tree: what modules it has, by which names, with which parameters and widths.

A row stores the tree as a table of its distinct nodes, children before parents, the model itself last. A record is
`[kind, names, indices, *own]` for a module with children and `[kind, *own]` for one without, where `own` is
`[parameters, size, form, takes, gives, settings, buffers]` without the empty ones at its end.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from headlint.record import Record

if TYPE_CHECKING:
    from collections.abc import Iterator

BATCH_NORM_BUFFERS = "running_mean running_var num_batches_tracked"

_WIDTHS = {
    "L": ("in_features", "out_features"),
    "C": ("in_channels", "out_channels"),
    "B": ("num_features", "num_features"),
    "G": ("num_channels", "num_channels"),
    "N": ("normalized_shape", "normalized_shape"),
    "E": ("num_embeddings", "embedding_dim"),
}
_SETTINGS = ("kernel_size", "stride", "padding", "dilation", "groups")
_USUAL = [1, 1, 0, 1, 1]

Setting = int | str | bool | tuple[int, ...]


class Node(Record):
    """A module. Identical subtrees of one model are one `Node`.

    `kind` is its class, `parameters` and `buffers` are its own, without those of its children. `takes` and `gives`
    are its widths if it is a Linear, a convolution, a normalisation or an embedding. `size` counts the numbers in
    its own parameters. `attributes` are what a script may read of such a layer: `in_features`, `kernel_size`, …;
    `bias` says whether it has one.
    """

    kind: str
    parameters: tuple[str, ...] = ()
    buffers: tuple[str, ...] = ()
    children: tuple[tuple[str, Node], ...] = ()
    takes: int | None = None
    gives: int | None = None
    size: int = 0
    attributes: tuple[tuple[str, Setting], ...] = ()

    def child(self, name: str) -> Node | None:
        return next((node for own, node in self.children if own == name), None)

    def at(self, path: str) -> Node | None:
        """The module at a path such as `layer4.2.conv3`; the node itself at the empty path."""
        node: Node | None = self
        for name in path.split(".") if path else ():
            node = node.child(name) if node else None
        return node

    def attribute(self, name: str) -> Setting | None:
        """The value of a layer's attribute (`in_features`), None if the zoo doesn't know that it has one."""
        return next((value for own, value in self.attributes if own == name), None)

    def modules(self, prefix: str = "") -> Iterator[tuple[str, Node]]:
        """Every module with its path, in the order of `named_modules()`; one that occurs twice comes twice."""
        yield prefix, self
        for name, node in self.children:
            yield from node.modules(f"{prefix}.{name}" if prefix else name)

    def parameter_names(self) -> tuple[str, ...]:
        """The names of all parameters, in the order of `named_parameters()`."""
        return tuple(_own_names(self, "parameters"))

    def buffer_names(self) -> tuple[str, ...]:
        """The names of all buffers, in the order of `named_buffers()`."""
        return tuple(_own_names(self, "buffers"))

    def count(self) -> int:
        """How many numbers its parameters hold, those of its children included."""
        return self.size + sum(node.count() for _, node in self.children)


def _own_names(root: Node, field: str) -> Iterator[str]:
    for path, node in root.modules():
        for name in getattr(node, field):
            yield f"{path}.{name}" if path else name


def decode(records: list[list[Any]]) -> Node:
    """The tree of a row's table of nodes."""
    nodes: list[Node] = []
    for record in records:
        nodes.append(_node(record, nodes))
    return nodes[-1]


def _node(record: list[Any], nodes: list[Node]) -> Node:
    kind, rest = record[0], record[1:]
    children: tuple[tuple[str, Node], ...] = ()
    if len(rest) > 1 and isinstance(rest[1], list):
        children = _children(rest[0], rest[1], nodes)
        rest = rest[2:]
    parameters, size, form, takes, gives, settings, buffers = rest + ["", 0, "", 0, 0, [], ""][len(rest) :]
    names = tuple(parameters.split())
    return Node(
        kind=kind,
        parameters=names,
        buffers=tuple((BATCH_NORM_BUFFERS if buffers == "=" else buffers).split()),
        children=children,
        takes=takes if form else None,
        gives=gives if form else None,
        size=size,
        attributes=_attributes(kind, [form, takes, gives], settings) + ((("bias", "bias" in names),) if form else ()),
    )


def _children(names: str | int, folded: list[Any], nodes: list[Node]) -> tuple[tuple[str, Node], ...]:
    own = [str(index) for index in range(names)] if isinstance(names, int) else names.split(" ")
    indices: list[int] = []
    for entry in folded:
        indices += [entry[0]] * entry[1] if isinstance(entry, list) else [entry]
    return tuple(zip(own, (nodes[index] for index in indices), strict=True))


def _attributes(kind: str, widths: list[Any], settings: list[Any]) -> tuple[tuple[str, Setting], ...]:
    form, takes, gives = widths
    if not form:
        return ()
    first, second = _WIDTHS[form]
    found: dict[str, Setting] = {first: takes, second: gives}
    if form == "C":
        rank = next((rank for rank in (1, 2, 3) if f"{rank}d" in kind.lower()), 0)
        values = settings + _USUAL[len(settings) :]
        found |= {name: _spread(name, value, rank) for name, value in zip(_SETTINGS, values, strict=True)}
    if form == "N":
        found["normalized_shape"] = (takes,)
    return tuple(found.items())


def _spread(name: str, value: Any, rank: int) -> Setting:
    """A setting as a script reads it: `(7, 7)` where it is stored as 7, except `groups`, which is a number."""
    if isinstance(value, int) and name != "groups" and rank:
        return (value,) * rank
    return tuple(value) if isinstance(value, list) else value
