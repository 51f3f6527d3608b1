"""Hand-made meetings of losses and outputs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from headlint.history import Activation, Loss, LossMet, Model, Shape, Target, Unknown, Written
from tests.rules.histories import RESNET18, UNREADABLE, at

if TYPE_CHECKING:
    from collections.abc import Sequence

    from headlint.finding import Place

ANYTHING = Target(UNREADABLE, UNREADABLE)


def activation(kind: str, *, line: int = 4, text: str = "", path: str = "", axis: int = 1) -> Activation:
    text = text or f"nn.{kind}(dim=1)"
    return Activation(kind, at(line, 5, len(text)), text, path, axis)


def loss(kind: str = "CrossEntropyLoss", line: int = 6) -> Loss:
    text = f"nn.{kind}"
    return Loss(kind, at(line), text, Written(at(line, 13, len(text) + 2), f"{text}()"))


def met(
    kind: str = "CrossEntropyLoss",
    *activations: Activation,
    output: Sequence[int | str] | Unknown = ("batch", 10),
    target: Target = ANYTHING,
    model: Model = RESNET18,
    line: int = 8,
    head: Place | None = None,
    trail: Unknown | None = None,
) -> LossMet:
    shape = output if isinstance(output, Unknown) else Shape(tuple(output))
    return LossMet(at(line), model, loss(kind), trail or activations, shape, target, head or at(2), "fc")
