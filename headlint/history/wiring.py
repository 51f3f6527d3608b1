"""How modules are reached and joined: attributes that a module doesn't have."""

from __future__ import annotations

from headlint.history.values import Event, Layer, Model, Written


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
