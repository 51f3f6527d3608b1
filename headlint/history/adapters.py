"""Adapters of peft: what they freeze, train and save."""

from __future__ import annotations

from headlint.history.values import Event, Model, Truth, Unknown


class Adapted(Event):
    """peft freezes a model and puts adapters in.

    `heads` are the paths of its new modules, which hold random weights. `kept` are the names of the modules that peft
    trains and saves whole, beside the adapters. `settled`: nothing later in the source thaws or loads anything.
    """

    model: Model
    heads: tuple[str, ...]
    kept: tuple[str, ...] | Unknown
    settled: Truth
