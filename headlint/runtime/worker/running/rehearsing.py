"""Goes once through what the script does in a training step, to see which loss meets which model's output.

Data are holes. A model that is given one gives what it gave when it was run; a loss that is given that tells so.
"""

from __future__ import annotations

import sys
from contextlib import contextmanager, suppress
from functools import partial
from typing import TYPE_CHECKING, Any

from torch import Tensor, nn

from headlint.history import Activation, Argument, Loss, LossMet, Shape, Target, Unknown
from headlint.history.losses import FUNCTIONS, WEIGHTS
from headlint.project import is_test
from headlint.runtime.worker.families.labels import ask_for_loss, asking_for_loss
from headlint.runtime.worker.holes import Hole
from headlint.runtime.worker.running.observing import tensors_in
from headlint.runtime.worker.running.passes import Runner
from headlint.runtime.worker.running.shapes import Naming
from headlint.runtime.worker.running.trails import Following, Source, Trails
from headlint.runtime.worker.watching.layers import HOLE
from headlint.runtime.worker.watching.making import place_of, spelled
from headlint.runtime.worker.watching.models import WRAPPERS
from headlint.runtime.worker.watching.modes import tell_norms

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import FrameType

    from headlint.finding import Place
    from headlint.runtime.worker.running.trails import Trail
    from headlint.runtime.worker.watching.models import Origin
    from headlint.runtime.worker.watching.watch import Watch


class Rehearsal:
    """The rehearsals of one run."""

    def __init__(self, watch: Watch) -> None:
        self._watch = watch
        self._trails = Trails(watch)
        self._following = Following(self._trails, self._instead)
        self._outputs: dict[int, tuple[nn.Module, Any]] = {}
        self._met: set[tuple[Place, int, str]] = set()
        self._called: dict[int, nn.Module] = {}
        self._is_on = False
        self._is_replaying = False

    def run(self, function: Callable[[], Any]) -> None:
        """Go through a training step. Whatever it raises ends it, and nothing else."""
        with suppress(Exception), self._on():
            function()

    def run_steps(self) -> None:
        """Go through the training steps of modules that a trainer trains."""
        if is_test(self._watch.source.path):
            return
        for origin in list(self._watch.registry.origins):
            step = getattr(origin.module, "training_step", None)
            if callable(step) and not isinstance(step, Hole):
                self.run(partial(step, Hole("batch"), Hole("batch_idx")))
                self._watch.journal.events += tell_norms(self._watch, origin.module, by_trainer=True)

    def stepped(self) -> None:
        """A step of training ends: what was called in it is trained."""
        for module in self._called.values():
            self._watch.journal.events += tell_norms(self._watch, module)
        self._called.clear()

    @contextmanager
    def _on(self) -> Iterator[None]:
        if self._is_on:
            yield
            return
        self._is_on = True
        original = nn.Module.__call__
        plain = getattr(original, "__wrapped__", original)
        nn.Module.__call__ = self._caller(original, plain)  # for as long as this lasts
        try:
            with self._watch.silently(), self._following:
                yield
        finally:
            nn.Module.__call__ = original
            self._is_on = False

    def _caller(self, original: Any, plain: Any) -> Any:
        def __call__(module: nn.Module, *args: Any, **named: Any) -> Any:  # noqa: N807  # takes that method's place
            first = next(iter((*args, *named.values())), None)
            source = self._trails.of(first)
            is_known = source is not None and source.origin is not None
            if is_known and not self._is_replaying and type(module).__name__ in FUNCTIONS.values():
                return self._met_by_layer(module, args, named)
            if self._is_replaying or is_known:
                with self._trails.inside(module):
                    output = plain(module, *args, **named)
                self._trails.after_layer(module, output)
                return output
            origin = self._watch.registry.origin_of(module)
            if origin is not None and (isinstance(first, (Hole, Tensor)) or not (args or named)):
                return self._asked(origin, sys._getframe(1), "labels" in named)
            return original(module, *args, **named)

        return __call__

    # ---- models

    def _asked(self, origin: Origin, frame: FrameType, has_labels: bool) -> Any:
        """What a model gives, of which one of transformers computes its loss if it is given labels."""
        self._called[id(origin.module)] = origin.module
        output, place = self._output_of(origin), place_of(self._watch, frame)
        if origin.model.library != "transformers" or place is None or isinstance(place, Unknown):
            return output
        ask = partial(ask_for_loss, self._watch, origin, place, spelled(self._watch, frame).partition("(")[0])
        if has_labels:
            ask()
        return asking_for_loss(output, ask)

    def _output_of(self, origin: Origin) -> Any:
        """What a model gives in a training step."""
        known = self._outputs.get(id(origin.module))
        if known is None:
            known = self._outputs[id(origin.module)] = origin.module, self._replayed(origin)
        return known[1]

    def _replayed(self, origin: Origin) -> Any:
        watch = self._watch
        runner = watch.runners.get(id(origin.module))
        self._is_replaying = True
        try:
            if runner is None:
                runner = Runner(origin, watch, set())
                runner.see()
            output = runner.replay()
        finally:
            self._is_replaying = False
        for tensor in tensors_in(output):
            source = self._trails.of(tensor)
            if source is not None:
                self._trails.note(tensor, Source(source.trail, origin, source.layer))
        return output if output is not None else Hole("output")

    # ---- losses

    def _instead(self, name: str, args: Any, named: dict[str, Any]) -> Any:
        """What a loss that is called as a function gives; None for another function."""
        if name not in FUNCTIONS or self._is_replaying:
            return None
        place = place_of(self._watch, sys._getframe(1))
        if place is None or isinstance(place, Unknown):
            return None
        text = spelled(self._watch, sys._getframe(1)).partition("(")[0]
        weighed = [argument for argument in WEIGHTS if named.get(argument) is not None]
        return self._meet(Loss(FUNCTIONS[name], place, text or name, None, _weights(weighed)), args, named)

    def _met_by_layer(self, module: nn.Module, args: Any, named: dict[str, Any]) -> Any:
        """A loss made before the rehearsal, or in the very statement that calls it."""
        _, place, text = self._watch.made.get(id(module)) or (module, place_of(self._watch, sys._getframe(1)), "")
        if place is None or isinstance(place, Unknown):
            return Hole("loss")
        kind = type(module).__name__
        weighed = [argument for argument in WEIGHTS if getattr(module, argument, None) is not None]
        loss = Loss(kind, place, text.partition("(")[0] or f"nn.{kind}", None, _weights(weighed))
        return self._meet(loss, args, named)

    def _meet(self, loss: Loss, args: Any, named: dict[str, Any]) -> Any:
        output = named.get("input", args[0] if args else None)
        source = self._trails.of(output)
        place = place_of(self._watch, sys._getframe(1))
        if isinstance(output, Tensor) and source is not None and source.origin is not None:
            told = place if place is not None and not isinstance(place, Unknown) else loss.place
            self._tell(loss, output, source, told)
        return Hole("loss")

    def _tell(self, loss: Loss, output: Tensor, source: Source, place: Place) -> None:
        assert source.origin is not None
        origin = self._unwrapped(source.origin)
        key = place, origin.model.number, loss.kind
        if key in self._met:
            return
        self._met.add(key)
        head, path = self._head(source, origin)
        shape = self._shape(output, source.origin.module)
        target = Target(Unknown(HOLE), Unknown(HOLE))
        trail = self._shares(output, source.origin, place) if isinstance(source.trail, Unknown) else None
        self._watch.journal.add(LossMet(place, origin.model, loss, trail or source.trail, shape, target, head, path))

    def _shares(self, output: Tensor, origin: Origin, place: Place) -> Trail | None:
        """A softmax that the user's own arithmetic amounts to, where a model's output goes straight into a loss."""
        whole, runner = self._outputs.get(id(origin.module)), self._watch.runners.get(id(origin.module))
        is_whole = whole is not None and any(one is output for one in tensors_in(whole[1]))
        if not is_whole or runner is None:
            return None
        before, self._is_replaying = self._is_replaying, True
        try:
            gives_shares = runner.gives_shares()
        finally:
            self._is_replaying = before
        made, text = self._trails.made_by(output) or (place, "what the model gives")
        return (Activation("Softmax", made, text, axis=1),) if gives_shares else None

    def _shape(self, output: Tensor, root: nn.Module) -> Shape | Unknown:
        return Naming(root).returned(tuple(output.shape), None)

    def _unwrapped(self, origin: Origin) -> Origin:
        module = origin.module
        while isinstance(module, WRAPPERS):
            module = module.module
        return self._watch.registry.origin_of(module) or origin

    def _head(self, source: Source, origin: Origin) -> tuple[Place, str]:
        """Where the last layer with a width came to its place."""
        layer = source.layer
        if layer is None:
            return origin.place, ""
        for one in reversed(self._watch.registry.standing()):
            if any(module is layer for module in one.child.modules()):
                return one.place, one.path
        home = self._watch.registry.home(layer)
        return (home[0] if home is not None else origin).place, ""


def _weights(names: list[str]) -> tuple[Argument, ...]:
    """The weights that a loss is given, whose numbers nothing depends on."""
    return tuple(Argument(name, Unknown("its numbers are not looked at"), None) for name in names)
