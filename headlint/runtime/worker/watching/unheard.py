"""Tells of models and weights that a library doesn't have, where the script failed at asking for one."""

from __future__ import annotations

import ast
import sys
from types import ModuleType
from typing import TYPE_CHECKING, Any

from headlint.history import Sort, Unheard
from headlint.runtime.worker.holes import AS_TEXT, is_hole
from headlint.runtime.worker.scripts.missing import asked_in_vain
from headlint.telling import is_meant
from headlint.zoo import close_names, split_name, version

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import FrameType, TracebackType

    from headlint.finding import Place
    from headlint.runtime.worker.watching.watch import Watch

_MODELS = "torchvision.models"


def unheard(watch: Watch, error: BaseException) -> Unheard | None:
    """What the script asked a library for in vain, None if it failed for another reason."""
    failing = _last_of_script(watch, error.__traceback__)
    if failing is None:
        return None
    place = watch.source.at(failing.tb_lineno)
    for known, event in watch.refused:
        if known is error:
            return event
    return _attribute(error, place) if isinstance(error, AttributeError) else None


def _last_of_script(watch: Watch, trace: TracebackType | None) -> TracebackType | None:
    found = None
    while trace is not None:
        found = trace if watch.source.is_user(trace.tb_frame) else found
        trace = trace.tb_next
    return found


def _attribute(error: AttributeError, place: Place) -> Unheard | None:
    """A builder of torchvision's, or a member of an enum of weights."""
    owner, name = error.obj, str(error.name)
    if AS_TEXT in name:
        return None
    if isinstance(owner, ModuleType) and owner.__name__.startswith(_MODELS):
        return _no_model("torchvision", name, place)
    models: Any = sys.modules.get(_MODELS)
    if models is None or not isinstance(owner, type) or not issubclass(owner, models.WeightsEnum):
        return None
    members = tuple(vars(owner)["_member_names_"])
    return Unheard(place, "torchvision", version("torchvision"), Sort.WEIGHTS, owner.__name__, name, members, None)


def imported(watch: Watch) -> Iterator[Unheard]:
    """The builders of torchvision's that the script imported by name and that aren't there."""
    for name, line in dict.fromkeys(asked_in_vain):
        yield _no_model("torchvision", name.rpartition(".")[2], watch.source.at(line))


def _no_model(library: str, name: str, place: Place) -> Unheard:
    return Unheard(place, library, version(library), Sort.MODEL, library, name, close_names(library, name), None)


def refused(watch: Watch, frame: FrameType, error: BaseException, asked: tuple[str, str, object]) -> None:
    """A builder raised: note whether that is because there is no such model, or no such weights of it."""
    library, name, wants = asked
    if is_hole(name) or any(mark in name for mark in (":", "/", AS_TEXT)):
        return
    place = watch.place(frame)
    event: Unheard | None = None
    if library == "torchvision":
        event = _refused_by_torchvision(name, wants, place)
    elif library == "timm":
        event = _refused_by_timm(name, place)
    statement = watch.source.statement(frame)
    written = ast.unparse(statement) if statement is not None else ""
    if event is not None and (is_meant(event.name, event.near, written) or is_meant(name, (), written)):
        watch.refused.append((error, event))


def _refused_by_torchvision(name: str, wants: object, place: Place) -> Unheard | None:
    api: Any = sys.modules[f"{_MODELS}._api"]
    if name.lower() not in api.BUILTIN_MODELS:
        return _no_model("torchvision", name, place)
    if not isinstance(wants, str):
        return None
    members = [one.name for one in api.get_model_weights(name)]
    asked = wants.rpartition(".")[2]
    if asked in {*members, "DEFAULT"}:
        return None
    release = version("torchvision")
    return Unheard(place, "torchvision", release, Sort.WEIGHTS, name, asked, tuple(members), None)


def _refused_by_timm(name: str, place: Place) -> Unheard | None:
    timm: Any = sys.modules["timm"]
    plain, _, tag = split_name("timm", name)
    if not timm.is_model(plain):
        return _no_model("timm", plain, place)
    known = [one.partition(".")[2] for one in timm.list_pretrained(f"{plain}.*")]
    if not tag or tag in known:
        return None
    return Unheard(place, "timm", version("timm"), Sort.WEIGHTS, plain, tag, tuple(known[:2]), None)
