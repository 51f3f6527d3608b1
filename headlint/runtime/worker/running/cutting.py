"""Tells which parameters a checkpointed stretch of the forward pass cuts off from their gradients."""

from __future__ import annotations

from typing import TYPE_CHECKING

from headlint.history import CutOff

if TYPE_CHECKING:
    from collections.abc import Iterator

    from headlint.finding import Place
    from headlint.runtime.worker.running.checkpoints import Stretch
    from headlint.runtime.worker.running.passes import Seen
    from headlint.runtime.worker.watching.models import Origin
    from headlint.runtime.worker.watching.watch import Watch


def cut_off(watch: Watch, root: Origin, seen: Seen) -> Iterator[CutOff]:
    """What is told of each stretch in which a gradient gets lost, model by model."""
    for stretch in seen.cut_off:
        homes: dict[int, tuple[Origin, list[tuple[str, bool]]]] = {}
        for module in root.module.modules():
            for parameter in module._parameters.values() if id(module) in stretch.inside else ():
                home = watch.registry.home_of_parameter(parameter) if parameter is not None else None
                if home is not None and parameter is not None:
                    told = homes.setdefault(home[0].model.number, (home[0], []))[1]
                    told.append((home[1], parameter.requires_grad))
        for origin, parameters in homes.values():
            trainable = tuple(path for path, trains in parameters if trains)
            place = _place(watch, stretch) or origin.place
            yield CutOff(place, origin.model, trainable, len(parameters) - len(trainable))


def _place(watch: Watch, stretch: Stretch) -> Place | None:
    """Where the script itself checkpoints, if it does."""
    own = (line for file, line in stretch.lines if file == watch.source.path)
    line = next(own, 0)
    return watch.source.at(line) if line else None
