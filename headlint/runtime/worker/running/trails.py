"""Follows tensors through functions and layers: what activations they went through last, what layer they come from."""

from __future__ import annotations

import ast
import sys
import weakref
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, TypeAlias

from torch import Tensor, nn
from torch.overrides import TorchFunctionMode

from headlint.history import Activation, Unknown
from headlint.runtime.worker.watching.layers import gauge
from headlint.runtime.worker.watching.making import ELSEWHERE, place_of, spelled

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from headlint.finding import Place
    from headlint.runtime.worker.watching.models import Origin
    from headlint.runtime.worker.watching.watch import Watch

Trail: TypeAlias = tuple[Activation, ...] | Unknown

KINDS = {
    "softmax": "Softmax",
    "log_softmax": "LogSoftmax",
    "sigmoid": "Sigmoid",
    "logsigmoid": "LogSigmoid",
    "log_sigmoid": "LogSigmoid",
    "hardsigmoid": "Hardsigmoid",
    "hardtanh": "Hardtanh",
    "log": "Log",
    "exp": "Exp",
}
_KEEPS = frozenset(
    """view reshape flatten squeeze unsqueeze contiguous clone float half double bfloat16 to cuda cpu type type_as
    permute transpose unflatten alias""".split()
)
_LAYERS = frozenset(
    """linear conv1d conv2d conv3d conv_transpose1d conv_transpose2d conv_transpose3d batch_norm layer_norm group_norm
    instance_norm embedding bilinear relu relu6 elu selu gelu silu mish leaky_relu hardswish tanh prelu celu
    softplus dropout dropout2d avg_pool1d avg_pool2d avg_pool3d max_pool1d max_pool2d max_pool3d adaptive_avg_pool1d
    adaptive_avg_pool2d adaptive_avg_pool3d adaptive_max_pool2d addmm mm matmul bmm""".split()
)


@dataclass(frozen=True, slots=True)
class Source:
    """Where a tensor comes from. `layer` is the last one with a width that it went through."""

    trail: Trail
    origin: Origin | None = None
    layer: nn.Module | None = None


_NOWHERE = Source(Unknown("it is no output of a model"))


@dataclass(slots=True, eq=False)
class Trails:
    """What is known of the tensors that live."""

    watch: Watch
    current: nn.Module | None = None
    _known: dict[int, tuple[weakref.ref[Tensor], Source]] = field(default_factory=dict)
    _made: dict[int, tuple[weakref.ref[Tensor], Place, str]] = field(default_factory=dict)

    def of(self, value: object) -> Source | None:
        """Where a value comes from, None for one that no followed operation made."""
        found = self._known.get(id(value))
        return found[1] if found is not None and found[0]() is value else None

    def note(self, tensor: Tensor, source: Source) -> None:
        self._known[id(tensor)] = weakref.ref(tensor), source

    def made_by(self, tensor: Tensor) -> tuple[Place, str] | None:
        """Where the script itself computes a tensor by what isn't followed, and how; None for any other."""
        found = self._made.get(id(tensor))
        return found[1:] if found is not None and found[0]() is tensor else None

    @contextmanager
    def inside(self, module: nn.Module) -> Iterator[None]:
        """While a module is called: what it applies is its own."""
        before, self.current = self.current, module
        try:
            yield
        finally:
            self.current = before

    def after_layer(self, module: nn.Module, output: object) -> None:
        """What a layer with a width gave comes from that layer."""
        source = self.of(output)
        if isinstance(output, Tensor) and source is not None and gauge(module) is not None:
            self.note(output, replace(source, layer=module))

    def after_function(self, function: Callable[..., Any], args: Any, named: dict[str, Any], result: Any) -> None:
        """What a function of torch made comes from what it was given."""
        source = next((one for value in _flat(args) if (one := self.of(value)) is not None), _NOWHERE)
        name = getattr(function, "__name__", "").rstrip("_")
        for tensor in _flat(result):
            if isinstance(tensor, Tensor):
                trail = self._trail(name, source.trail, (args, named))
                self.note(tensor, replace(source, trail=trail))
                if isinstance(trail, Unknown):
                    self._note_making(tensor)

    def _note_making(self, tensor: Tensor) -> None:
        place, frame = place_of(self.watch, sys._getframe(1)), self.watch.source.user_frame(sys._getframe(1))
        statement = self.watch.source.statement(frame) if frame is not None else None
        value = getattr(statement, "value", None)
        if place is not None and not isinstance(place, Unknown) and value is not None:
            self._made[id(tensor)] = weakref.ref(tensor), place, ast.unparse(value)

    def _trail(self, name: str, before: Trail, call: tuple[Any, dict[str, Any]]) -> Trail:
        if name in KINDS:
            activation = self._activation(name, call)
            if isinstance(activation, Unknown):
                return activation
            return (activation,) if isinstance(before, Unknown) else (*before, activation)
        if name in _KEEPS:
            return before
        return () if name in _LAYERS else Unknown(f"it went through `{name}`")

    def _activation(self, name: str, call: tuple[Any, dict[str, Any]]) -> Activation | Unknown:
        module = self.current
        own = type(module).__name__ if module is not None else ""
        is_layer = own in KINDS.values()
        place, text = self._making(module) if module is not None and is_layer else self._calling()
        if isinstance(place, Unknown):
            return place
        home = self.watch.registry.home(module) if module is not None and is_layer else None
        return Activation(KINDS[name], place, text, home[1] if home else "", _axis(call))

    def _making(self, module: nn.Module) -> tuple[Place | Unknown, str]:
        """Where a layer was made; for one that a library made, where its model was built."""
        made = self.watch.made.get(id(module))
        if made is not None and made[0] is module:
            return made[1], made[2] or repr(module)
        home = self.watch.registry.home(module)
        return (home[0].place if home else ELSEWHERE), repr(module)

    def _calling(self) -> tuple[Place | Unknown, str]:
        place = place_of(self.watch, sys._getframe(1))
        return (place if place is not None else ELSEWHERE), spelled(self.watch, sys._getframe(1))


def _axis(call: tuple[Any, dict[str, Any]]) -> int | Unknown:
    args, named = call
    value = named.get("dim", args[1] if len(args) > 1 else None)
    return value if isinstance(value, int) else Unknown("the axis is not known")


def _flat(value: Any) -> list[Any]:
    if isinstance(value, (list, tuple)):
        return [one for entry in value for one in _flat(entry)]
    return [value]


class Following(TorchFunctionMode):
    """While this is on, every function of torch is noted. `instead` may answer in a function's place."""

    def __init__(self, trails: Trails, instead: Callable[[str, Any, dict[str, Any]], Any]) -> None:
        super().__init__()
        self._trails = trails
        self._instead = instead

    def __torch_function__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        named = kwargs or {}
        answer = self._instead(getattr(func, "__name__", ""), args, named)
        if answer is not None:
            return answer
        result = func(*args, **named)
        self._trails.after_function(func, args, named, result)
        return result
