"""What a tolerant slice calls while it runs: see `headlint.runtime.slices.tolerance`, which writes these calls."""

from __future__ import annotations

import importlib
import importlib.util
import itertools
import sys
from typing import TYPE_CHECKING, Any

from headlint.runtime.worker.errors import NO_ROOM, lacks_room
from headlint.runtime.worker.holes import AS_TEXT, Hole, HoleModule, is_hole, length, whole

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import FrameType

__all__ = [
    "choosing",
    "enter",
    "fell",
    "fits",
    "given",
    "hole",
    "known",
    "length",
    "loop",
    "need",
    "noted",
    "turns",
    "whole",
]

_LIBRARIES = frozenset({"torchvision", "timm"})
_MOST_ITEMS = 20_000
_MOST_CHOICES = 16
_MOST_TURNS = 2_000
_OUTSIDE = (ImportError, OSError, EOFError, NameError, NotImplementedError, MemoryError, StopIteration, UnicodeError)
"""What a script raises because of where it runs, or because something before it was left out."""

fallen: list[tuple[int, BaseException]] = []
"""What could not be executed in this process, by line."""
_turns: dict[tuple[int, int], int] = {}


def hole(name: str = "") -> Hole:
    """What is bound where a statement could not be executed."""
    return Hole(name)


Names = tuple[str, ...]


def fell(watcher: Any, line: int, bound: Names, read: Names, changed: Names, error: BaseException) -> None:
    """A statement raised. What it would have bound becomes holes, unless that would tell untruths.

    Raises the error again if it is the script's own fault, which ends the script as it would; and if a model was to be
    changed, since nothing is known of that model from here on.
    """
    told = getattr(watcher, "fell", None)
    if told is not None:
        told(line, bound, error)
    frame = sys._getframe(1)
    if _is_own_fault(error, read, frame) or any(_holds_module(_value(name, frame)) for name in changed):
        raise error
    if not getattr(watcher, "is_elsewhere", False):
        fallen.append((line, error))


def first_fallen(building: frozenset[int]) -> str:
    """Why a run came to nothing: the first statement that could not be executed and should have built something."""
    for line, error in sorted(fallen, key=lambda one: (one[0] not in building, isinstance(one[1], NameError))):
        text = (str(error).strip().split("\n") or [""])[0][:160]
        if lacks_room(error):
            return f"line {line} can't be executed here: {NO_ROOM}"
        if _is_of_hole(error, text):
            return f"line {line} depends on a value that only exists when the script really runs"
        return f"line {line} can't be executed here ({type(error).__name__}{f': {text}' if text else ''})"
    return ""


def _is_of_hole(error: BaseException, text: str) -> bool:
    """Whether an error speaks of a hole: by its class, or by the word that a hole is as a text."""
    return any(word in text for word in ("Hole", f"({AS_TEXT})", f"'{AS_TEXT}'")) or any(map(is_hole, error.args))


def _is_own_fault(error: BaseException, read: tuple[str, ...], frame: FrameType) -> bool:
    """Whether an error would be raised anywhere: real modules are concerned, and no value that nobody knows."""
    if isinstance(error, _OUTSIDE) or not isinstance(
        error, (AttributeError, TypeError, IndexError, KeyError, ValueError)
    ):
        return False
    values = [_value(name, frame) for name in read]
    return any(_is_module(value) for value in values) and not any(_is_unsure(value) for value in values)


def _value(name: str, frame: FrameType) -> object:
    if name in frame.f_locals:
        return frame.f_locals[name]
    return frame.f_globals.get(name)


def _is_module(value: object) -> bool:
    torch = sys.modules.get("torch")
    return torch is not None and isinstance(value, torch.nn.Module)


def _is_unsure(value: Any) -> bool:
    """Whether a value is a hole, or holds one."""
    if is_hole(value) or isinstance(value, HoleModule):
        return True
    if isinstance(value, (list, tuple, set, dict)):
        items: Any = value.values() if isinstance(value, dict) else value
        return any(is_hole(item) for item in itertools.islice(items, 50))
    held = getattr(value, "__dict__", None)
    is_open = type(value).__name__ in {"Namespace", "SimpleNamespace"} or _is_module(value)
    return is_open and isinstance(held, dict) and any(is_hole(item) for item in held.values())


def fits(*values: object) -> bool:
    """Whether a call that may train is given a model to train."""
    for value in values:
        if _is_module(value):
            _prepare(value)
            return True
    return any(_holds_module(value) for value in values)


def _holds_module(value: object) -> bool:
    """Whether a value is a module, or an object of a class of the script's that holds one."""
    if _is_module(value):
        return True
    held = getattr(value, "__dict__", None)
    if is_hole(value) or not isinstance(held, dict) or type(value).__module__ not in {"__main__", "headlint_script"}:
        return False
    return any(_is_module(item) for item in held.values())


def _prepare(model: Any) -> None:
    """A model that configures its own optimizers does so when its training begins."""
    for name, arguments in (("setup", ("fit",)), ("configure_model", ()), ("configure_optimizers", ())):
        method = getattr(model, name, None)
        if method is not None and not is_hole(method):
            try:
                method(*arguments)
            except Exception as error:  # as of any statement of the script
                if _is_own_fault(error, ("model",), sys._getframe()):
                    raise


def loop(items: Any, once: bool) -> Iterator[Any]:
    """The items of a loop that surely ends; one of them, if what the loop does is training, not choosing a model."""
    once = (once and not _are_choices(items)) or isinstance(items, Hole)
    return itertools.islice(iter(items), 1 if once else _MOST_ITEMS)


def choosing(watcher: Any, line: int, items: Any, once: bool) -> Iterator[Any]:
    """The items of a loop that may freeze what a condition picks, which whoever watches the script wants to see."""
    told = getattr(watcher, "choosing", None)
    turning = loop(items, once)
    return turning if told is None else told(line, turning, sys._getframe(1))


def _are_choices(items: Any) -> bool:
    """Whether a loop goes over a few builders or names, rather than over epochs, folds or batches."""
    if isinstance(items, dict):
        return _are_choices(list(items))
    few = isinstance(items, (list, tuple)) and len(items) <= _MOST_CHOICES
    return few and all((callable(item) or isinstance(item, str)) and not is_hole(item) for item in items)


def turns(line: int, waits: bool) -> bool:
    """Whether a `while` loop may take one more turn."""
    key = (line, id(sys._getframe(1)))
    _turns[key] = _turns.get(key, 0) + 1
    return _turns[key] <= (1 if waits else _MOST_TURNS)


def enter(make: Callable[[], Any]) -> Any:
    """A context that is entered if it can be, else a hole."""
    try:
        made = make()
    except Exception:  # a file that isn't there, a device, a package
        return Hole()
    return made if hasattr(made, "__enter__") else Hole()


def given(make: Callable[[], Any]) -> Any:
    """What a loop goes through, else a hole; of what is counted or computed, an item even where there is none."""
    try:
        items = make()
        if isinstance(items, (Hole, list, tuple, dict)):
            return items
        first = next(iter(items))
    except Exception:  # data that aren't there, or none at all
        return Hole()
    return iter([first])


def known(make: Callable[[], Any]) -> Any:
    """A value if it can be had, else a hole."""
    try:
        return make()
    except NameError:
        return Hole()


def noted(make: Callable[[], Any]) -> Any:
    """An annotation if it can be had, else None."""
    try:
        return make()
    except Exception:  # it names what isn't there
        return None


def need(name: str, part: str = "") -> None:
    """Raises ImportError where a package, or a part of a library of models, isn't there: the script is ready for it."""
    top = name.partition(".")[0]
    found = sys.modules.get(top)
    if isinstance(found, HoleModule) and not getattr(found, "__file__", None):
        raise ImportError(name)
    if found is None and importlib.util.find_spec(top) is None:
        raise ImportError(name)
    if top in _LIBRARIES and part not in {"", "*"} and not hasattr(importlib.import_module(name), part):
        raise ImportError(f"{name}.{part}")
