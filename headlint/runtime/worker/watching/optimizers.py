"""Watches optimizers: which parameters they take, by identity."""

from __future__ import annotations

import functools
import inspect
import sys
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor
from torch.optim import Optimizer

from headlint.history import GroupAdded, Unknown, UsedUp
from headlint.runtime.worker.holes import decided, is_hole

if TYPE_CHECKING:
    import ast

    from headlint.finding import Place
    from headlint.runtime.worker.watching.watch import Watch


def watch_optimizers(watch: Watch) -> None:
    """Begin to watch optimizers being built."""
    watch.patches.attribute(Optimizer, "__init__", _optimizer_init(watch))
    watch.patches.attribute(Optimizer, "add_param_group", _group_adder(watch))


def _optimizer_init(watch: Watch) -> Any:
    original = Optimizer.__init__

    @functools.wraps(original)
    def init(self: Optimizer, params: Any, *args: Any, **kwargs: Any) -> None:
        frame = watch.user_frame()
        used_up = _used_up(params)
        groups = params if is_hole(params) else _settled(params)
        given = [params] if is_hole(params) else _parameters(groups)
        held = [one for one in given if not is_hole(one)]
        is_blurred = len(held) < len(given) or (not held and bool(decided))
        if frame is not None:
            call = watch.source.call(frame)
            if used_up:
                watch.journal.add(UsedUp(watch.place(frame), _spelled(call), not held))
            _tell(watch, self, _spelled(call), None if is_blurred else held, watch.place(frame))
        with watch.silently():
            harmless = _harmless(groups) if held and not is_blurred else [torch.nn.Parameter(torch.zeros(1))]
            original(self, harmless, *args, **kwargs)
        watch.optimizers.append(self)

    return init


def _group_adder(watch: Watch) -> Any:
    original = Optimizer.add_param_group

    @functools.wraps(original)
    def add(self: Optimizer, group: Any) -> None:
        frame = sys._getframe(1)
        if not watch.source.is_user(frame) or not isinstance(group, dict) or is_hole(group.get("params")):
            original(self, group)
            return
        (settled,) = _settled([group])
        given = _parameters([settled])
        before = {id(one) for known in self.param_groups for one in known["params"]}
        twice = [one for one in given if id(one) in before]
        place = watch.place(frame)
        homes = [home for one in twice if (home := watch.home_of_parameter(one, place)) is not None]
        owners = tuple((origin.model.number, path) for origin, path in homes)
        number = next((at for at, known in enumerate(watch.optimizers, start=1) if known is self), 0)
        watch.journal.add(GroupAdded(place, number, type(self).__name__, owners))
        rest = [one for one in given if id(one) not in before]
        if rest or not twice:
            original(self, {**settled, "params": rest})

    return add


def _used_up(params: Any) -> bool:
    """Whether what an optimizer is given, or a group of it, is a generator that was read to its end before."""
    groups = params if isinstance(params, (list, tuple)) else [params]
    given = [group.get("params") if isinstance(group, dict) else group for group in groups]
    seen: set[int] = set()
    for one in given:
        if inspect.isgenerator(one):
            if one.gi_frame is None or id(one) in seen:
                return True
            seen.add(id(one))
    return False


def _settled(params: Any) -> Any:
    """What an optimizer is given, with every generator in it read out, so that it can be read twice."""
    if isinstance(params, (Tensor, dict)) or not hasattr(params, "__iter__"):
        return params
    groups = list(params)
    for position, group in enumerate(groups):
        if isinstance(group, dict) and "params" in group and not isinstance(group["params"], Tensor):
            groups[position] = {**group, "params": list(group["params"])}
    return groups


def _parameters(groups: Any) -> list[Tensor]:
    found: list[Tensor] = []
    for entry in groups if isinstance(groups, list) else []:
        inner = entry.get("params", []) if isinstance(entry, dict) else entry
        ones = inner if isinstance(inner, list) else [inner]
        found += [one[1] if isinstance(one, tuple) and len(one) == 2 else one for one in ones]
    return found


def _harmless(groups: Any) -> Any:
    """What an optimizer is given, without what it was given twice: torch refuses that, and the run goes on."""
    if not isinstance(groups, list) or not groups or not isinstance(groups[0], dict):
        return groups
    seen: set[int] = set()
    for group in groups:
        if isinstance(group.get("params"), list):
            group["params"] = [one for one in group["params"] if id(one) not in seen]
            seen.update(id(one) for one in group["params"])
    return groups


def _spelled(call: ast.Call | None) -> str:
    from ast import unparse

    if call is None or not (call.args or call.keywords):
        return ""
    return unparse(call.args[0] if call.args else call.keywords[0].value)


def _lacks_a_module(watch: Watch) -> bool:
    """Whether some model of the script's holds a value that nobody knows, which may be a module with parameters."""
    return any(is_hole(value) for origin in watch.registry.origins for value in vars(origin.module).values())


def _tell(watch: Watch, optimizer: Optimizer, text: str, held: list[Tensor] | None, place: Place) -> None:
    name = type(optimizer).__name__
    if held is None or (not held and _lacks_a_module(watch)):
        watch.blurred_optimizer = True
        why = Unknown("its parameters depend on a value that only exists when the script really runs")
        watch.journal.optimizer(name, text, why, why, place)
        return
    watch.empty_optimizer = watch.empty_optimizer or not held
    homes = [home for one in held if (home := watch.home_of_parameter(one, place)) is not None]
    owners = tuple((origin.model.number, path) for origin, path in homes)
    watch.journal.optimizer(name, text, owners, len(held), place)
