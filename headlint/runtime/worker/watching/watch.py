"""What all the watching functions share while one script runs."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from headlint.history import Unknown
from headlint.runtime.worker.watching.journal import Journal
from headlint.runtime.worker.watching.models import Description, Registry
from headlint.runtime.worker.watching.patches import Patches

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import FrameType

    from torch import Tensor, nn
    from torch.optim import Optimizer

    from headlint.finding import Place
    from headlint.history import Unheard
    from headlint.runtime.worker.running.given import Given
    from headlint.runtime.worker.running.passes import Runner
    from headlint.runtime.worker.watching.models import Origin
    from headlint.runtime.worker.watching.places import Source


def unpublished(module: nn.Module) -> Description:
    """What is known of a model of the user's own."""
    return Description(type(module).__name__, Unknown("it is no published model"))


class Watch:
    """One run of one script: its source, its models, its events. `device` is where parameters live: meta, cpu, cuda.

    `given` is the batch that models are to be fed with, where somebody says so. `goes_backward` has a real backward
    pass follow the forward pass in train mode.
    `scripted` are what stands for scripted models, by identity, with the models that they were made from.
    While `quiet` is not 0, library code is at work, or headlint's own, and nothing that happens is the user's doing.
    """

    def __init__(self, source: Source, device: str) -> None:
        self.source = source
        self.device = device
        self.registry = Registry()
        self.journal = Journal()
        self.patches = Patches()
        self.given: Given | None = None
        self.goes_backward = False
        self.quiet = 0
        self.scripted: dict[int, tuple[nn.Module, nn.Module, str, Place]] = {}
        self.optimizers: list[Optimizer] = []
        self.boxes: list[tuple[nn.Module, str, Any, Place]] = []
        self.passing: list[tuple[nn.Module, Place]] = []
        self.refused: list[tuple[BaseException, Unheard]] = []
        self.empty_optimizer = False
        self.blurred_optimizer = False
        self.choosing: list[dict[int, tuple[Tensor, bool]]] = []
        self.made: dict[int, tuple[nn.Module, Place | Unknown, str]] = {}
        self.runners: dict[int, Runner] = {}
        self.modes_set: dict[int, tuple[nn.Module, Place]] = {}

    @contextmanager
    def silently(self) -> Iterator[None]:
        """Nothing that happens in here is told."""
        self.quiet += 1
        try:
            yield
        finally:
            self.quiet -= 1

    def user_frame(self) -> FrameType | None:
        """The nearest frame of the script, None while library code that the user didn't ask for is at work."""
        return None if self.quiet else self.source.user_frame(sys._getframe(1))

    def place(self, frame: FrameType) -> Place:
        return self.source.place(frame)

    def held_parameters(self) -> set[int]:
        """The parameters that optimizers hold, by identity."""
        groups = (group for optimizer in self.optimizers for group in optimizer.param_groups)
        return {id(parameter) for group in groups for parameter in group["params"]}

    def home(self, module: nn.Module, place: Place) -> tuple[Origin, str]:
        """The innermost model that holds a module and the path in it; the outermost module is made one if none is."""
        found = self.registry.home(module)
        if found is None:
            outermost = self.registry.outermost(module)
            self.registry.enter(outermost, place, unpublished(outermost))
            found = self.registry.home(module)
        assert found is not None, "a module that was just made a model is found"
        return found

    def home_of_parameter(self, parameter: Tensor, place: Place) -> tuple[Origin, str] | None:
        """The innermost model that holds a parameter, and its path there; None for one that lies in no module."""
        found = self.registry.home_of_parameter(parameter)
        if found is None:
            container = self.registry.container_of(parameter)
            if container is not None:
                self.home(container, place)
                found = self.registry.home_of_parameter(parameter)
        return found
