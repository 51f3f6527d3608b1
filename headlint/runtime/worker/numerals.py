"""Numbers that stand for ones that nobody knows: what is calculated from one is marked as well."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

CLASS_COUNT = 7
"""What a number that nobody knows is taken to be: small, odd, and the class count of no published model."""

BINARY = "add sub mul truediv floordiv mod divmod pow".split()
UNARY = "neg pos abs round trunc floor ceil".split()


def _arithmetic(base: type[Any], name: str) -> Callable[..., Any]:
    plain = getattr(base, name)

    def operate(self: Any, *others: Any) -> Any:
        return _marked(plain(self, *others))

    operate.__name__ = name
    return operate


def _marked(value: Any) -> Any:
    if value is NotImplemented or isinstance(value, (bool, complex)):
        return value
    if isinstance(value, tuple):
        return tuple(_marked(item) for item in value)
    return HoleInt(value) if isinstance(value, int) else HoleFloat(value)


class HoleFloat(float):
    """A fraction that stands for one that nobody knows."""

    __slots__ = ()


class HoleInt(int):
    """A whole number that stands for one that nobody knows; what is calculated from it is marked as well."""

    __slots__ = ()

    def __new__(cls, value: int = CLASS_COUNT) -> HoleInt:
        return super().__new__(cls, value)


for _kind, _base in ((HoleInt, int), (HoleFloat, float)):
    for _name in (*BINARY, *(f"r{one}" for one in BINARY), *UNARY):
        setattr(_kind, f"__{_name}__", _arithmetic(_base, f"__{_name}__"))
