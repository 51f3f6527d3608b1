"""Which square images a model takes: found by giving it images of many sizes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from headlint.zoo.survey.describing import Row

SMALLEST = 28
"""The smallest images that people have: MNIST's."""
_STEPS = (1, 32)
_CHOOSY = -1


def sides(model: Any, size: Sequence[int], channels: int = 3) -> Row:
    """The least and the greatest side of a model's images: `[224, 224]`, or `[75, None]` where there is no greatest.

    Empty where it takes all that people have, or where it is choosy in another way (multiples of a window).
    """
    if len(size) != 2 or len(set(size)) != 1:
        return {}
    own = int(size[0])

    def answer(side: int) -> bool:
        return takes(model, channels, side)

    if not answer(own):
        return {}
    most = _limit(answer, own, [*(own + step for step in _STEPS), 2 * own])
    least = _limit(answer, own, [*(own - step for step in _STEPS), own // 2, SMALLEST])
    if _CHOOSY in {most, least} or least is most is None:
        return {}
    return {"sides": [least or 1, most]}


def _limit(takes: Callable[[int], bool], own: int, others: list[int]) -> int | None:
    """The last side on the way from the own one outwards that a model takes, None if it takes all of `others`.

    A model that takes one again behind one that it refused is choosy.
    """
    answers = [takes(side) for side in others]
    if all(answers):
        return None
    first = answers.index(False)
    if any(answers[first:]):
        return _CHOOSY
    taken, refused = ([own, *others][first], others[first])
    while abs(taken - refused) > 1:
        middle = (refused + taken) // 2
        taken, refused = (middle, refused) if takes(middle) else (taken, middle)
    return taken


def takes(model: Any, channels: int, side: int) -> bool:
    """Whether a forward pass over square images of that side goes through."""
    import torch

    device = next(model.parameters()).device
    try:
        model(torch.empty(2, channels, side, side, device=device))
    except (RuntimeError, AssertionError, ValueError):
        return False
    return True
