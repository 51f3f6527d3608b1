"""What arrives at and leaves every module in a real forward pass."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

Told = tuple[int, ...] | str
"""A shape, or the reason why there is none."""

Dims = list[int | str] | str
"""A shape with the batch named, or the reason why there is none."""


@dataclass(frozen=True, slots=True)
class Call:
    """One call of a module's forward."""

    arrives: Told
    leaves: Told


Calls = dict[str, list[Call]]
"""The calls of every module that was called, by path, in the order of their first calls' ends."""


def shape_of(value: Any, verb: str) -> Told:
    """The shape of the tensor that a module takes or returns, or what it `verb`s instead."""
    import torch

    if isinstance(value, torch.Tensor):
        return tuple(value.shape)
    kind = type(value).__name__
    return f"it {verb} {'several tensors' if isinstance(value, tuple | list | dict) else f'a {kind}'}"


def entries(result: Any) -> Iterator[tuple[str, Any]]:
    """The named tensors of what a model returns."""
    import torch

    names = getattr(result, "_fields", None)
    found = zip(names, result, strict=True) if names else result.items() if isinstance(result, dict) else ()
    yield from ((str(name), value) for name, value in found if isinstance(value, torch.Tensor))


def watch(model: Any, run: Callable[[], Any]) -> tuple[Calls, Any]:
    """Run a forward pass under hooks; returns the calls and what `run` returns."""
    calls: defaultdict[str, list[Call]] = defaultdict(list)

    def hook_for(path: str) -> Callable[..., None]:
        def hook(_module: Any, args: Any, kwargs: Any, output: Any) -> None:
            given = args[0] if args else next(iter(kwargs.values()), None)
            calls[path].append(Call(shape_of(given, "takes"), shape_of(output, "returns")))

        return hook

    handles = [module.register_forward_hook(hook_for(path), with_kwargs=True) for path, module in model.named_modules()]
    try:
        result = run()
    finally:
        for handle in handles:
            handle.remove()
    return dict(calls), result


BATCHES = (2, 3)


def named_dims(runs: tuple[list[Told], list[Told]], *, of_boxes: bool = False) -> Dims:
    """The dims of a tensor seen in two runs with different batch sizes; sizes that stand for no number are named.

    `runs` has one entry per call in each of the runs.
    """
    told = [shape for run in runs for shape in run]
    reason = next((shape for shape in told if isinstance(shape, str)), None)
    if reason is not None:
        return reason
    if len({len(shape) for shape in told}) > 1:
        return "tensors of different ranks pass through it"
    return [_dim(axis, len(told[0]), runs, of_boxes) for axis in range(len(told[0]))]


def _dim(axis: int, rank: int, runs: tuple[list[Any], list[Any]], of_boxes: bool) -> int | str:
    small, large = ({shape[axis] for shape in run} for run in runs)
    if len(small) == len(large) == 1:
        first, second = small.pop(), large.pop()
        if first == second:
            return int(first)
        factor, rest = divmod(first, BATCHES[0])
        if not rest and factor * BATCHES[1] == second and (factor == 1 or not of_boxes):
            return "batch" if factor == 1 else f"{factor}*batch"
    usual = {3: ("boxes", "anchors"), 4: ("boxes", "channels", "height", "width")}
    named = usual.get(rank, ("boxes",)) if of_boxes else ()
    return named[axis] if axis < len(named) else "any"


@dataclass(frozen=True, slots=True)
class Flow:
    """Two forward passes of one model, with `BATCHES`."""

    calls: tuple[Calls, Calls]
    results: tuple[Any, Any]
    of_boxes: bool = False

    @property
    def main_output(self) -> Any:
        """What the first pass returned, its first entry where that is a dictionary."""
        result = self.results[0]
        return next(iter(result.values())) if isinstance(result, dict) else result

    def outputs(self) -> dict[str, Dims]:
        """The shapes of the entries of a returned dictionary or named tuple, none for a plain tensor."""
        one, other = (dict(entries(result)) for result in self.results)
        shapes = {name: ([shape_of(one[name], "is")], [shape_of(other[name], "is")]) for name in one}
        return {name: named_dims(shape, of_boxes=self.of_boxes) for name, shape in shapes.items()}

    def called(self, path: str) -> bool:
        return path in self.calls[0]

    def arrives(self, path: str) -> Dims:
        return self._dims(path, "arrives")

    def leaves(self, path: str) -> Dims:
        return self._dims(path, "leaves")

    def _dims(self, path: str, side: str) -> Dims:
        if not all(path in calls for calls in self.calls):
            return "its forward is never called"
        seen = tuple([getattr(call, side) for call in calls[path]] for calls in self.calls)
        return named_dims((seen[0], seen[1]), of_boxes=self.of_boxes)
