"""The closing events: what the finished models do, and in which state they go into training."""

from __future__ import annotations

from typing import TYPE_CHECKING

from headlint.history import (
    Arrived,
    Left,
    Returned,
    Shape,
    TookPart,
    Unknown,
)
from headlint.runtime.worker.holes import is_hole
from headlint.runtime.worker.running.cutting import cut_off
from headlint.runtime.worker.running.givers import Giver, giver_of
from headlint.runtime.worker.running.holders import called_parts, parts_first
from headlint.runtime.worker.running.lacking import tell
from headlint.runtime.worker.running.observing import tensors_in
from headlint.runtime.worker.running.passes import Runner, Seen
from headlint.runtime.worker.running.readiness import readied, state_of
from headlint.runtime.worker.running.rebuilding import rebuilt
from headlint.runtime.worker.running.shapes import Naming
from headlint.runtime.worker.watching.keeping import made_in_forward
from headlint.runtime.worker.watching.layers import HOLE, gauge, layer_of
from headlint.runtime.worker.watching.models import WRAPPERS, Installation, Origin
from headlint.telling import is_changed_since_training

if TYPE_CHECKING:
    from collections.abc import Iterator

    from torch import nn

    from headlint.finding import Place
    from headlint.history import Sizes, Truth
    from headlint.runtime.worker.running.observing import Arrival
    from headlint.runtime.worker.watching.watch import Watch


def close(watch: Watch, place: Place | None = None) -> None:
    """Tell what is left to tell of every model; at `place`, where training begins, if it is given."""
    with watch.silently():
        standing = watch.registry.standing()
        for root in parts_first(watch, _ready(watch) if place is not None else list(watch.registry.roots())):
            inside = _models_in(watch, root)
            new = [one for one in standing if one.origin in inside and not one.told]
            if new or not all(origin.readied for origin in inside):
                _close_root(watch, root, inside, new, place)


def leave(watch: Watch) -> None:
    """Tell how models are left that went into training before, where something was frozen or thawed since."""
    events = watch.journal.events
    for origin in watch.registry.origins:
        if is_changed_since_training(events, origin.model):
            optimized, seen = watch.held_parameters(), Unknown("it was not run again")
            states = (state_of(watch, path, one, optimized, seen) for path, one in origin.module.named_parameters())
            watch.journal.add(Left(origin.place, origin.model, tuple(states)))


def _ready(watch: Watch) -> list[Origin]:
    """The models that may train now: not those that no optimizer holds yet, while another one is held."""
    roots = list(watch.registry.roots())
    if watch.blurred_optimizer:
        return roots
    held = watch.held_parameters()
    return [root for root in roots if any(id(one) in held for one in root.module.parameters())] or roots


def _models_in(watch: Watch, root: Origin) -> list[Origin]:
    held = {id(module) for module in root.module.modules()}
    return [origin for origin in watch.registry.origins if id(origin.module) in held]


def _close_root(watch: Watch, root: Origin, inside: list[Origin], new: list[Installation], place: Place | None) -> None:
    installed = [one for one in watch.registry.standing() if one.origin in inside]
    own = {id(module) for one in installed for module in _made(watch, one.child)}
    runner = watch.runners[id(root.module)] = Runner(root, watch, own)
    watch.passing.clear()
    seen = runner.see()
    lacking = next((name for origin in inside for name in origin.lacking), "")
    if lacking and (seen.failure or next(tensors_in(seen.evaluated.output), None) is None):
        seen.failure = f"what its `{lacking}` is depends on a value that only exists when the script really runs"
    watch.journal.events += made_in_forward(watch, root.module)
    lacked = tell(watch, root.module, seen.vain) if seen.vain is not None and seen.failure else None
    watch.journal.events += [lacked] if lacked is not None else []
    teller = _Teller(watch, seen, own)
    for one in new:
        one.told = True
        watch.journal.events += teller.arrivals(one)
        watch.journal.events += teller.clashes(one)
        watch.journal.events += teller.part(one)
    for origin in inside:
        if not origin.readied and not isinstance(origin.module, WRAPPERS):
            origin.readied = True
            if not called_parts(watch, origin):
                watch.journal.events += teller.returned(origin, is_root=origin is root)
            made = rebuilt(watch, origin, seen)
            watch.journal.events += [made] if made is not None else []
            watch.journal.add(readied(watch, origin, inside, seen, place))
    watch.journal.events += cut_off(watch, root, seen)


def _made(watch: Watch, module: nn.Module) -> Iterator[nn.Module]:
    """The modules that the user made below one that they installed: all but the inside of published models."""
    if not watch.registry.is_published(module):
        yield module
        for child in module.children():
            yield from _made(watch, child)


class _Teller:
    """Turns what was seen of one whole model into events."""

    def __init__(self, watch: Watch, seen: Seen, own: set[int]) -> None:
        self._registry = watch.registry
        self._source = watch.source
        self._seen = seen
        self._own = own
        self._naming = Naming(seen.evaluated.root)

    # ---- what arrives

    def arrivals(self, one: Installation) -> Iterator[Arrived]:
        """What arrives at the layers of a module that the user installed."""
        for index, module in self._layers(one.child, ""):
            arrival = self._arrival(module)
            path = f"{one.path}.{index}" if index else one.path
            if arrival is None and not self._seen.failure:
                continue
            if arrival is not None and arrival.giver is None and not arrival.fits:
                continue
            giver = giver_of(self._registry, self._own, (one.origin, path), arrival.giver if arrival else None)
            giver = Giver(arrival.joined) if arrival is not None and arrival.joined else giver
            what = layer_of(module), self._shape_at(module), *giver, self._seen.cures.get(id(module))
            yield Arrived(one.place, one.origin.model, path, index, *what)

    def clashes(self, one: Installation) -> Iterator[Arrived]:
        """What arrives at the library's own layers from a module of the user's that they don't fit.

        A module that doesn't fit itself gives nothing that could be told.
        """
        made = {id(module) for module in one.child.modules() if module not in self._seen.evaluated.clashes}
        for module in self._seen.evaluated.clashes:
            arrival = self._arrival(module)
            home = self._registry.home(module)
            if id(module) in self._own or arrival is None or home is None or id(arrival.giver) not in made:
                continue
            if home[0].apart:
                continue
            giver = giver_of(self._registry, made, home, arrival.giver)
            yield Arrived(one.place, home[0].model, home[1], "", layer_of(module), self._shape_at(module), *giver)

    def _layers(self, module: nn.Module, path: str) -> Iterator[tuple[str, nn.Module]]:
        """The layers with a width in an installed module, without those of other models."""
        if self._registry.origin_of(module) is not None or self._registry.is_published(module):
            return
        if gauge(module) is not None:
            yield path, module
        for name, child in module.named_children():
            yield from self._layers(child, f"{path}.{name}" if path else name)

    def _arrival(self, module: nn.Module) -> Arrival | None:
        """What arrives at a layer in eval mode, else in train mode: auxiliary heads are used in that alone."""
        found = self._seen.evaluated.arrivals.get(id(module))
        return found or (self._seen.trained.arrivals.get(id(module)) if self._seen.trained else None)

    def _shape_at(self, module: nn.Module) -> Shape | Unknown:
        arrival = self._arrival(module)
        if arrival is None:
            return Unknown(self._seen.failure)
        if id(module) in self._seen.cures:
            return Unknown(_dependent(self._seen.cures[id(module)]))
        again = self._seen.trained.arrivals.get(id(module)) if self._seen.trained else None
        again = None if again is arrival else again
        return self._naming.arriving(arrival.shape, again.shape if again else None, arrival.giver)

    # ---- what takes part, what comes out

    def part(self, one: Installation) -> Iterator[TookPart]:
        """Whether a module that the user installed takes part."""
        if one.replaces:
            answer = self._takes_part(one.child)
            name = one.path.rpartition(".")[2]
            if answer is False and self._source.calls_attribute(name):
                answer = Unknown(f"the script itself calls `.{name}(…)`")
            elif answer is False and not one.origin.model.library and self._source.reads(name):
                answer = Unknown(f"the run didn't get to where the script reads `.{name}`")
            yield TookPart(one.place, one.origin.model, one.path, layer_of(one.child), answer)

    def _takes_part(self, child: nn.Module) -> Truth:
        passes = [self._seen.evaluated, *([self._seen.trained] if self._seen.trained else [])]
        if any(id(module) in observer.called for observer in passes for module in child.modules()):
            return True
        reached = self._seen.gradients
        if reached is not None:
            return any(id(parameter) in reached for parameter in child.parameters())
        if self._seen.graph is not None:
            return self._is_in_graph(child, self._seen.graph)
        return Unknown(self._seen.failure or "its forward pass needs more than one input in train mode")

    def _is_in_graph(self, child: nn.Module, used: frozenset[str]) -> bool:
        root = self._seen.evaluated.root
        path = next((path for path, module in root.named_modules() if module is child), None)
        return path is not None and any(one == path or one.startswith(f"{path}.") for one in used)

    def returned(self, origin: Origin, *, is_root: bool) -> Iterator[Returned]:
        """What a model gives, as far as it was seen; nothing of a loss of the user's own, which has no parameters."""
        trained = self._seen.trained
        if (is_root and origin.apart) or next(origin.module.parameters(), None) is None:
            return
        if is_root:
            output = self._seen.evaluated.output
            again = trained.output if trained else None
            sizes = next(filter(None, self._seen.cures.values()), None)
            yield Returned(origin.place, origin.model, self._shape_of(origin, output, again), self._seen.traced, sizes)
        elif trained is not None and id(origin.module) in trained.returned:
            output = trained.returned[id(origin.module)]
            yield Returned(origin.place, origin.model, self._shape_of(origin, output, None), self._seen.traced)

    def _shape_of(self, origin: Origin, output: object, again: object) -> Shape | Unknown:
        if self._seen.failure:
            return Unknown(self._seen.failure)
        inside = {id(module) for module in origin.module.modules()}
        clash = next((module for module in self._seen.evaluated.clashes if id(module) in inside), None)
        if clash is not None:
            return Unknown(f"the forward pass fails at {self._named(clash)}")
        first, second = (next(tensors_in(one), None) for one in (output, again))
        if first is None:
            return Unknown(HOLE if is_hole(output) else "it returns no tensor")
        return self._naming.returned(tuple(first.shape), tuple(second.shape) if second is not None else None)

    def _named(self, module: nn.Module) -> str:
        path = next((path for path, one in self._seen.evaluated.root.named_modules() if one is module), "")
        return f"`{path}`" if path else f"the {type(module).__name__}"


def _dependent(sizes: Sizes | None) -> str:
    if sizes is None or isinstance(sizes.works, Unknown):
        return "what arrives depends on the size of the input, which only the data decide"
    return f"it fits images of {sizes.works} x {sizes.works}, and not of {sizes.fails} x {sizes.fails}"
