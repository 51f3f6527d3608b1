"""What is known of one published model."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from headlint.history import Role, Shape, Slot, Unknown
from headlint.record import Record
from headlint.zoo.layers import layer_of
from headlint.zoo.tree import decode

if TYPE_CHECKING:
    from headlint.zoo.tree import Node


class Row(Record):
    """One model of a library, as its builder makes it.

    `builder` is the dotted name by which a user imports the builder: `torchvision.models.resnet50`. `classes` is how
    many classes it is built for by default, None if it has none. `input` is the shape of its default input: sizes
    that stand for no number are named (`"batch"`, `"height"`).

    `slots` are its replaceable places: heads first (the class layer itself, then the containers around it, innermost
    first, then its neighbours in them), then auxiliary heads, then the stem. Shapes are those of a real forward pass.
    `legacy` is the member of the weights enum that `pretrained=True` stands for, '' if there is none. `frozen` are
    the parameters that the builder itself freezes. `tree` is the tree of its modules. `classifier` are the paths of
    the class layers behind its main output, which has the shape `output`. `record` is the row as it is stored.
    `chosen` and `maps` are the stages whose feature maps it returns, and their shapes, if it is built to return some.
    """

    name: str
    library: str
    version: str
    builder: str
    classes: int | None
    input: Shape
    slots: tuple[Slot, ...]
    legacy: str
    frozen: tuple[str, ...]
    tree: Node
    classifier: tuple[str, ...]
    output: Shape | Unknown
    record: dict[str, Any]
    chosen: tuple[int, ...] = ()
    maps: tuple[Shape | Unknown, ...] = ()

    def __hash__(self) -> int:
        return hash((self.library, self.name, self.classes, self.input))

    def slot(self, path: str) -> Slot | None:
        """The slot at exactly `path`."""
        return next((slot for slot in self.slots if slot.path == path), None)

    @property
    def heads(self) -> tuple[Slot, ...]:
        return tuple(slot for slot in self.slots if slot.role is Role.HEAD)

    @property
    def has_batch_norm(self) -> bool:
        """Whether it has a BatchNorm, whose statistics move in training mode even while it is frozen."""
        return any(node.kind.startswith(("BatchNorm", "SyncBatchNorm")) for _, node in self.tree.modules())

    def parameter_names(self) -> tuple[str, ...]:
        """The names of its parameters, in the order of `named_parameters()`."""
        tied = frozenset(self.record.get("tied") or ())
        return tuple(name for name in self.tree.parameter_names() if name not in tied)

    @property
    def parameters(self) -> int:
        """How many numbers its parameters hold; those that two modules share count once."""
        return self.tree.count() - int(self.record.get("tied_size") or 0)

    @property
    def stages(self) -> tuple[tuple[int, int], ...]:
        """The channels and the reduction of the stages whose maps can be asked for, none where there are no stages."""
        told = self.record.get("features") if self.library == "timm" else None
        return tuple((channels, reduction) for channels, reduction in told or ())

    @property
    def as_surveyed(self) -> bool:
        """Whether its modules are those that were surveyed; another choice of stages drops others."""
        return not self.chosen or list(self.chosen) == self.record["maps"]["at"]

    @property
    def outputs(self) -> dict[str, Shape | Unknown]:
        """The shapes of the entries of the dictionary that it returns, by key; none where it returns a tensor."""
        return {key: shape_of(told) for key, told in (self.record.get("outputs") or {}).items()}

    @property
    def training_outputs(self) -> dict[str, Shape | Unknown]:
        """The shapes of what it returns in training mode, by field, where that is more than one tensor."""
        return {key: shape_of(told) for key, told in (self.record.get("training_outputs") or {}).items()}

    @property
    def is_of_one_size(self) -> bool:
        """Whether it takes images of one size alone: that for which it is built."""
        told = self.record.get("sides")
        return told is not None and told[0] == told[1]

    def step(self, path: str) -> tuple[Shape, Shape] | None:
        """What arrives at and leaves a step of the trunk in a forward pass, None where that was not surveyed.

        The steps are the model's children, and the children of each of these that is a Sequential.
        """
        for own, arrives, leaves in self.record.get("steps") or ():
            if own == path:
                return Shape(tuple(arrives)), Shape(tuple(leaves))
        return None

    @property
    def trunk(self) -> Shape | None:
        """What `model.forward_features(images)` of timm gives, None where that is no single tensor."""
        told = self.record.get("trunk")
        if told is None:
            return None
        shape = Shape(tuple(told))
        if self.input.dims[2:] == tuple(self.record["input"][2:]):
            return shape
        from headlint.zoo.options import unsized

        found = unsized(shape)
        return found if isinstance(found, Shape) else None

    def sides(self, *, training: bool) -> tuple[int, int | None] | None:
        """The least and the greatest side of a square image that it takes, None where it takes what people have.

        A model that takes one size alone takes that which it was built for.
        """
        told = (training and self.record.get("training_sides")) or self.record.get("sides")
        if told and told[0] == told[1]:
            own = self.input.dims[-1]
            return (own, own) if isinstance(own, int) else None
        is_as_surveyed = self.input.dims[2:] == tuple(self.record["input"][2:])
        return (told[0], told[1]) if told and is_as_surveyed else None

    def rebuilt(self, dropped: int) -> tuple[str, Shape | Unknown] | None:
        """What `nn.Sequential(*list(model.children())[:-dropped])` comes to, None where that was not measured.

        `identical` to what arrives at the first child left out; so after a `flatten`; `different`, silently;
        `crashes`; or `uncalled`, where that child is called with no tensor. With it comes the shape that it gives.
        """
        for count, outcome, told in self.record.get("rebuilds") or ():
            if count == dropped:
                return outcome, shape_of(told)
        return None


def row_of(library: str, version: str, record: dict[str, Any]) -> Row:
    """The row that a line of a data file tells."""
    tree = decode(record["nodes"])
    return Row(
        name=record["name"],
        library=library,
        version=version,
        builder=record["builder"],
        classes=record["classes"],
        input=Shape(tuple(record["input"])),
        slots=tuple(_slot(entry, tree) for entry in record["slots"]),
        legacy=record.get("legacy", ""),
        frozen=tuple(record.get("frozen") or ()),
        tree=tree,
        classifier=tuple(record.get("classifier") or ()),
        output=shape_of(record.get("output", "it was not recorded")),
        record=record,
    )


def shape_of(told: list[int | str] | str) -> Shape | Unknown:
    """A shape as a row stores it, or why there is none."""
    return Unknown(told) if isinstance(told, str) else Shape(tuple(told))


def _slot(entry: list[Any], tree: Node) -> Slot:
    path, role, arrives, leaves = entry[0], Role(entry[1]), shape_of(entry[2]), shape_of(entry[3])
    node = tree.at(path)
    assert node is not None, f"the row has a slot at {path}, where its tree has nothing"
    return Slot(path, layer_of(node, arrives, leaves), arrives, leaves, role)
