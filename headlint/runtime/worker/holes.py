"""Holes: stand-ins for values that a run needs and can't have.

A `Hole` survives nearly everything that a script does to a value, so that what can be run goes on; a `HoleInt` is a
number that stands for one that nobody knows, such as a class count. Nothing that headlint claims may rest on either:
`is_hole` tells them from real values. Nothing here imports torch.
"""

from __future__ import annotations

import functools
import inspect
import itertools
import sys
from types import ModuleType
from typing import TYPE_CHECKING, Any

from headlint.runtime.worker.counts import counts
from headlint.runtime.worker.numerals import BINARY, CLASS_COUNT, UNARY, HoleFloat, HoleInt
from headlint.runtime.worker.unpacking import wanted

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

__all__ = [
    "Hole",
    "HoleBase",
    "HoleFloat",
    "HoleInt",
    "HoleModule",
    "counts",
    "filled",
    "is_hole",
    "length",
    "marked",
    "parts",
    "taken",
    "whole",
]

_FRACTION = 0.5
"""What a hole compares as: a learning rate, a dropout or a momentum of this size passes every library's checks."""
_SIZED = frozenset({"empty", "zeros", "ones", "rand", "randn", "full", "randint"})
"""Functions of torch that make a tensor of a given size: of an unknown size, it is of the usual one."""
_HANDS_BACK = frozenset(
    {"prepare", "prepare_model", "initialize", "tqdm", "trange", "compile", "convert_sync_batchnorm"}
)
"""Functions of libraries that hand their arguments back, wrapped: `accelerator.prepare(model, optimizer)`."""


def is_hole(value: object) -> bool:
    """Whether a value stands for one that nobody knows."""
    return isinstance(value, (Hole, HoleInt, HoleFloat, HoleModule))


def marked(value: object) -> bool:
    """Whether a number is the stand-in for one that nobody knows."""
    return isinstance(value, (HoleInt, HoleFloat))


def whole(value: Any = 0, *base: Any) -> Any:
    """`int(value)` that keeps the mark."""
    if isinstance(value, Hole):
        return HoleInt()
    return HoleInt(int(value)) if marked(value) else int(value, *base)


def length(value: Any) -> int:
    """`len(value)` that keeps the mark: of a hole, of what was filled from one, or may not have been because of one."""
    if isinstance(value, Hole):
        return HoleInt()
    count = len(value)
    is_plain = isinstance(value, (list, tuple, set, frozenset, dict))
    if is_plain and not count and decided:
        return HoleInt()
    if is_plain and any(is_hole(item) for item in itertools.islice(value, 50)):
        return HoleInt()
    return count


parts: dict[str, Any] = {}
"""What is supposed of attributes and items of holes, by their names, on one way through a script."""
taken: list[Any] = []
"""What a script put into holes: it is part of something that nobody knows."""
decided: set[str] = set()
"""What a script asked of holes to decide where it goes; empty as long as it asked nothing."""


AS_TEXT = "unknown"
"""What a hole is in a text: `f"{hole}50"` is `unknown50`."""


class Hole:
    """A value that nobody knows. `given` are attributes and items that are known nevertheless."""

    def __init__(self, name: str = "", given: dict[str, Any] | None = None) -> None:
        self.__dict__.update(_headlint_name=name, **(given or {}))

    def __repr__(self) -> str:
        return f"<{self.__dict__.get('_headlint_name') or 'unknown'}>"

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__") and name.endswith("__"):
            raise AttributeError(name)
        return _part(self, name)

    def __call__(self, *args: Any, **named: Any) -> Any:
        return _called(self, args, named)

    def __getitem__(self, key: Any) -> Any:
        if isinstance(key, str) and key in self.__dict__:
            return self.__dict__[key]
        return _part(self, key) if isinstance(key, str) else Hole()

    def __setattr__(self, name: str, value: Any) -> None:
        taken.append(value)
        object.__setattr__(self, name, value)

    def __setitem__(self, key: Any, value: Any) -> None:
        taken.append(value)
        if isinstance(key, str):
            self.__dict__[key] = value

    def __delattr__(self, name: Any) -> None:
        self.__dict__.pop(name, None)

    __delitem__ = __delattr__

    def __iter__(self) -> Iterator[Any]:
        return iter([Hole() for _ in range(wanted(sys._getframe(1)))])

    def __next__(self) -> Any:
        return Hole()

    def __len__(self) -> int:
        return CLASS_COUNT

    def __bool__(self) -> bool:
        decided.add("truth")
        return False

    def __contains__(self, item: object) -> bool:
        decided.add("membership")
        return False

    def __hash__(self) -> int:
        return id(self)

    def __eq__(self, other: object) -> Any:
        return Hole()

    def __ne__(self, other: object) -> Any:
        return Hole()

    def __lt__(self, other: Any) -> bool:
        return isinstance(other, (int, float)) and other > _FRACTION

    def __le__(self, other: Any) -> bool:
        return isinstance(other, (int, float)) and other >= _FRACTION

    def __gt__(self, other: Any) -> bool:
        return isinstance(other, (int, float)) and other < _FRACTION

    def __ge__(self, other: Any) -> bool:
        return isinstance(other, (int, float)) and other <= _FRACTION

    def __int__(self) -> int:
        return CLASS_COUNT

    __index__ = __int__

    def __float__(self) -> float:
        return _FRACTION

    def __str__(self) -> str:
        return AS_TEXT

    def __format__(self, spec: str) -> str:
        return AS_TEXT

    def __fspath__(self) -> str:
        return AS_TEXT

    def __enter__(self) -> Hole:
        return self

    def __exit__(self, *error: object) -> None:
        return None

    def __mro_entries__(self, bases: tuple[Any, ...]) -> tuple[type[Any], ...]:
        return () if HoleBase in bases else (HoleBase,)

    def __instancecheck__(self, value: object) -> bool:
        return isinstance(value, Hole)

    def __or__(self, other: Any) -> Any:
        return Hole()

    def __array__(self, *args: Any, **named: Any) -> Any:
        raise TypeError("nobody knows what is in it")

    def __array_function__(self, *_: Any, **__: Any) -> Any:
        return Hole()

    def __array_ufunc__(self, *_: Any, **__: Any) -> Any:
        return Hole()

    @classmethod
    def __torch_function__(cls, function: Any, types: Any, args: Any = (), named: Any = None) -> Any:
        if getattr(function, "__name__", "") in _SIZED:
            return function(*_sizes(args), **(named or {}))
        return Hole()


def _sizes(value: Any) -> Any:
    if isinstance(value, (tuple, list)):
        return tuple(_sizes(item) for item in value)
    return HoleInt() if isinstance(value, Hole) else value


def _operate(*_: Any) -> Hole:
    return Hole()


for _name in (*BINARY, "matmul", "and", "xor", "lshift", "rshift"):
    setattr(Hole, f"__{_name}__", _operate)
    setattr(Hole, f"__r{_name}__", _operate)
for _name in (*UNARY, "invert", "ror"):
    setattr(Hole, f"__{_name}__", _operate)


class HoleBase:
    """What a class of the script's is derived from where its real base is nowhere to be had."""

    def __init__(self, *args: Any, **named: Any) -> None:
        pass

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__") and name.endswith("__"):
            raise AttributeError(name)
        return Hole(name)


class HoleModule(ModuleType):
    """A package that isn't there, or that no model needs: everything in it is a hole."""

    __path__: list[str] = []  # noqa: RUF012 -- a module's own attribute, which the import system reads: it has submodules

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__") and name.endswith("__"):
            raise AttributeError(name)
        return Hole(name)


def _part(whole_: Hole, name: str) -> Any:
    """An attribute or an item of a hole, the same one each time; one that is named like a count is a number."""
    part = parts[name] if name in parts else HoleInt() if counts(name) else Hole(name)
    whole_.__dict__[name] = part
    return part


def _called(hole: Hole, args: tuple[Any, ...], named: dict[str, Any]) -> Any:
    """What calling a hole gives: a decorated function itself, arguments that are only handed on, else a new hole."""
    name = hole.__dict__.get("_headlint_name", "")
    if len(args) == 1 and not named and (inspect.isfunction(args[0]) or inspect.isclass(args[0])):
        return filled(args[0]) if inspect.isfunction(args[0]) else args[0]
    if name in _HANDS_BACK and args:
        return args[0] if len(args) == 1 else args
    if name in {"len", "get_num_classes", "num_classes"} or name.startswith(("num_", "get_num_")):
        return HoleInt()
    return Hole(name)


def filled(function: Callable[..., Any]) -> Callable[..., Any]:
    """A function whose missing arguments are filled in: what an unknown decorator makes of it."""

    @functools.wraps(function)
    def call(*args: Any, **named: Any) -> Any:
        try:
            given = inspect.signature(function).bind_partial(*args, **named)
        except TypeError:
            return function(*args, **named)
        for name, parameter in given.signature.parameters.items():
            if name not in given.arguments and parameter.default is parameter.empty and _takes_one(parameter):
                given.arguments[name] = (
                    HoleInt() if parameter.annotation in (int, "int") or counts(name) else Hole(name)
                )
        return function(*given.args, **given.kwargs)

    return call


def _takes_one(parameter: inspect.Parameter) -> bool:
    return parameter.kind not in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD)
