"""Configurations of transformers: which checkpoint they belong to, and how many labels they speak of."""

from __future__ import annotations

from typing import TYPE_CHECKING

from headlint.history import Known, LabelsSet, Unknown
from headlint.static.values import NONE, Opaque, Table, Value, fact, why_unknown
from headlint.zoo.checkpoints import checkpoint

if TYPE_CHECKING:
    from headlint.static.calls import Call
    from headlint.static.heap import Module
    from headlint.static.interpreter import Interpreter
    from headlint.zoo.checkpoints import Checkpoint

_WHY = "the entries of a configuration are not in the zoo"
_WIDTHS = ("hidden_size", "d_model", "dim", "n_embd")
_LABELS = ("id2label", "label2id")


class Configuration(Opaque):
    """A configuration. `models` were built from it, `known` is the checkpoint that it was read from."""

    __slots__ = ("known", "models")

    def __init__(self, known: Checkpoint | Unknown) -> None:
        super().__init__(_WHY)
        self.known = known
        self.models: list[Module] = []
        if not isinstance(known, Unknown):
            self.attributes.update(dict.fromkeys(_WIDTHS, Known(known.width)))
            self.attributes["model_type"] = Known(known.model_type)

    def take(self, named: dict[str, Value]) -> None:
        """Take options over; names of labels count them."""
        self.attributes.update(named)
        labels = labels_in(named)
        if labels is not None:
            self.attributes["num_labels"] = labels

    @property
    def labels(self) -> Value | None:
        """The number of labels, None where nobody said one."""
        return self.attributes.get("num_labels")


def labels_in(named: dict[str, Value]) -> Value | None:
    """The number of labels that options ask for: by itself, or by the names of the labels."""
    if "num_labels" in named:
        return named["num_labels"]
    names = next((named[name] for name in _LABELS if named.get(name, NONE) != NONE), None)
    if isinstance(names, Table) and not names.why:
        return Known(len(names.entries))
    return Opaque(why_unknown(names) or "how many labels there are is not known") if names is not None else None


def checkpoint_named(interpreter: Interpreter, value: Value | None) -> Checkpoint | Unknown:
    """The checkpoint that a call names."""
    told = interpreter.settle(value) if value is not None else None
    if isinstance(told, Known) and isinstance(told.value, str):
        return checkpoint(told.value)
    return Unknown((why_unknown(told) if told is not None else "") or "which checkpoint is loaded is not known")


def configured(interpreter: Interpreter, request: Call, *, reads: bool) -> Configuration:
    """`AutoConfig.from_pretrained("bert-base-uncased", num_labels=3)`, or a configuration's class that is called."""
    name = request.get(0, "pretrained_model_name_or_path") if reads else None
    made = Configuration(checkpoint_named(interpreter, name) if reads else Unknown("it belongs to no checkpoint"))
    if request.why:
        made.attributes["num_labels"] = Opaque(request.why)
    made.take(request.named)
    if isinstance(made.known, Unknown) and reads and made.labels is None:
        made.attributes["num_labels"] = Opaque(made.known.why)
    return made


def write_entry(interpreter: Interpreter, owner: Configuration, name: str, value: Value) -> None:
    """`config.name = value`; the number of labels is told of every model that has this configuration."""
    owner.take({name: value})
    if name != "num_labels" and name not in _LABELS:
        return
    labels = owner.labels
    for module in owner.models if labels is not None else ():
        assert module.origin is not None
        event = LabelsSet(interpreter.place, module.origin.model, f"config.{name}", fact(labels or NONE))
        interpreter.journal.events.append(event)
