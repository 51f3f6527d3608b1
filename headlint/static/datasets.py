"""Data sets, their loaders, and the labels that they give."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from headlint.history import Known, Shape, Target, Unknown
from headlint.static.endings import WayEnds
from headlint.static.images import Images
from headlint.static.targets import Labels
from headlint.static.transforms import Settled, image_of, size_after
from headlint.static.values import NONE, Function, Instance, Items, Opaque, Table
from headlint.zoo import datasets

if TYPE_CHECKING:
    from collections.abc import Callable

    from headlint.finding import Place
    from headlint.static.calls import Call
    from headlint.static.interpreter import Interpreter
    from headlint.static.values import Value

_UNSEEN = "its items are only known when the script runs"
_LISTS_OF_CLASSES = frozenset({"classes", "class_to_idx", "categories"})


class Examples(Opaque):
    """Examples of which each is like `one`."""

    __slots__ = ("one",)

    def __init__(self, one: Value) -> None:
        super().__init__(_UNSEEN)
        self.one = one

    def attribute(self, name: str) -> Value:
        return self if name == "dataset" else super().attribute(name)

    def sample(self) -> Value:
        return self.one

    def batch(self) -> Value:
        """What a loader gives."""
        return _stacked(self.sample())

    def part(self) -> Examples:
        """Some of them."""
        return self


def _stacked(value: Value) -> Value:
    match value:
        case Items(items=items, why=""):
            return Items([_stacked(item) for item in items], fixed=True)
        case Table(entries=entries, why=""):
            return Table({key: _stacked(item) for key, item in entries.items()})
        case Images():
            return value.stacked()
        case Labels(target=target) if isinstance(target.shape, Shape):
            shape = Shape(("batch", *target.shape.dims))
            return Labels(replace(target, shape=shape))
    return Opaque(_UNSEEN)


class DataSet(Examples):
    """A published data set, or a part of one. `classes` is how many different labels it has."""

    __slots__ = ("classes", "labels", "name", "place")

    def __init__(self, name: str, classes: int | Unknown, place: Place, transform: Value | None = None) -> None:
        self.labels = Labels(Target(Shape(()), True, classes, name, place))
        super().__init__(self.labels)
        self.name = name
        self.classes = classes
        self.place = place
        if transform is not None:
            self.attributes["transform"] = transform

    def sample(self) -> Value:
        side = datasets.SIDES.get(self.name)
        before = Settled(side, side, None) if side else Unknown(f"how large the images of {self.name} are is not known")
        image = image_of(size_after(self.attributes.get("transform"), before))
        return Items([image, self.labels], fixed=True)

    def attribute(self, name: str) -> Value:
        return Sized(self.classes) if name in _LISTS_OF_CLASSES else super().attribute(name)

    def part(self) -> DataSet:
        why = Unknown(f"a part of {self.name} may leave classes out")
        classes = why if isinstance(self.classes, int) else self.classes
        return DataSet(self.name, classes, self.place, self.attributes.get("transform"))


class Loader(Opaque):
    """A loader of a data set."""

    __slots__ = ("dataset",)

    def __init__(self, dataset: Examples) -> None:
        super().__init__(_UNSEEN)
        self.dataset = dataset

    def attribute(self, name: str) -> Value:
        return self.dataset if name == "dataset" else super().attribute(name)

    def sample(self) -> Value:
        return self.dataset.batch()


class Parts(Opaque):
    """Parts of a data set, as many as are asked for: what `random_split` gives."""

    __slots__ = ("dataset",)

    def __init__(self, dataset: Examples) -> None:
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


# ---- what builds them


def _dataset(name: str) -> Callable[[Interpreter, Call], Value]:
    def build(interpreter: Interpreter, request: Call) -> Value:
        split = request.get(1, "split")
        plain = split.value if isinstance(split, Known) else None
        unnamed = len(request.positional)
        count = Unknown(request.why) if request.why else datasets.count(name, request.named, plain, unnamed=unnamed)
        return DataSet(name, count, interpreter.place, _transform(name, request))

    return build


def _transform(name: str, request: Call) -> Value | None:
    """What prepares the images of a data set; several together are not followed."""
    if request.why or "transforms" in request.named:
        return Opaque(request.why or "headlint doesn't follow `transforms=`")
    return request.get(datasets.TRANSFORM_AT.get(name, -1), "transform")


def _examples(interpreter: Interpreter, value: Value | None) -> Examples | None:
    """What is known of a data set, of torchvision's or the program's own."""
    if isinstance(value, Examples) or not isinstance(value, Instance):
        return value if isinstance(value, Examples) else None
    method = value.cls.find("__getitem__")
    if not isinstance(method, Function):
        return None
    before = interpreter.uncertain, interpreter.is_fed
    interpreter.uncertain, interpreter.is_fed = "looking up an example changes nothing", True
    try:
        return Examples(interpreter.call_function(method, [Opaque("which example it is is not known")], {}, value))
    except WayEnds:
        return None
    finally:
        interpreter.uncertain, interpreter.is_fed = before


def _loader(interpreter: Interpreter, request: Call) -> Value:
    examples = _examples(interpreter, request.get(0, "dataset"))
    if examples is not None and "collate_fn" not in request.named and request.named.get("batch_size") != NONE:
        return Loader(examples)
    return interpreter.opaque("the data are not known")


def _split(interpreter: Interpreter, request: Call) -> Value:
    examples = _examples(interpreter, request.get(0, "dataset"))
    return Parts(examples) if examples is not None else interpreter.opaque("the data are not known")


def _subset(interpreter: Interpreter, request: Call) -> Value:
    examples = _examples(interpreter, request.get(0, "dataset"))
    return examples.part() if examples is not None else interpreter.opaque("the data are not known")


def _columns(interpreter: Interpreter, request: Call) -> Value:
    """`TensorDataset(images, labels)`: one row of each."""
    return Examples(Items([_row(value) for value in request.positional], fixed=True))


def _row(value: Value) -> Value:
    target = value.target if isinstance(value, Labels) else None
    if target is None or isinstance(target.shape, Unknown):
        return Opaque(_UNSEEN)
    return Labels(replace(target, shape=Shape(target.shape.dims[1:])))


HANDLERS: dict[str, Callable[[Interpreter, Call], Value]] = {
    **{f"torchvision.datasets.{name}": _dataset(name) for name in (*datasets.CLASSES, *datasets.UNCOUNTED, "EMNIST")},
    "torch.utils.data.DataLoader": _loader,
    "torch.utils.data.dataloader.DataLoader": _loader,
    "torch.utils.data.random_split": _split,
    "torch.utils.data.Subset": _subset,
    "torch.utils.data.TensorDataset": _columns,
}
