"""Functions of `torch` and `torch.nn.functional` on tensors whose shape is known."""

from __future__ import annotations

from typing import TYPE_CHECKING

from headlint.history import Known, Unknown
from headlint.static import outputs
from headlint.static.binding import items_of
from headlint.static.escapes import hand_over
from headlint.static.layers import build
from headlint.static.shapes import leaves
from headlint.static.tensors import concatenated, method
from headlint.static.values import Opaque, Tensor, Value

if TYPE_CHECKING:
    from collections.abc import Callable

    from headlint.static.calls import Call
    from headlint.static.interpreter import Interpreter

_KEEPING = """relu relu_ relu6 elu selu gelu silu mish tanh leaky_relu hardswish softplus dropout dropout1d
    dropout2d alpha_dropout normalize layer_norm batch_norm""".split()
_POOLS = {
    f"{name}{rank}d": f"{kind}{rank}d"
    for rank in (1, 2, 3)
    for name, kind in (
        ("avg_pool", "AvgPool"),
        ("max_pool", "MaxPool"),
        ("adaptive_avg_pool", "AdaptiveAvgPool"),
        ("adaptive_max_pool", "AdaptiveMaxPool"),
    )
}
_METHODS = """flatten mean sum squeeze unsqueeze permute transpose reshape abs sqrt clamp square""".split()


def _keeps(interpreter: Interpreter, request: Call) -> Value:
    """`F.relu(x)` and the like: the shape that arrives leaves."""
    first = request.get(0, "input")
    if isinstance(first, Tensor):
        return first.become(first.shape, ())
    return hand_over(interpreter, request, request.text)


def _activates(name: str) -> Callable[[Interpreter, Call], Value]:
    """`F.softmax(x, dim=1)` and the like."""

    def activate(interpreter: Interpreter, request: Call) -> Value:
        return outputs.activated(interpreter, name, request.get(0, "input"), request)

    return activate


def _as_method(name: str) -> Callable[[Interpreter, Call], Value]:
    """`torch.flatten(x, 1)`, which is `x.flatten(1)`."""

    def apply(interpreter: Interpreter, request: Call) -> Value:
        from headlint.static.calls import Call

        first = request.get(0, "input")
        if not isinstance(first, Tensor):
            return hand_over(interpreter, request, request.text)
        named = {key: value for key, value in request.named.items() if key != "input"}
        positional = request.positional if "input" in request.named else request.positional[1:]
        return method(interpreter, first, name, Call(request.callee, positional, named, None, request.spell))

    return apply


def _pooled(kind: str) -> Callable[[Interpreter, Call], Value]:
    """`F.adaptive_avg_pool2d(x, 1)`, which does what the layer of that name does."""

    def pool(interpreter: Interpreter, request: Call) -> Value:
        first = request.get(0, "input")
        if not isinstance(first, Tensor):
            return hand_over(interpreter, request, request.text)
        named = {key: value for key, value in request.named.items() if key != "input"}
        positional = request.positional if "input" in request.named else request.positional[1:]
        shape = leaves(build(kind, positional, named), first.shape)
        if isinstance(shape, Unknown):
            return Opaque(shape.why)
        return first.pooled(shape, (), kind)

    return pool


def _cat(interpreter: Interpreter, request: Call) -> Value:
    parts, axis = request.get(0, "tensors"), request.get(1, "dim") or request.get(1, "axis") or Known(0)
    if parts is None or not isinstance(axis, Known) or not isinstance(axis.value, int):
        return hand_over(interpreter, request, request.text)
    items = items_of(parts)
    if items.why:
        return Opaque(items.why)
    return concatenated(items.items, axis.value, request.text)


HANDLERS: dict[str, Callable[[Interpreter, Call], Value]] = {
    **{f"torch.nn.functional.{name}": _keeps for name in _KEEPING},
    **{f"torch.{name}": _keeps for name in ("relu", "tanh", "dropout")},
    **{f"torch.{name}": _activates(name) for name in outputs.FUNCTIONS},
    **{f"torch.nn.functional.{name}": _activates(name) for name in outputs.FUNCTIONS},
    **{f"torch.{name}": _as_method(name) for name in _METHODS},
    **{f"torch.nn.functional.{name}": _pooled(kind) for name, kind in _POOLS.items()},
    **{f"torch.{name}": _cat for name in ("cat", "concat", "concatenate")},
}
