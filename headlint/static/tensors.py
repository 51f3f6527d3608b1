"""Methods of tensors, as far as they say something of the shape."""

from __future__ import annotations

from typing import TYPE_CHECKING

from headlint.history import Known, Shape, Unknown
from headlint.static.shapes import flatten
from headlint.static.values import Items, Opaque, Tensor, Value

if TYPE_CHECKING:
    from headlint.static.calls import Call
    from headlint.static.interpreter import Interpreter

_KEEP = frozenset(
    {
        "relu",
        "sigmoid",
        "tanh",
        "softmax",
        "log_softmax",
        "contiguous",
        "clone",
        "detach",
        "float",
        "half",
        "to",
        "cuda",
        "cpu",
        "double",
    }
)


def method(interpreter: Interpreter, tensor: Tensor, name: str, request: Call) -> Value:
    """A call of a tensor's method."""
    numbers = [value.value for value in _flat(request) if isinstance(value, Known) and isinstance(value.value, int)]
    if name in _KEEP:
        return tensor
    if name == "size":
        return _size(tensor, request)
    if name == "flatten":
        return _shaped(flatten(tensor.shape.dims, *_bounds(request)), tensor)
    if name in {"view", "reshape"}:
        return _viewed(tensor, _flat(request))
    if name == "mean" and numbers:
        return _reduced(tensor, numbers, keep=request.get(1, "keepdim") == Known(True))
    if name == "squeeze":
        return _squeezed(tensor, numbers)
    return Opaque(f"headlint doesn't follow shapes through `.{name}()`")


def _flat(request: Call) -> list[Value]:
    found: list[Value] = []
    for value in request.positional:
        found += value.items if isinstance(value, Items) else [value]
    return found


def _shaped(shape: Shape | Unknown, tensor: Tensor) -> Value:
    return Opaque(shape.why) if isinstance(shape, Unknown) else Tensor(shape, tensor.giver)


def _bounds(request: Call) -> tuple[int, int]:
    bounds = []
    for position, (name, default) in enumerate((("start_dim", 0), ("end_dim", -1))):
        value = request.get(position, name)
        bounds.append(value.value if isinstance(value, Known) and isinstance(value.value, int) else default)
    return bounds[0], bounds[1]


def _size(tensor: Tensor, request: Call) -> Value:
    index = request.get(0, "dim")
    if index is None:
        return Items([_dim(dim) for dim in tensor.shape.dims], fixed=True)
    if (
        isinstance(index, Known)
        and isinstance(index.value, int)
        and -len(tensor.shape.dims) <= index.value < len(tensor.shape.dims)
    ):
        return _dim(tensor.shape.dims[index.value])
    return Opaque("which dimension is asked for is not known")


def _dim(dim: int | str) -> Value:
    return Known(dim) if isinstance(dim, int) else Opaque(f"the size of the {dim} is not known")


def _viewed(tensor: Tensor, sizes: list[Value]) -> Value:
    """`x.view(x.size(0), -1)`, the usual flattening; anything else only where all sizes are known."""
    if len(sizes) == 2 and sizes[1] == Known(-1) and not isinstance(sizes[0], Known):
        return _shaped(flatten(tensor.shape.dims, 1, -1), tensor)
    if len(sizes) == 2 and sizes[0] == Known(-1) and isinstance(sizes[1], Known) and isinstance(sizes[1].value, int):
        flat = flatten(tensor.shape.dims, 1, -1)
        if isinstance(flat, Shape) and flat.dims[-1] == sizes[1].value:
            return Tensor(flat, tensor.giver)
    return Opaque("headlint doesn't follow this reshaping")


def _reduced(tensor: Tensor, axes: list[int], *, keep: bool) -> Value:
    dims = list(tensor.shape.dims)
    rank = len(dims)
    places = {axis % rank for axis in axes if -rank <= axis < rank}
    kept = [1 if index in places else dim for index, dim in enumerate(dims) if keep or index not in places]
    return Tensor(Shape(tuple(kept)), tensor.giver)


def _squeezed(tensor: Tensor, axes: list[int]) -> Value:
    dims = tensor.shape.dims
    places = {axis % len(dims) for axis in axes} if axes else set(range(len(dims)))
    kept = tuple(dim for index, dim in enumerate(dims) if not (index in places and dim == 1))
    return Tensor(Shape(kept), tensor.giver)
