"""Building models without memory, without the network and without initialisation."""

from __future__ import annotations

from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Any
from unittest import mock

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


@contextmanager
def parameters_on_meta() -> Iterator[None]:
    """Move every parameter to the meta device as it is registered.

    Unlike `torch.device("meta")` this lets constructors compute with plain tensors, which the regnets do.
    Call `.to("meta")` on the finished model for its buffers.
    """
    import torch
    from torch import nn

    register = nn.Module.register_parameter

    def register_on_meta(module: Any, name: str, parameter: Any) -> None:
        if parameter is not None and not parameter.is_meta:
            parameter = nn.Parameter(parameter.detach().to("meta"), requires_grad=parameter.requires_grad)
        register(module, name, parameter)

    with mock.patch.object(nn.Module, "register_parameter", register_on_meta), torch.no_grad(), nothing_drawn():
        yield


@contextmanager
def nothing_drawn() -> Iterator[None]:
    """Leave tensors on the meta device as they are where initialisers fill them.

    They hold nothing that could be filled, and torch takes up to three milliseconds a time over it.
    """
    import torch

    with ExitStack() as stack:
        for name in ("clamp_", "erfinv_", "normal_", "uniform_"):
            stack.enter_context(mock.patch.object(torch.Tensor, name, _sparing(getattr(torch.Tensor, name))))
        yield


def _sparing(fill: Callable[..., Any]) -> Callable[..., Any]:
    def fill_unless_on_meta(tensor: Any, *args: Any, **options: Any) -> Any:
        return tensor if tensor.is_meta else fill(tensor, *args, **options)

    return fill_unless_on_meta


@contextmanager
def nothing_loaded() -> Iterator[list[Any]]:
    """Answer every request for torchvision weights with nothing; yields the list of the enum members asked for."""
    from torch import nn
    from torchvision.models import WeightsEnum

    asked: list[Any] = []

    def remember(member: Any, *_args: Any, **_kwargs: Any) -> dict[str, Any]:
        asked.append(member)
        return {}

    def load_nothing(*_args: Any, **_kwargs: Any) -> None:
        return None

    with (
        mock.patch.object(WeightsEnum, "get_state_dict", remember),
        mock.patch.object(nn.Module, "load_state_dict", load_nothing),
    ):
        yield asked
