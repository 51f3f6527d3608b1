"""A runtime witness that tells what a test wants it to have seen."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from headlint.history import Event, History, Model, Returned, Shape, Witness
from headlint.runtime.client import Outcome
from tests.rules.histories import at

if TYPE_CHECKING:
    from collections.abc import Callable

    import pytest

RESNET = Model(1, "resnet50", "torchvision", True, 1000)


class FakeRunner:
    """Stands for `headlint.runtime.client.Runner`; `told` answers for a path, `asked` are the paths that were run.

    `called` are the entry points that were asked for, with their arguments.
    """

    told: ClassVar[Callable[[str], Outcome]]
    asked: ClassVar[list[str]]
    called: ClassVar[list[tuple[str, dict[str, Any]]]]
    closed: ClassVar[int]

    def __init__(self, **_: object) -> None:
        pass

    def start(self) -> None:
        pass

    def run(self, path: str, _: str, entry: str, arguments: dict[str, Any]) -> Outcome:
        type(self).asked.append(path)
        if entry:
            type(self).called.append((entry, arguments))
        return type(self).told(path)

    def close(self) -> None:
        type(self).closed += 1


def install(patch: pytest.MonkeyPatch, told: Callable[[str], Outcome]) -> type[FakeRunner]:
    """Put the fake in the runner's place, on a machine that has torch as far as anybody can tell."""
    fake = type("Fake", (FakeRunner,), {"told": staticmethod(told), "asked": [], "called": [], "closed": 0})
    patch.setattr("headlint.runtime.client.Runner", fake)
    patch.setattr("headlint.runtime.client.missing", lambda: "")
    return fake


def ran(*events: Event, stopped: str = "", why: str = "") -> Outcome:
    """A run that saw these events."""
    return Outcome((History(Witness.RUNTIME, events, stopped=stopped),), why, 0.25)


def returned(line: int = 4) -> Returned:
    """resnet50 gave ten classes."""
    return Returned(at(line), RESNET, Shape(("batch", 10)), "torch.fx")
