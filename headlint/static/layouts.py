"""What torchvision builds the trunks of some models from: `make_layers(cfgs["D"])`, `_efficientnet_conf(…)`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from headlint.history import Known
from headlint.static.values import Items, Opaque, Symbol, Value

if TYPE_CHECKING:
    from collections.abc import Callable

    from headlint.static.calls import Call
    from headlint.static.interpreter import Interpreter

CONFIGURATIONS = "torchvision.models.vgg.cfgs"
"""The dictionary of VGG's configurations, by letters."""
LAST = "last"
"""The width of the last convolution, as it goes with the other layers."""
_WHY = "what a trunk is built from is not followed further"


class Layout(Opaque):
    """The layers of a trunk, or what they are built from. `key` names them; it is what decides about the model."""

    __slots__ = ("key",)

    def __init__(self, key: str) -> None:
        super().__init__(_WHY)
        self.key = key


def _of_vgg(interpreter: Interpreter, request: Call) -> Value:
    """`make_layers(cfgs["D"], batch_norm=True)`."""
    told, norm = request.get(0, "cfg"), request.get(1, "batch_norm") or Known(False)
    if isinstance(told, Symbol) and told.name.startswith(f"{CONFIGURATIONS}.") and isinstance(norm, Known):
        return Layout(told.name.rpartition(".")[2] + ("_bn" if norm.value else ""))
    return Opaque("which layers of VGG are made is not known")


def _of_efficientnet(interpreter: Interpreter, request: Call) -> Value:
    """`_efficientnet_conf("efficientnet_b1", width_mult=1.0, depth_mult=1.1)`: its settings, and the last width."""
    named = [request.get(0, "arch"), *(request.named.get(name) for name in ("width_mult", "depth_mult"))]
    plain = [str(value.value) for value in named if isinstance(value, Known)]
    if not plain or not isinstance(named[0], Known):
        return Opaque(_WHY)
    is_scaled = plain[0].startswith("efficientnet_b")
    if is_scaled and len(plain) < len(named):
        return Opaque(_WHY)
    return Items([Layout(" ".join(plain[1:]) if is_scaled else plain[0]), Layout(LAST)], fixed=True)


def _of_mobilenet(interpreter: Interpreter, request: Call) -> Value:
    """`_mobilenet_v3_conf("mobilenet_v3_large")`: its settings, and the last width."""
    arch = request.get(0, "arch")
    if not isinstance(arch, Known) or len(request.values) > 1 or request.why:
        return Opaque(_WHY)
    return Items([Layout(str(arch.value)), Layout(LAST)], fixed=True)


HANDLERS: dict[str, Callable[[Interpreter, Call], Value]] = {
    "torchvision.models.vgg.make_layers": _of_vgg,
    "torchvision.models.efficientnet._efficientnet_conf": _of_efficientnet,
    "torchvision.models.mobilenetv3._mobilenet_v3_conf": _of_mobilenet,
}
