"""How modules are reached and joined: what modules and libraries don't have, models made of others' children."""

from __future__ import annotations

from enum import StrEnum

from headlint.history.values import Event, Layer, Model, Shape, Truth, Unknown, Written


class Lacked(Event):
    """Something was read that a library's module doesn't have, which raises: `model.fc` of a MobileNet.

    `path` is the module's in its model, `owner` the module as it stands there, `target` its text (`model`). `name` is
    what was asked for, `names` are its children and its class's own attributes. `written` spans the whole statement.
    """

    model: Model
    path: str
    owner: Layer
    target: str
    name: str
    names: tuple[str, ...]
    written: Written | None


class OutputLacked(Event):
    """Something was read of what a published model returns, which doesn't have it: that raises.

    `kind` is the class of what is returned (`BaseModelOutput`, `Tensor`), `name` what was asked for, `names` are the
    fields that it has, none for a tensor.
    """

    model: Model
    kind: str
    name: str
    names: tuple[str, ...] = ()


class OutputUnpacked(Event):
    """What a model of transformers returns was unpacked, which gives the names of its fields.

    `kind` is the class of what is returned, `names` are its fields.
    """

    model: Model
    kind: str
    names: tuple[str, ...]


class Sort(StrEnum):
    """What a library was asked for by a name."""

    MODEL = "model"
    WEIGHTS = "weights"


class Unheard(Event):
    """A library was asked for something by a name that it doesn't have: `models.resnet51`.

    `of` is what was asked: the library, or the model or the enum whose weights these are. `version` is the library's.
    `near` are names that it does have, best first. `written` spans the whole statement.
    """

    library: str
    version: str
    sort: Sort
    of: str
    name: str
    near: tuple[str, ...]
    written: Written | None


class Outcome(StrEnum):
    """How a model that was rebuilt from children compares with what arrives at the first child that was left out.

    `FLATTEN`: it is the same once it is flattened. `UNCALLED`: that child is called with no tensor, if at all.
    """

    IDENTICAL = "identical"
    FLATTEN = "flatten"
    DIFFERENT = "different"
    CRASHES = "crashes"
    UNCALLED = "uncalled"


class Rebuilt(Event):
    """Closing: a Sequential was made of all children of `source` but the last `dropped`, and maybe of more layers.

    `gives` is what its part of the children gives. `called` says whether the script calls it as a whole.
    """

    model: Model
    source: Model
    dropped: int
    outcome: Outcome
    gives: Shape | Unknown
    called: Truth


class Hidden(Event):
    """Closing: modules with parameters stand in a plain list or dictionary of a module, and nowhere else.

    PyTorch registers what is assigned itself, and looks into no list. `path` is the list's in its model, `count` and
    `parameters` say how many modules and parameters there are, as far as is known. `written` spans the assignment.
    """

    model: Model
    path: str
    container: str
    count: int
    parameters: int
    optimized: Truth
    written: Written | None


class MadeInForward(Event):
    """A layer with parameters is built and called in a forward pass, and kept nowhere."""

    kind: str
    parameters: int


class Repeated(Event):
    """A container got one and the same layer, which has parameters, `count` times.

    `paths` are the places in a model at which one layer stands that was put there by several statements.
    """

    container: str
    layer: Layer
    count: int
    paths: tuple[str, ...] = ()
