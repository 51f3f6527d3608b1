"""What becomes of a model that is rebuilt from its children: `Sequential(*list(model.children())[:-1])`.

Children alone don't carry what a forward method does between them (a flatten, a functional pool), and some children
are called elsewhere than in their order. So the rebuilt model is run beside the whole one, with real numbers.
"""

from __future__ import annotations

import math
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from headlint.zoo.survey.building import parameters_on_meta

if TYPE_CHECKING:
    from collections.abc import Callable

DROPPED = (0, 1, 2, 3)
"""How many children are left out at the end."""


class Outcome(StrEnum):
    """How a rebuilt model compares with what arrives, in the whole model, at the first child that was left out."""

    IDENTICAL = "identical"
    FLATTEN = "flatten"
    DIFFERENT = "different"
    CRASHES = "crashes"
    UNCALLED = "uncalled"


def with_numbers(build: Callable[[], Any]) -> Any:
    """The model on the CPU in evaluation mode, with seeded weights that keep activations near one."""
    import torch
    from torch import nn

    with parameters_on_meta():
        model = build()
    generator = torch.Generator().manual_seed(0)
    for module in model.modules():
        for name, parameter in list(module._parameters.items()):
            if parameter is not None:
                value = _filled(parameter, generator)
                module._parameters[name] = nn.Parameter(value, requires_grad=False)
    return model.eval()


def _filled(parameter: Any, generator: Any) -> Any:
    import torch

    value = torch.empty(parameter.shape, device="cpu")
    if parameter.ndim < 2:
        return value.uniform_(0.5, 1.5, generator=generator)
    return value.normal_(0, math.sqrt(2 / max(1, math.prod(parameter.shape[1:]))), generator=generator)


def compare(model: Any, images: Any) -> dict[int, Outcome]:
    """The outcome for each number of children left out."""
    import torch

    children = list(model.children())
    arrived = _arriving(model, children, images)
    found = {}
    with torch.no_grad():
        for dropped in DROPPED:
            if dropped < len(children):
                expected = arrived.get(len(children) - dropped)
                found[dropped] = _outcome(torch.nn.Sequential(*children[: len(children) - dropped]), images, expected)
    return found


def _arriving(model: Any, children: list[Any], images: Any) -> dict[int, Any]:
    """What arrives at each child, by its number; what leaves the model under the number past the last."""
    import torch

    seen: dict[int, Any] = {}

    def hook_for(number: int) -> Callable[[Any, Any], None]:
        def hook(_module: Any, args: Any) -> None:
            seen.setdefault(number, args[0] if args else None)

        return hook

    handles = [child.register_forward_pre_hook(hook_for(number)) for number, child in enumerate(children)]
    with torch.no_grad():
        seen[len(children)] = model(images)
    for handle in handles:
        handle.remove()
    return {number: value for number, value in seen.items() if isinstance(value, torch.Tensor)}


def _outcome(rebuilt: Any, images: Any, expected: Any) -> Outcome:
    import torch

    try:
        given = rebuilt(images)
    except Exception:  # torch raises many kinds of errors; that it can't run is the answer
        return Outcome.CRASHES
    if expected is None:
        return Outcome.UNCALLED
    if not isinstance(given, torch.Tensor):
        return Outcome.DIFFERENT
    if given.shape == expected.shape and torch.allclose(given, expected, rtol=1e-4, atol=1e-5):
        return Outcome.IDENTICAL
    flat = given.flatten(1)
    if flat.shape == expected.shape and torch.allclose(flat, expected, rtol=1e-4, atol=1e-5):
        return Outcome.FLATTEN
    return Outcome.DIFFERENT


def shapes(model: Any, images: Any) -> dict[int, list[int | str] | str]:
    """The shape that each rebuilt model gives on the meta device, the batch named; why there is none where it fails."""
    import torch

    children = list(model.children())
    found: dict[int, list[int | str] | str] = {}
    for dropped in DROPPED:
        if dropped < len(children):
            try:
                given = torch.nn.Sequential(*children[: len(children) - dropped])(images)
            except Exception as error:  # as above
                found[dropped] = f"it fails: {type(error).__name__}"
            else:
                shape = tuple(given.shape) if isinstance(given, torch.Tensor) else ()
                found[dropped] = ["batch", *shape[1:]] if shape else f"it returns a {type(given).__name__}"
    return found
