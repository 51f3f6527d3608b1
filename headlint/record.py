"""Small frozen records with slots: what `@dataclass(frozen=True, slots=True)` gives, at a tenth of its cost at import.

A dataclass compiles its methods when it is defined, half a millisecond each, which for the fifty of headlint is a
sixth of what importing LibCST costs. A `Record` shares one set of methods. `dataclasses.fields`, `replace`, `asdict`
and `match` work on it; `dataclass_transform` tells type checkers what they need.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, NoReturn, dataclass_transform


class _Fields:
    """The fields as `dataclasses` wants them, made when it asks."""

    _NAME = "__dataclass_fields__"

    def __get__(self, instance: object, owner: type) -> dict[str, Any]:
        import dataclasses

        assert issubclass(owner, Record)
        defaults = owner._defaults
        names = [(name, Any, defaults[name]) if name in defaults else (name, Any) for name in owner.__match_args__]
        made: dict[str, Any] = getattr(dataclasses.make_dataclass(owner.__name__, names), self._NAME)
        type.__setattr__(owner, self._NAME, made)
        return made


@dataclass_transform(frozen_default=True)
class _RecordType(type):
    def __new__(mcs, name: str, bases: tuple[type, ...], namespace: dict[str, Any]) -> _RecordType:
        own = tuple(namespace.get("__annotations__", ()))
        inherited = tuple(field for base in bases for field in getattr(base, "__match_args__", ()))
        defaults = {field: value for base in bases for field, value in getattr(base, "_defaults", {}).items()}
        defaults.update({field: namespace.pop(field) for field in own if field in namespace})
        namespace |= {"__slots__": own, "__match_args__": (*inherited, *own), "_defaults": defaults}
        namespace["__dataclass_fields__"] = _Fields()
        return super().__new__(mcs, name, bases, namespace)


class Record(metaclass=_RecordType):
    """The base of all records. Its subclasses list their fields like a dataclass; defaults are shared, so immutable."""

    if TYPE_CHECKING:
        _defaults: ClassVar[dict[str, Any]]
        __match_args__: ClassVar[tuple[str, ...]]
        __dataclass_fields__: ClassVar[dict[str, Any]]
    else:

        def __init__(self, *values: Any, **named: Any) -> None:
            put = object.__setattr__
            fields = self.__match_args__
            if len(values) == len(fields) and not named:
                for field, value in zip(fields, values, strict=True):
                    put(self, field, value)
                return
            if len(values) > len(fields):
                raise TypeError(f"{type(self).__name__} has {len(fields)} fields, not {len(values)}")
            for field, value in zip(fields, values, strict=False):
                put(self, field, value)
            for field in fields[len(values) :]:
                if field in named:
                    put(self, field, named.pop(field))
                elif field in self._defaults:
                    put(self, field, self._defaults[field])
                else:
                    raise TypeError(f"{type(self).__name__} needs `{field}`")
            if named:
                raise TypeError(f"{type(self).__name__} has no field `{next(iter(named))}` left to set")

    def _values(self) -> tuple[Any, ...]:
        return tuple([getattr(self, field) for field in self.__match_args__])

    def __setattr__(self, name: str, value: object) -> NoReturn:
        raise AttributeError(f"{type(self).__name__} is frozen: its `{name}` can't be set")

    def __delattr__(self, name: str) -> NoReturn:
        raise AttributeError(f"{type(self).__name__} is frozen: its `{name}` can't be deleted")

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Record) and type(self) is type(other) and self._values() == other._values()

    def __hash__(self) -> int:
        return hash((type(self), *self._values()))

    def __lt__(self, other: object) -> bool:
        if not isinstance(other, Record) or type(self) is not type(other):
            return NotImplemented
        return self._values() < other._values()

    def __repr__(self) -> str:
        told = ", ".join(f"{field}={getattr(self, field)!r}" for field in self.__match_args__)
        return f"{type(self).__name__}({told})"

    def __reduce__(self) -> tuple[type, tuple[Any, ...]]:
        return type(self), self._values()
