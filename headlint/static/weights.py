"""Which weights a call of a builder asks for, and the row of the model that is built for them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from headlint.history import Known, Unknown
from headlint.static.pins import lookup
from headlint.static.values import Symbol, Value, truth

if TYPE_CHECKING:
    from headlint.history import Truth
    from headlint.static.calls import Call
    from headlint.static.interpreter import Interpreter
    from headlint.zoo import Row


def given(request: Call, position: int | None = None) -> Value | None:
    """The argument that says which weights a builder loads, None where none is given."""
    for name in ("weights", "pretrained"):
        if name in request.named:
            return request.named[name]
    is_there = position is not None and len(request.positional) > position
    return request.positional[position] if position is not None and is_there else None


def of_backbone(request: Call) -> Value | None:
    """The argument that says which weights the builder of a detector loads into its backbone."""
    return request.named.get("weights_backbone", request.named.get("pretrained_backbone"))


def asks(request: Call, value: Value | None, usual: Truth = False) -> Truth:
    """Whether weights are loaded, which `**options` may decide where no argument says it."""
    if value is not None:
        return True if isinstance(value, Symbol) else truth(value)
    return Unknown(request.why) if request.why else usual


def row_for(
    interpreter: Interpreter, library: str, name: str, request: Call, value: Value | None, wanted: Truth
) -> Row | Unknown:
    """The row of a model as its builder makes it where these weights are asked for."""
    bare = wanted is False and asks(request, of_backbone(request), usual=True) is False
    row = lookup(interpreter, library, name, trained=wanted is True, bare=bare)
    if isinstance(row, Unknown) or wanted is False or not row.is_of_one_size:
        return row
    from headlint.zoo.weights import LEGACY, built_with, unsized

    match value:
        case Symbol(name=spelled) | Known(value=str() as spelled):
            return built_with(row, spelled)
        case Known(value=True):
            return built_with(row, LEGACY)
    return unsized(row)


def frozen_by_builder(row: Row, request: Call, pretrained: Truth) -> tuple[str, ...] | Unknown:
    """The parameters that a builder freezes, which may be told how many layers to leave trainable.

    Without any pretrained weights it freezes nothing.
    """
    from headlint.zoo.freezing import frozen_with

    wanted = request.named.get("trainable_backbone_layers")
    is_trained = asks(request, of_backbone(request), usual=True) if pretrained is False else pretrained
    match is_trained, wanted:
        case (False, _) if not request.why:
            return ()
        case (True, None | Known(value=None)) if not request.why:
            return row.frozen
        case (True, Known(value=int(layers))):
            told = frozen_with(row, layers)
            return Unknown(f"{row.name} takes no such number of layers") if told is None else told
    return Unknown("the call says what the builder freezes")


def text_of(interpreter: Interpreter, request: Call) -> str:
    """How the source asks for weights: `weights=ResNet50_Weights.DEFAULT`, `pretrained=True`."""
    from headlint.static.calls import spelled_argument

    named = (spelled_argument(interpreter, request, name) for name in ("weights", "pretrained"))
    return next((one.text for one in named if one is not None), "the pretrained weights")
