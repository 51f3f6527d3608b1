"""Passes with real numbers, on the CPU or on a GPU: where they take place, how they go backward, what fits."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

import torch

from headlint.runtime.worker.errors import NO_ROOM, lacks_room, named

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from torch import Tensor, nn

_CLOSE = 1e-3


@contextmanager
def lying_on(root: nn.Module, device: str) -> Iterator[None]:
    """While this lasts, a model that lies on the CPU as a whole lies on `device`; one that is spread out stays so."""
    tensors = [*root.parameters(), *root.buffers()]
    if torch.device(device).type != "cuda" or any(tensor.device.type != "cpu" for tensor in tensors):
        yield
        return
    before = [(tensor, tensor.data) for tensor in tensors]
    try:
        for tensor, data in before:
            tensor.data = data.to(device)
        yield
    finally:
        for tensor, data in before:
            tensor.data = data


def go_backward(outputs: Iterable[Tensor], root: nn.Module) -> str:
    """Go backward from the outputs; why that fails, '' if it doesn't. The parameters keep the gradients they have."""
    starts = [one for one in outputs if one.requires_grad and (one.is_floating_point() or one.is_complex())]
    before = [(parameter, parameter.grad) for parameter in root.parameters()]
    try:
        torch.autograd.backward(starts, [torch.ones_like(one) for one in starts])
    except Exception as error:  # a backward pass goes through functions of anybody's
        why = f": {NO_ROOM}" if lacks_room(error) else f" with {named(error)}"
        return f"its backward pass stops{why}"
    finally:
        for parameter, gradient in before:
            parameter.grad = gradient
    return ""


def sums_to_one(output: Tensor) -> bool:
    """Whether each row of an output holds the shares of a whole: nothing negative, and a sum of one."""
    if output.is_meta or output.dim() != 2 or output.shape[1] < 2 or not output.is_floating_point():
        return False
    rows = output.detach().double()
    return bool((rows >= 0).all()) and bool(((rows.sum(1) - 1).abs() < _CLOSE).all())


def most_memory(device: str) -> int:
    """The most bytes that this process has held at once, on the device that it computes on."""
    if torch.device(device).type == "cuda" and torch.cuda.is_initialized():
        return int(torch.cuda.max_memory_allocated())
    import resource

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
