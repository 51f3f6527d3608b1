"""The layer that stands at a slot, told from its node and from the shapes that were seen there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from headlint.history import Free, Known, Layer, Shape, Unknown

if TYPE_CHECKING:
    from headlint.history import Width
    from headlint.zoo.tree import Node

LARGEST_INSIDE = 80
"""A layer with more modules than this is a piece of the backbone, whose inside matters to nobody."""

_POOLING = ("AdaptiveAvgPool", "AdaptiveMaxPool", "AvgPool", "MaxPool")
_POOLS = {f"{kind}{rank}d" for kind in _POOLING for rank in (1, 2, 3)}
_ACTIVATIONS = {"ELU", "GELU", "GELUTanh", "Hardsigmoid", "Hardswish", "LeakyReLU", "LogSoftmax", "Mish", "ReLU"}
_SMOOTH = {"ReLU6", "SELU", "SiLU", "Sigmoid", "Softmax", "Softplus", "Swish", "Tanh"}
_REGULARISERS = {"DropPath", "Dropout", "Dropout1d", "Dropout2d", "Dropout3d", "StochasticDepth"}
PASSES_WIDTH = _POOLS | _ACTIVATIONS | _SMOOTH | _REGULARISERS | {"DeQuantStub", "Identity", "QuantStub"}
_CHANNEL_FORMS = frozenset(("in_channels", "num_features", "num_channels"))


def layer_of(node: Node, arrives: Shape | Unknown | None = None, leaves: Shape | Unknown | None = None) -> Layer:
    """The layer of a node, at a place where `arrives` and `leaves` were seen, if any were."""
    inside = sum(1 for _ in node.modules()) <= LARGEST_INSIDE
    children = tuple((name, layer_of(child)) for name, child in node.children) if inside else ()
    axis, takes, gives = _own_widths(node) or _chained(node, children) or _seen(node, arrives, leaves)
    return Layer(node.kind, takes, gives, axis, children, node.parameter_names())


def _first_width(node: Node) -> tuple[int, int]:
    """The axis and the width of the first layer inside that has a width; (-1, 0) if there is none."""
    for _, module in node.modules():
        if module.takes is not None:
            channels = module.kind == "LayerNorm2d" or module.attributes[0][0] in _CHANNEL_FORMS
            return 1 if channels else -1, module.takes
    return -1, 0


def _own_widths(node: Node) -> tuple[int, Width, Width] | None:
    """What a plain layer takes and gives."""
    if node.takes is not None and node.gives is not None:
        embeds = node.attribute("num_embeddings") is not None
        return _first_width(node)[0], Free() if embeds else Known(node.takes), Known(node.gives)
    if node.kind in PASSES_WIDTH:
        return -1, Free(), Free()
    if node.kind == "Flatten":
        return -1, Free(), Unknown("Flatten joins axes")
    return None


def _chained(node: Node, children: tuple[tuple[str, Layer], ...]) -> tuple[int, Width, Width] | None:
    """What a Sequential takes and gives, if its children tell."""
    if node.kind != "Sequential" or (node.children and not children):
        return None
    takes = next((layer.takes for _, layer in children if not isinstance(layer.takes, Free)), Free())
    gives = next((layer.gives for _, layer in reversed(children) if not isinstance(layer.gives, Free)), Free())
    if isinstance(takes, Unknown) or isinstance(gives, Unknown):
        return None
    return _first_width(node)[0], takes, gives


def _seen(node: Node, arrives: Shape | Unknown | None, leaves: Shape | Unknown | None) -> tuple[int, Width, Width]:
    """What a module of the library's own was seen to take and give."""
    axis, width = _first_width(node)
    if not isinstance(arrives, Shape) or not isinstance(leaves, Shape):
        why = next((told for told in (arrives, leaves) if isinstance(told, Unknown)), None)
        unknown = why or Unknown(f"what a {node.kind} takes was not seen")
        return axis, unknown, unknown
    gives = _last_width(node, leaves)
    dims = arrives.dims
    if width not in dims[1:]:
        return axis, Unknown(f"a {node.kind} reshapes what arrives"), gives
    if dims[axis] != width:
        axis = -1 if dims[-1] == width else dims.index(width, 1)
    return axis, Known(width), gives


def _last_width(node: Node, leaves: Shape) -> Width:
    """The width of the last layer inside that has one, if what leaves has it too."""
    widths = [module.gives for _, module in node.modules() if module.gives is not None]
    if widths and len(leaves.dims) > 1 and widths[-1] in (leaves.dims[1], leaves.dims[-1]):
        return Known(widths[-1])
    return Unknown(f"what a {node.kind} gives has no width that one of its layers has")
