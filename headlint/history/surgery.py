"""What is done to models: built, operated on, frozen, loaded, handed to an optimizer, lost sight of."""

from __future__ import annotations

from enum import StrEnum

from headlint.history.values import Absent, Argument, Event, Known, Layer, Model, Truth, Unknown, Written


class Built(Event):
    """A model was built. `callee` is the called expression as written: `models.resnet50`.

    `legacy` is the member of the weights enum that `pretrained=True` stands for (`ResNet50_Weights.IMAGENET1K_V1`).
    """

    model: Model
    callee: str
    arguments: tuple[Argument, ...] = ()
    legacy: str | Unknown = Unknown("this builder has no weights of that kind")


class Replaced(Event):
    """A module was put at `path` of a model, where `old` stood.

    `target` is the assigned expression as written (`model.fc`). `readable` is an expression that, evaluated just
    before this statement, gives the width that the old layer takes (`model.fc.in_features`).
    """

    model: Model
    path: str
    target: str
    old: Layer | Absent | Unknown
    new: Layer | Unknown
    readable: str | Unknown


class Owner(StrEnum):
    """What kind of thing an attribute was written on."""

    MODULE = "module"
    PARAMETER = "parameter"


class Wrote(Event):
    """Something that is no module was written to an attribute of a module or a parameter: `model.fc.out_features = 10`.

    `path` is the owner's, of which there are several in a loop: then it is the path that all of them lie under, and
    `count` says how many they were. `kind` is the owner's class, `before` what the attribute held. `target` is the
    text of the owner (`model.fc`), `written` spans the whole assignment.
    """

    model: Model
    owner: Owner
    path: str
    kind: str
    target: str
    name: str
    before: Known | Absent | Unknown
    value: Known | Unknown
    written: Written | None
    count: int = 1


class GradientSet(Event):
    """`requires_grad` was set on parameters of a model: frozen where `to` is False, thawed where it is True.

    `text` is the expression that names them as the user wrote it: `model.parameters()`.
    """

    model: Model
    parameters: tuple[str, ...] | Unknown
    to: Truth
    text: str


class OptimizerBuilt(Event):
    """An optimizer was built. `name` is its class, `text` the expression that it takes its parameters from.

    `holds` are its parameters that belong to the history's models, by model number and path; `count` is how many it
    holds in all.
    """

    number: int
    name: str
    text: str
    holds: tuple[tuple[int, str], ...] | Unknown
    count: int | Unknown


class GroupAdded(Event):
    """An optimizer was given one more group. `twice` are the parameters in it that it held already.

    Parameters are told by model number and path, as those of `OptimizerBuilt`; `number` and `name` are the optimizer's.
    """

    number: int
    name: str
    twice: tuple[tuple[int, str], ...]


class Escaped(Event):
    """A model was handed to code that headlint can't follow, which may have changed it."""

    model: Model
    to: str
