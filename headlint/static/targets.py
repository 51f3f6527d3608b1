"""What outputs are compared with: labels, and other numbers whose shape and kind are known."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from headlint.history import Known, Shape, Target, Unknown
from headlint.static import tensors
from headlint.static.values import NONE, Bound, Items, Opaque, Symbol, Value

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from headlint.history import Truth
    from headlint.static.calls import Call
    from headlint.static.interpreter import Interpreter

_WHICH = Unknown("what kind of numbers they are is not known")
_SHAPES = frozenset("to cuda cpu clone contiguous detach view reshape flatten squeeze unsqueeze".split())
_DTYPES: dict[str, Truth] = {
    **dict.fromkeys(("float", "double", "half"), False),
    **dict.fromkeys(("long", "int"), True),
    "type": _WHICH,
}
_FLOATS = frozenset({"float", "float16", "float32", "float64", "double", "half", "bfloat16"})
_WHOLE = frozenset({"long", "int", "int64", "int32", "uint8"})


_IGNORED = 255
"""What masks hold where no class is told, which losses are told to ignore."""


class Labels(Opaque):
    """Numbers that data give: of a known shape, if `target` knows it."""

    __slots__ = ("target",)

    def __init__(self, target: Target, why: str = "what the data hold is only known when the script runs") -> None:
        super().__init__(why)
        self.target = target

    def attribute(self, name: str) -> Value:
        return Bound(self, name) if name in _SHAPES or name in _DTYPES else super().attribute(name)


def target_of(value: Value | None) -> Target:
    """What a loss compares with."""
    if isinstance(value, Labels):
        return value.target
    why = Unknown(value.why if isinstance(value, Opaque) else "headlint doesn't know what it is compared with")
    return Target(why, why)


def method(interpreter: Interpreter, labels: Labels, name: str, request: Call) -> Value:
    """A call of a method of labels."""
    target = labels.target
    shape, whole = target.shape, _DTYPES.get(name, target.whole)
    if name in {"to", "type"}:
        whole = next((_is_whole(value, whole) for value in request.values if isinstance(value, Symbol)), whole)
    if name in _SHAPES and isinstance(shape, Shape):
        shape = tensors.shape_after(interpreter, shape, name, request)
    return Labels(replace(target, shape=shape, whole=whole))


def number(kind: type, why: str) -> Labels:
    """A single number of which nothing but its kind is known: `float(row.age)`."""
    return Labels(Target(Shape(()), kind is int), why)


# ---- tensors that the script makes itself


def _is_whole(dtype: Value | None, otherwise: Truth) -> Truth:
    """Whether a type is one of whole numbers."""
    if dtype is None or dtype == NONE:
        return otherwise
    name = dtype.name.rpartition(".")[2] if isinstance(dtype, Symbol) else ""
    return True if name in _WHOLE else False if name in _FLOATS else _WHICH


def _sizes(request: Call, start: int = 0) -> Shape | Unknown:
    """The shape that a call asks for: `(8, 3)`, `(8, 3, 224, 224)` in a tuple, or `size=…`."""
    given = request.named.get("size")
    values = [given] if given is not None else request.positional[start:]
    if len(values) == 1 and isinstance(values[0], Items):
        values = values[0].items
    if request.why or not values:
        return Unknown(request.why or "it is given no size")
    return Shape(tuple(_size(value) for value in values))


def _size(value: Value) -> int | str:
    return value.value if isinstance(value, Known) and isinstance(value.value, int) else "size"


def _filled(interpreter: Interpreter, request: Call) -> Value:
    """`torch.zeros(8, dtype=torch.long)`, `torch.randn(8, 1)`."""
    return Labels(Target(_sizes(request), _is_whole(request.named.get("dtype"), False)))


def _drawn(interpreter: Interpreter, request: Call) -> Value:
    """`torch.randint(0, 10, (8,))`: labels from 0 to 9."""
    bounds = [value.value for value in request.positional[:2] if isinstance(value, Known)]
    bounds += [value.value for key, value in request.named.items() if key == "high" and isinstance(value, Known)]
    high = bounds[-1] if bounds and isinstance(bounds[-1], int) else Unknown("how high they go is not known")
    shape = _sizes(request, len([value for value in request.positional[:2] if not isinstance(value, Items)]))
    source = interpreter.text(request.node) if request.node is not None else request.text
    whole = _is_whole(request.named.get("dtype"), True)
    return Labels(Target(shape, whole, high, f"`{source}`", interpreter.place))


def _listed(whole: Truth | None) -> Callable[[Interpreter, Call], Value]:
    """`torch.tensor([1, 0, 2])`, `torch.FloatTensor([[0.5]])`."""

    def make(interpreter: Interpreter, request: Call) -> Value:
        first = request.get(0, "data")
        shape, kind = _shape_of(first), _kind_of(first)
        known = whole if whole is not None else _is_whole(request.named.get("dtype"), kind)
        highest = max(_numbers_in(first), default=-1)
        if known is not True or highest < 0 or highest == _IGNORED:
            return Labels(Target(shape, known))
        source = interpreter.text(request.node) if request.node is not None else request.text
        return Labels(Target(shape, known, highest + 1, f"`{source}`", interpreter.place, open=True))

    return make


def _shape_of(value: Value | None) -> Shape | Unknown:
    match value:
        case Known(int() | float()):
            return Shape(())
        case Labels(target=target):
            return target.shape
        case Items(items=items, why="") if items:
            inner = [_shape_of(item) for item in items]
            first = inner[0]
            same = isinstance(first, Shape) and all(one == first for one in inner)
            return Shape((len(items), *first.dims)) if same and isinstance(first, Shape) else Unknown("it is ragged")
    return Unknown("the shape of what the tensor is made of is not known")


def _numbers_in(value: Value | None) -> Iterator[int]:
    """The whole numbers that are written down in a list, however deep."""
    match value:
        case Known(value=int(number)):
            yield number
        case Items(items=items):
            for item in items:
                yield from _numbers_in(item)


def _kind_of(value: Value | None) -> Truth:
    match value:
        case Known(int()):
            return True
        case Known(float()):
            return False
        case Labels(target=target):
            return target.whole
        case Items(items=items) if items:
            return _both([_kind_of(item) for item in items])
    return _WHICH


def _both(kinds: Sequence[Truth]) -> Truth:
    """The kind of numbers that are made one tensor: whole if all are."""
    if False in kinds:
        return False
    return True if all(kind is True for kind in kinds) else _WHICH


HANDLERS: dict[str, Callable[[Interpreter, Call], Value]] = {
    **{f"torch.{name}": _filled for name in ("zeros", "ones", "rand", "randn", "empty")},
    "torch.randint": _drawn,
    "torch.tensor": _listed(None),
    "torch.as_tensor": _listed(None),
    "torch.LongTensor": _listed(True),
    "torch.FloatTensor": _listed(False),
}
