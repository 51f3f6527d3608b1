"""What can't be known: a value that remembers why, and what it turned out to be on the way that is followed."""

from __future__ import annotations

from typing import TypeAlias

from headlint.history import Known


class Thing:
    """A value that is more than a plain constant."""

    __slots__ = ()


Value: TypeAlias = Known | Thing


_OF_TEXTS = frozenset("lower upper strip split replace startswith endswith casefold removeprefix removesuffix".split())


class Opaque(Thing):
    """A value that can't be known. `made`: a call of something unknown gave it, so that it may be a module.

    `options` are the values that it can have, where the source tells them (`choices=` of an argument); `closed` says
    that it has no other, and `usual` is what it is if nobody says otherwise. `bound` is the one that it is taken to
    have on this way. `root` is what it was derived from, by `steps`: `name` for `name.lower()`. `maker` is what of a
    library gave it: `accelerate.Accelerator`. What `is_object` is no constant, and counts as true.
    """

    is_object = False

    __slots__ = ("attributes", "bound", "closed", "label", "made", "maker", "options", "root", "steps", "usual", "why")

    def __init__(self, why: str, *, made: bool = False) -> None:
        self.why = why
        self.made = made
        self.label = ""
        self.maker = ""
        self.options: tuple[Known, ...] = ()
        self.closed = False
        self.usual: Known | None = None
        self.bound: Known | None = None
        self.root: Opaque = self
        self.steps: tuple[tuple[str, object], ...] = ()
        self.attributes: dict[str, Value] = {}

    def sample(self) -> Value | None:
        """What iterating over it gives, where something is known of that."""
        return None

    def attribute(self, name: str) -> Value:
        """The same unknown for the same name each time; a text's methods speak of the text itself."""
        if name not in self.attributes:
            made = self.attributes[name] = Opaque(self.why)
            made.maker = self.maker and f"{self.maker}.{name}"
            if name in _OF_TEXTS:
                made.derive(self, (".", name))
        found = self.attributes[name]
        return found.settled() if isinstance(found, Opaque) else found

    def item(self, key: object) -> Value:
        """The same unknown for the same key each time; an item of what is derived from a text speaks of the text."""
        name = f"[{key!r}]"
        if name not in self.attributes:
            made = self.attributes[name] = Opaque(self.why)
            if self.steps or isinstance(key, slice):
                made.derive(self, ("[]", key))
        return self.attribute(name)

    def derive(self, source: Opaque, step: tuple[str, object]) -> None:
        """Note that this is what a step of a computation makes of `source`."""
        self.root, self.steps = source.root, (*source.steps, step)

    @property
    def constants(self) -> tuple[object, ...]:
        """What its derivation compares it with: the prefix of `name.startswith(prefix)`."""
        return tuple(value for kind, step in self.steps if kind == "()" for value in step)  # type: ignore[attr-defined]  # a call's step holds its arguments

    def of(self, model: dict[int, object]) -> object:
        """What it is where its root has the value that `model` gives it; fails as the computation would."""
        value = model[id(self.root)]
        for kind, step in self.steps:
            match kind:
                case ".":
                    value = getattr(value, str(step))
                case "()":
                    value = value(*step)  # type: ignore[operator, misc]  # a text's method, or a failure
                case _:
                    value = value[step]  # type: ignore[index]  # as above
        return value

    def settled(self) -> Value:
        """What it is taken to be on this way, itself if that is open."""
        if self.bound is not None:
            return self.bound
        if self.root is not self and self.root.bound is not None:
            try:
                value = self.of({id(self.root): self.root.bound.value})
            except (TypeError, ValueError, IndexError, KeyError, AttributeError):
                return self
            return Known(value) if isinstance(value, (str, int, float)) else self
        return self
