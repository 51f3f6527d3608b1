"""Methods of tensors, as far as they say something of the shape."""

from __future__ import annotations

from math import prod
from typing import TYPE_CHECKING

from headlint.history import Known, Shape, Unknown
from headlint.static import outputs
from headlint.static.shapes import flatten
from headlint.static.values import UNTRACKED, Items, Opaque, Tensor, Value, why_unknown

if TYPE_CHECKING:
    from headlint.static.calls import Call
    from headlint.static.interpreter import Interpreter

_KEEP = frozenset("contiguous clone detach float half double bfloat16 to cuda cpu type type_as requires_grad_".split())
_CHANGES = frozenset("relu relu_ tanh abs sqrt square neg".split())
_BOUNDS = frozenset("clamp clamp_ clip clip_".split())
_ELEMENT_WISE = frozenset("add add_ sub mul mul_ div pow".split())
_REDUCING = frozenset("mean sum amax amin std var".split())


def method(interpreter: Interpreter, tensor: Tensor, name: str, request: Call) -> Value:
    """A call of a tensor's method."""
    numbers = [value.value for value in _flat(request) if isinstance(value, Known) and isinstance(value.value, int)]
    if name in outputs.FUNCTIONS:
        return outputs.activated(interpreter, name, tensor, request)
    if name in _KEEP:
        return tensor
    if name in _CHANGES:
        return tensor.become(tensor.shape, ())
    if name in _BOUNDS:
        return tensor.become(tensor.shape, UNTRACKED)
    if name in _ELEMENT_WISE:
        return element_wise(tensor, request.get(0, "other") or Opaque("the call has no argument"))
    if name == "size":
        return _size(tensor, request)
    if name == "flatten":
        return _shaped(flatten(tensor.shape.dims, *_bounds(request)), tensor)
    if name in {"view", "reshape"}:
        return _viewed(tensor, _flat(request))
    return _rearranged(tensor, name, request, numbers)


def _rearranged(tensor: Tensor, name: str, request: Call, numbers: list[int]) -> Value:
    """Methods that take axes away, add some or put them in another order."""
    rank, axes = len(tensor.shape.dims), _axes(request)
    if name in _REDUCING and axes:
        return _reduced(tensor, axes, keep=request.get(1, "keepdim") == Known(True))
    if name == "squeeze":
        return _squeezed(tensor, axes)
    if name == "unsqueeze" and len(axes) == 1 and -rank <= axes[0] + 1 <= rank + 1:
        return _unsqueezed(tensor, axes[0])
    if name == "permute" and sorted(axis % rank for axis in numbers) == list(range(rank)):
        return _shaped(Shape(tuple(tensor.shape.dims[axis] for axis in numbers)), tensor)
    if name == "transpose" and len(numbers) == 2:
        return _transposed(tensor, numbers[0], numbers[1])
    return _unfollowed(name)


def _unfollowed(name: str) -> Opaque:
    return Opaque(f"headlint doesn't follow shapes through `{name}`")


def element_wise(tensor: Tensor, other: Value) -> Value:
    """An operation element by element on a tensor and a number, or on two tensors of which an axis of 1 is spread."""
    if isinstance(other, Known):
        return tensor.become(tensor.shape, UNTRACKED)
    if isinstance(other, Tensor):
        shape = _spread(tensor.shape.dims, other.shape.dims)
        if shape is not None:
            return (tensor if shape == tensor.shape else other).become(shape, UNTRACKED)
    return Opaque(why_unknown(other) or "headlint doesn't follow shapes through this operation")


def _spread(one: tuple[int | str, ...], other: tuple[int | str, ...]) -> Shape | None:
    """The shape of two tensors of one rank together, None if they surely or possibly don't go together."""
    if len(one) != len(other) or any(a != b and 1 not in (a, b) for a, b in zip(one, other, strict=True)):
        return None
    return Shape(tuple(b if a == 1 else a for a, b in zip(one, other, strict=True)))


def _axes(request: Call) -> list[int]:
    """The axes that a call names, as `dim=1`, `1`, `(2, 3)` or `[2, 3]`."""
    wanted = request.get(0, "dim")
    items = wanted.items if isinstance(wanted, Items) else [wanted]
    return [item.value for item in items if isinstance(item, Known) and type(item.value) is int]


def _transposed(tensor: Tensor, one: int, other: int) -> Value:
    dims = list(tensor.shape.dims)
    if not all(-len(dims) <= axis < len(dims) for axis in (one, other)):
        return _unfollowed("transpose")
    dims[one], dims[other] = dims[other], dims[one]
    return _shaped(Shape(tuple(dims)), tensor)


def concatenated(values: list[Value], axis: int, name: str) -> Value:
    """What `torch.cat` makes of tensors: one as wide as all of them together."""
    values = _as_vectors(values) if axis in {1, -1} else values
    tensors = [value for value in values if isinstance(value, Tensor)]
    unknown = next((value.why for value in values if isinstance(value, Opaque)), "")
    ranks = {len(tensor.shape.dims) for tensor in tensors}
    if len(tensors) != len(values) or len(ranks) != 1:
        return Opaque(unknown or f"what `{name}` puts together is not known")
    rank = ranks.pop()
    if not -rank <= axis < rank:
        return _unfollowed(name)
    widths = [tensor.shape.dims[axis] for tensor in tensors]
    others = {tensor.shape.dims[: axis % rank] + tensor.shape.dims[axis % rank + 1 :] for tensor in tensors}
    numbers = [width for width in widths if isinstance(width, int)]
    if len(others) != 1 or len(numbers) != len(widths):
        return _unfollowed(name)
    dims = list(tensors[0].shape.dims)
    dims[axis] = sum(numbers)
    return Tensor(Shape(tuple(dims)), f"`{name}`")


def _as_vectors(values: list[Value]) -> list[Value]:
    """Tensors to be put side by side: beside vectors, what a Linear gives for something unknown is a vector as well."""
    known = [value for value in values if isinstance(value, Tensor)]
    others = [value for value in values if isinstance(value, outputs.Output) and value.width]
    if not known or len(known) + len(others) < len(values) or any(len(one.shape.dims) != 2 for one in known):
        return values
    batch = known[0].shape.dims[0]
    return [
        Tensor(Shape((batch, value.width)), "Linear") if isinstance(value, outputs.Output) else value
        for value in values
    ]


def shape_after(interpreter: Interpreter, shape: Shape, name: str, request: Call) -> Shape | Unknown:
    """The shape that a method leaves of one."""
    reshaped = method(interpreter, Tensor(shape, ""), name, request)
    if isinstance(reshaped, Tensor):
        return reshaped.shape
    return Unknown(reshaped.why if isinstance(reshaped, Opaque) else "headlint doesn't follow its shape")


def _flat(request: Call) -> list[Value]:
    found: list[Value] = []
    for value in request.positional:
        found += value.items if isinstance(value, Items) else [value]
    return found


def _shaped(shape: Shape | Unknown, tensor: Tensor) -> Value:
    if isinstance(shape, Unknown):
        return outputs.Output(shape, tensor.trail)
    return tensor.become(shape)


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
    if sizes == [Known(-1), Known(1)] and len(tensor.shape.dims) == 1:
        return _unsqueezed(tensor, 1)
    shape = _reshaped(tensor.shape.dims, sizes)
    if shape is not None:
        return tensor.become(shape)
    return Opaque("headlint doesn't follow this reshaping")


def _reshaped(dims: tuple[int | str, ...], sizes: list[Value]) -> Shape | None:
    """What `view` makes of a batch whose other sizes are known, if the new ones take up all that an example has."""
    batch, rest = dims[:1], [dim for dim in dims[1:] if isinstance(dim, int)]
    wanted = [size.value for size in sizes[1:] if isinstance(size, Known) and type(size.value) is int]
    if not rest or len(rest) != len(dims) - 1 or not wanted or len(wanted) != len(sizes) - 1:
        return None
    is_of_batch = sizes[0] == Known(-1) or not isinstance(sizes[0], Known)
    return Shape((*batch, *wanted)) if is_of_batch and min(wanted) > 0 and prod(wanted) == prod(rest) else None


def _reduced(tensor: Tensor, axes: list[int], *, keep: bool) -> Value:
    dims = list(tensor.shape.dims)
    rank = len(dims)
    places = {axis % rank for axis in axes if -rank <= axis < rank}
    kept = [1 if index in places else dim for index, dim in enumerate(dims) if keep or index not in places]
    return tensor.become(Shape(tuple(kept)), ())


def _unsqueezed(tensor: Tensor, axis: int) -> Value:
    dims = list(tensor.shape.dims)
    dims.insert(axis if axis >= 0 else axis + len(dims) + 1, 1)
    return tensor.become(Shape(tuple(dims)))


def _squeezed(tensor: Tensor, axes: list[int]) -> Value:
    dims = tensor.shape.dims
    places = {axis % len(dims) for axis in axes} if axes else set(range(len(dims)))
    kept = tuple(dim for index, dim in enumerate(dims) if not (index in places and dim == 1))
    return tensor.become(Shape(kept))
