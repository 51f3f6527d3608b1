"""The part of a row that any model has, whatever its library."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from headlint.zoo.survey.forward import BATCHES, Dims, Flow, watch
from headlint.zoo.survey.modules import encode
from headlint.zoo.survey.places import AUXILIARY, feeds, roles

if TYPE_CHECKING:
    from collections.abc import Sequence

Row = dict[str, Any]

OPTIONAL = ("frozen", "tied", "tied_size", "outputs", "training_outputs")
"""The fields that a row lacks where they would be empty."""


def run_images(model: Any, size: Sequence[int], channels: int = 3, times: int = 1) -> Flow:
    """Two forward passes over batches of images or clips, on the model's own device; `times` images a sample."""
    import torch

    device = next(model.parameters()).device
    seen = []
    for batch in BATCHES:
        images = torch.empty(batch, channels, *size, device=device)
        seen.append(watch(model, partial(model, *[images] * times)))
    return Flow((seen[0][0], seen[1][0]), (seen[0][1], seen[1][1]))


def frozen(model: Any) -> list[str]:
    """The parameters that the builder itself freezes."""
    return [path for path, parameter in model.named_parameters() if not parameter.requires_grad]


def tied(model: Any) -> list[str]:
    """The second names of parameters that have two, which `named_parameters()` leaves out."""
    first = {path for path, _ in model.named_parameters()}
    return [path for path, _ in model.named_parameters(remove_duplicate=False) if path not in first]


def split(model: Any, layers: list[str], flow: Flow) -> tuple[list[str], list[str]]:
    """The class layers that give the main output, and the auxiliary ones."""
    called = [path for path in layers if flow.called(path)]
    if len(called) > 1 and hasattr(flow.main_output, "sum"):
        called = [path for path in called if feeds(flow.main_output, model, path)]
    return called, [path for path in layers if path not in called]


def described(
    model: Any, size: Dims, flow: Flow, layers: tuple[list[str], list[str]], aside: Flow | None = None
) -> Row:
    """The fields of a row that the model itself answers; empty ones are left out.

    `layers` are the class layers of the main output and the auxiliary ones; `aside` is the run that calls the latter.
    """
    slots = []
    for path, role in roles(model, *layers, flow).items():
        source = aside if aside and role == AUXILIARY else flow
        slots.append([path, role, source.arrives(path), source.leaves(path)])
    row = {
        "input": size,
        "output": flow.leaves(""),
        "outputs": flow.outputs(),
        "training_outputs": aside.outputs() if aside else {},
        "classifier": layers[0],
        "frozen": frozen(model),
        "tied": tied(model),
        "tied_size": sum(model.get_parameter(path).numel() for path in tied(model)),
        "slots": slots,
        "nodes": encode(model),
    }
    return {key: value for key, value in row.items() if value or key not in OPTIONAL}


def differences(row: Row, variant: Row) -> Row:
    """What a variant of a model has otherwise than the model of the row."""
    return {key: variant.get(key) for key in row.keys() | variant.keys() if row.get(key) != variant.get(key)}
