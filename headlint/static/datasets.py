"""Data sets, their loaders, and the labels that they give."""

from __future__ import annotations

from typing import TYPE_CHECKING

from headlint.history import Known, Shape, Target, Unknown
from headlint.static import tensors
from headlint.static.values import Bound, Items, Opaque, Symbol
from headlint.zoo import datasets

if TYPE_CHECKING:
    from collections.abc import Callable

    from headlint.finding import Place
    from headlint.history import Truth
    from headlint.static.calls import Call
    from headlint.static.interpreter import Interpreter
    from headlint.static.values import Value

_UNSEEN = "its items are only known when the script runs"
_LISTS_OF_CLASSES = frozenset({"classes", "class_to_idx", "categories"})
_SHAPES = frozenset("to cuda cpu clone contiguous detach view reshape flatten squeeze unsqueeze".split())
_DTYPES: dict[str, Truth] = {
    **dict.fromkeys(("float", "double", "half"), False),
    **dict.fromkeys(("long", "int"), True),
    "type": Unknown("what the labels are made is not known"),
}


class DataSet(Opaque):
    """A published data set, or a part of one. `classes` is how many different labels it has."""

    __slots__ = ("classes", "name", "place")

    def __init__(self, name: str, classes: int | Unknown, place: Place) -> None:
        super().__init__(_UNSEEN)
        self.name = name
        self.classes = classes
        self.place = place

    def attribute(self, name: str) -> Value:
        if name in _LISTS_OF_CLASSES:
            return Sized(self.classes)
        return self if name == "dataset" else super().attribute(name)

    def sample(self) -> Value:
        return self._pair(())

    def batch(self) -> Value:
        """What a loader gives of it."""
        return self._pair(("batch",))

    def _pair(self, dims: tuple[int | str, ...]) -> Value:
        labels = Labels(Target(Shape(dims), True, self.classes, self.name, self.place))
        return Items([Opaque("images are only known when the script runs"), labels], fixed=True)


class Loader(Opaque):
    """A loader of a data set."""

    __slots__ = ("dataset",)

    def __init__(self, dataset: DataSet) -> None:
        super().__init__(_UNSEEN)
        self.dataset = dataset

    def attribute(self, name: str) -> Value:
        return self.dataset if name == "dataset" else super().attribute(name)

    def sample(self) -> Value:
        return self.dataset.batch()


class Parts(Opaque):
    """Parts of a data set, as many as are asked for: what `random_split` gives."""

    __slots__ = ("dataset",)

    def __init__(self, dataset: DataSet) -> None:
        super().__init__(_UNSEEN)
        self.dataset = dataset

    def attribute(self, name: str) -> Value:
        return self.dataset if name.startswith("[") else super().attribute(name)


class Sized(Opaque):
    """A list of which only the length may be known."""

    __slots__ = ("count",)

    def __init__(self, count: int | Unknown) -> None:
        super().__init__(count.why if isinstance(count, Unknown) else _UNSEEN)
        self.count = count


class Labels(Opaque):
    """What a data set gives as the right answers."""

    __slots__ = ("target",)

    def __init__(self, target: Target) -> None:
        super().__init__("labels are only known when the script runs")
        self.target = target

    def attribute(self, name: str) -> Value:
        return Bound(self, name) if name in _SHAPES or name in _DTYPES else super().attribute(name)


def target_of(value: Value | None) -> Target:
    """What a loss compares with."""
    if isinstance(value, Labels):
        return value.target
    why = Unknown(value.why if isinstance(value, Opaque) else "headlint doesn't know what it is compared with")
    return Target(why, why)


def method(interpreter: Interpreter, labels: Labels, name: str, request: Call) -> Value:
    """A call of a method of labels."""
    target = labels.target
    shape, whole = target.shape, _DTYPES.get(name, target.whole)
    if name == "to" and any(isinstance(value, Symbol) for value in request.values):
        whole = _DTYPES["type"]
    if name in _SHAPES and isinstance(shape, Shape):
        shape = tensors.shape_after(interpreter, shape, name, request)
    return Labels(Target(shape, whole, target.classes, target.source, target.place))


# ---- what builds them


def _dataset(name: str) -> Callable[[Interpreter, Call], Value]:
    def build(interpreter: Interpreter, request: Call) -> Value:
        split = request.get(1, "split")
        plain = split.value if isinstance(split, Known) else None
        count = Unknown(request.why) if request.why else datasets.count(name, request.named, plain)
        return DataSet(name, count, interpreter.place)

    return build


def _loader(interpreter: Interpreter, request: Call) -> Value:
    dataset = request.get(0, "dataset")
    if isinstance(dataset, DataSet) and "collate_fn" not in request.named:
        return Loader(dataset)
    return interpreter.opaque(dataset.why if isinstance(dataset, Opaque) else "the data are not known")


def _split(interpreter: Interpreter, request: Call) -> Value:
    dataset = request.get(0, "dataset")
    return Parts(dataset) if isinstance(dataset, DataSet) else interpreter.opaque("the data are not known")


def _subset(interpreter: Interpreter, request: Call) -> Value:
    dataset = request.get(0, "dataset")
    if not isinstance(dataset, DataSet):
        return interpreter.opaque("the data are not known")
    why = Unknown(f"a part of {dataset.name} may leave classes out")
    return DataSet(dataset.name, why if isinstance(dataset.classes, int) else dataset.classes, dataset.place)


HANDLERS: dict[str, Callable[[Interpreter, Call], Value]] = {
    **{f"torchvision.datasets.{name}": _dataset(name) for name in (*datasets.CLASSES, *datasets.UNCOUNTED, "EMNIST")},
    "torch.utils.data.DataLoader": _loader,
    "torch.utils.data.dataloader.DataLoader": _loader,
    "torch.utils.data.random_split": _split,
    "torch.utils.data.Subset": _subset,
}
