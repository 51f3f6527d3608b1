"""Forward passes of a whole model: in eval mode for shapes, in train mode for what takes part."""

from __future__ import annotations

from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import torch
from torch import Tensor, nn

from headlint.runtime.worker.errors import NO_ROOM, lacks_room, named
from headlint.runtime.worker.families.feeding import arguments
from headlint.runtime.worker.running.audit import reached
from headlint.runtime.worker.running.checkpoints import Stretch, checkpoints
from headlint.runtime.worker.running.graphs import Following, forget_constants, in_order, traced, used_in
from headlint.runtime.worker.running.inputs import Feed, feeds, guesses, other_sizes
from headlint.runtime.worker.running.lacking import Vain, in_vain
from headlint.runtime.worker.running.observing import Observer, tensors_in
from headlint.runtime.worker.running.real import go_backward, lying_on, sums_to_one
from headlint.runtime.worker.running.sizes import cure, doubtful, varying
from headlint.runtime.worker.watching.devices import all_on_meta, all_real

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence
    from contextlib import AbstractContextManager

    from torch import fx

    from headlint.runtime.worker.running.sizes import Cures
    from headlint.runtime.worker.watching.models import Origin
    from headlint.runtime.worker.watching.watch import Watch

_MOST_SIZES = 4
_MOST_NUMBERS = 60_000_000
EVAL_BATCH, TRAIN_BATCH = 2, 3
"""Different, so that a size which is the batch's shows in comparing both passes."""

_set_flag = torch._C.TensorBase.requires_grad.__set__


@dataclass(slots=True)
class Seen:
    """What the passes of one whole model showed. `failure` is why they could not be run, '' if they could.

    `gradients` are the parameters that a backward pass from the output reaches, by identity; None if that is unknown.
    `graph` are the paths of what torch.fx saw being used, None where it could not trace the model.
    `vain` is what a pass that failed asked of what a model returned.
    `cut_off` are stretches of the forward pass that get no gradient, because of how they are checkpointed.
    `cures` are layers that clash with inputs of one size and may not with those of another.
    """

    evaluated: Observer
    trained: Observer | None = None
    gradients: set[int] | None = None
    traced: str = ""
    graph: frozenset[str] | None = None
    failure: str = ""
    cures: Cures = field(default_factory=dict)
    cut_off: tuple[Stretch, ...] = ()
    vain: Vain | None = None


class Runner:
    """Runs one whole model."""

    def __init__(self, origin: Origin, watch: Watch, own: Collection[int]) -> None:
        self.root = origin.module
        self.device = watch.device
        self._goes_backward = watch.goes_backward
        self._given = watch.given
        self._hints = watch.source.shapes
        is_real = watch.device != "meta"
        fed = [watch.given.feed] if watch.given else None
        self._feeds = fed or feeds(origin, watch.registry, self._hints, small=is_real)
        self._own = own
        self._inner = {id(module) for module in self.root.modules() if watch.registry.origin_of(module) is not None}
        self._graph: fx.Graph | None = None
        self._went_through: tuple[Feed, bool] | None = None
        self._lacks_an_axis = False  # whether a pass failed since its input had an axis too few: a clip's frames
        self._misfed: nn.Module | None = None  # the layer that reads the input itself, where a pass failed behind it
        self._cured: Cures = {}  # layers that clashed with one guessed input, and with a later one don't

    def see(self) -> Seen:
        """Run the model in eval and in train mode: on meta first, then with real numbers if its way depends on them."""
        seen = Seen(Observer(self.root, self._own), failure="headlint doesn't know what its input looks like")
        with _modes_kept(self.root):
            with self._place():
                self._graph = traced(self.root)
                seen.graph = used_in(self._graph) if self._graph is not None else None
                self._see(seen)
            if seen.failure and self._feeds and self.device == "meta" and _size(self.root) < _MOST_NUMBERS:
                with all_real(self.root) as stands_for:
                    self._see(seen, real=True)
                if seen.gradients is not None:
                    seen.gradients = {stands_for.get(one, one) for one in seen.gradients}
        forget_constants(self.root)
        return seen

    def _see(self, seen: Seen, *, real: bool = False) -> None:
        _set_mode(self.root, training=False)
        feed = self._evaluate(seen)
        if feed is not None:
            self._went_through = feed, real
            self._train(seen, feed)

    def _place(self) -> AbstractContextManager[None]:
        return all_on_meta(self.root) if self.device == "meta" else lying_on(self.root, self.device)

    def gives_shares(self) -> bool:
        """Whether its output's rows sum to one, as those of a softmax do; false as well where that is too much to ask.

        The numbers decide, whatever code has made them.
        """
        if _size(self.root) > _MOST_NUMBERS:
            return False
        first = next(tensors_in(self.replay(with_numbers=True)), None)
        return first is not None and sums_to_one(first)

    def replay(self, *, with_numbers: bool = False) -> object:
        """What the model gives in train mode for an input that went through before; None if none did."""
        if self._went_through is None:
            return None
        feed, real = self._went_through
        real = real or (with_numbers and self.device == "meta")
        with _modes_kept(self.root), all_real(self.root) if real else self._place():
            for training in (True, False):
                _set_mode(self.root, training=training)
                observer = Observer(self.root, self._own)
                with suppress(Exception), torch.no_grad(), observer.watching():
                    return self._forward(feed, TRAIN_BATCH, observer)
        return None

    # ---- eval mode

    def _evaluate(self, seen: Seen) -> Feed | None:
        """The first feed that goes through, without a clash if there is one such."""
        best = self._best(self._feeds, seen)
        if best is not None and not best[0].certain and best[1].misfed:
            best = self._best(guesses(best[1].misfed[0], self._hints), seen) or best
        if best is None and self._misfed is not None and self._given is None:
            best = self._best(guesses(self._misfed, self._hints), seen)
        if best is None and self._lacks_an_axis and self._given is None:
            best = self._best([feed.of_clips() for feed in self._feeds], seen)
        if best is None and self._feeds and self._given is None:
            best = self._best(other_sizes(self._feeds[0])[:_MOST_SIZES], seen)
        if best is None:
            return None
        seen.evaluated, seen.failure = best[1], ""
        seen.cures = doubtful(self._attempt, *best) if best[1].clashes and not self._given else self._cured
        return best[0]

    def _best(self, candidates: Sequence[Feed], seen: Seen) -> tuple[Feed, Observer] | None:
        best: tuple[Feed, Observer] | None = None
        for feed in candidates:
            observer = self._attempt(feed, seen)
            if observer is None:
                continue
            if best is None or not observer.clashes:
                self._cured = _cured(*best, feed) if best is not None else {}
                best = feed, observer
            if not observer.clashes or not (feed.certain or varying(self._attempt, feed, observer)):
                break
        return best

    def _attempt(self, feed: Feed, seen: Seen | None = None) -> Observer | None:
        """One forward pass in eval mode, through the graph if there is one, else with hooks alone.

        One that stops behind a layer of the user's, which was handed what it can't read, tells what arrived until then.
        """
        stopped: Observer | None = None
        for graph in (self._graph, None) if self._graph is not None else (None,):
            observer = Observer(self.root, self._own, self._inner, feed.stretch)
            try:
                with torch.no_grad(), observer.watching():
                    observer.output = self._forward(feed, EVAL_BATCH, observer, graph)
            except Exception as error:  # a forward of anybody's may fail in any way
                if seen is not None and seen.vain is None:
                    seen.vain = in_vain(error, observer.returned)
                    why = NO_ROOM if lacks_room(error) else f"with {named(error)} on a dummy input"
                    seen.failure = f"its forward pass stops{':' if why is NO_ROOM else ''} {why}"
                self._lacks_an_axis = self._lacks_an_axis or _is_for_an_axis(error, len(feed.dims) + 1)
                if observer.misfed and not feed.certain:
                    self._misfed = self._misfed or observer.misfed[0]
                if observer.clashes and all(id(module) in self._own for module in observer.clashes):
                    stopped = stopped or observer
                continue
            if seen is not None:
                seen.traced = "hooks" if graph is None else "torch.fx"
            return observer
        return stopped

    def _forward(self, feed: Feed, batch: int, observer: Observer, graph: fx.Graph | None = None) -> object:
        like = next((one for one in self.root.parameters() if one.is_floating_point()), None)
        device = str(like.device) if like is not None else self.device
        if self._given is not None:
            args, named = self._given.arguments(batch, device)
        else:
            args, named = arguments(self.root, feed.tensor(batch, like, device))
        ordered = in_order(graph, args, named) if graph is not None else None
        if graph is None or ordered is None:
            return self.root(*args, **named)
        return Following(self.root, graph, observer).run(*ordered)

    # ---- train mode

    def _train(self, seen: Seen, feed: Feed) -> None:
        """One pass in train mode with everything thawed; in eval mode where train mode asks for more than an input."""
        for training in (True, False):
            _set_mode(self.root, training=training)
            observer = Observer(self.root, self._own, self._inner)
            with suppress(Exception):  # a forward of anybody's may fail in any way
                with torch.enable_grad(), _thawed(self.root), observer.watching(), checkpoints(observer) as stretches:
                    observer.output = self._forward(feed, TRAIN_BATCH, observer)
                    seen.gradients = reached(tensors_in(observer.output)) | self._asked_for(stretches)
                    if self._goes_backward:
                        seen.failure = go_backward(tensors_in(observer.output), self.root)
                seen.trained = observer
                seen.cut_off = self._cut_off(feed) if stretches else ()
                return

    def _asked_for(self, stretches: Sequence[Stretch]) -> set[int]:
        """The parameters in checkpointed stretches that a backward pass computes anew, by identity."""
        inside = {one for stretch in stretches if stretch.asks for one in stretch.inside}
        modules = (module for module in self.root.modules() if id(module) in inside)
        return {id(parameter) for module in modules for parameter in module._parameters.values()}

    def _cut_off(self, feed: Feed) -> tuple[Stretch, ...]:
        """The checkpointed stretches that get no gradient as the parameters are frozen now."""
        observer = Observer(self.root, self._own)
        with suppress(Exception):  # as above
            with torch.enable_grad(), observer.watching(), checkpoints(observer) as stretches:
                self._forward(feed, TRAIN_BATCH, observer)
            return tuple(stretch for stretch in stretches if not stretch.asks)
        return ()


def _is_for_an_axis(error: Exception, rank: int) -> bool:
    """Whether a forward pass fails at `batch, frames, channels, height, width = clip.shape` for want of an axis."""
    return isinstance(error, ValueError) and f"expected {rank + 1}, got {rank})" in str(error)


def _cured(feed: Feed, observer: Observer, other: Feed) -> Cures:
    """The layers that clashed with a feed, where nothing clashes with another."""
    return {id(module): cure(feed, observer, module, other.dims[-1]) for module in observer.clashes}


def _size(root: nn.Module) -> int:
    return sum(parameter.numel() for parameter in root.parameters())


def _set_mode(root: nn.Module, *, training: bool) -> None:
    """Set the mode of every module, past methods that a class may have put in the place of `train`."""
    for module in root.modules():
        module.training = training


@contextmanager
def _modes_kept(root: nn.Module) -> Iterator[None]:
    before = [(module, module.training) for module in root.modules()]
    try:
        yield
    finally:
        for module, training in before:
            module.training = training


@contextmanager
def _thawed(root: nn.Module) -> Iterator[None]:
    """While this lasts, every parameter asks for a gradient."""
    frozen: list[Tensor] = [one for one in root.parameters() if not one.requires_grad and one.is_floating_point()]
    for parameter in frozen:
        _set_flag(parameter, True)
    try:
        yield
    finally:
        for parameter in frozen:
            _set_flag(parameter, False)
