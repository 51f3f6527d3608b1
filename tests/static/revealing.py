"""Lets a script ask what the static witness believes: `reveal(x)  # revealed: …`."""

from __future__ import annotations

import re

from headlint.history import Free, Known
from headlint.static import builtin_calls
from headlint.static.heap import Module, Parameter
from headlint.static.outputs import Output
from headlint.static.targets import Labels
from headlint.static.values import NONE, Class, Function, Generator, Items, Opaque, Optimizer, Symbol, Table, Tensor
from headlint.static.witness import tell

EXPECTED = re.compile(r"# revealed: (?P<text>.*)$")


def _width(width) -> str:
    match width:
        case Known(value):
            return str(value)
        case Free():
            return "any"
    return "?"


def _module(module: Module) -> str:
    if module.origin and module.origin.row:
        classes = module.origin.model.classes
        return f"{module.origin.model.name} with {classes if isinstance(classes, int) else '?'} classes"
    if module.kind == "Sequential":
        return f"Sequential of {', '.join(describe(child) for child in module.children.values())}"
    if isinstance(module.takes, Free):
        return module.kind
    if module.cls or not module.library:
        return module.kind
    return f"{module.kind} {_width(module.takes)} -> {_width(module.gives)}"


def _of_training(value) -> str:
    match value:
        case Output(trail=trail, shape=shape, model=model):
            after = ", ".join(one.kind for one in trail) or "nothing" if isinstance(trail, tuple) else "?"
            return f"output {shape} of {model.origin.model.name if model else '?'} after {after}"
        case Labels(target=target):
            classes = target.classes if isinstance(target.classes, int) else "?"
            kind = "" if target.whole is True else ", no indices"
            return f"labels {target.shape} of {target.source}, {classes} classes{kind}"
        case Opaque():
            return f"unknown: {value.why}"
        case Tensor():
            return f"tensor {value.shape}"
    return "optimizer"


def describe(value) -> str:
    match value:
        case Known(plain):
            return repr(plain)
        case Module():
            return _module(value)
        case Parameter():
            return {True: "trainable", False: "frozen"}.get(value.trainable, "trainable?")
        case Items():
            return f"[{', '.join(describe(item) for item in value.items)}{', …' if value.why else ''}]"
        case Generator():
            return f"iterator over {describe(value.items)}"
        case Table():
            return "{" + ", ".join(f"{key!r}: {describe(item)}" for key, item in value.entries.items()) + "}"
        case Opaque() | Tensor() | Optimizer():
            return _of_training(value)
        case Symbol():
            return value.name
        case Function() | Class():
            return f"{type(value).__name__.lower()} {value.name}"
    return type(value).__name__


def summary(module: Module) -> str:
    """How many of a module's parameters train."""
    states = [parameter.trainable for _, parameter in module.named_parameters()]
    unknown = sum(not isinstance(state, bool) for state in states)
    return f"{states.count(True)} train, {states.count(False)} frozen" + (f", {unknown} unknown" if unknown else "")


def revealed(path: str, text: str, monkeypatch) -> dict[int, str]:
    """What the witness believes at each `reveal(…)` and `reveal_training(…)`, by line."""
    found: dict[int, dict[str, None]] = {}

    def reveal(interpreter, request):
        found.setdefault(interpreter.statement.line, {})[describe(request.positional[0])] = None
        return NONE

    def reveal_training(interpreter, request):
        found.setdefault(interpreter.statement.line, {})[summary(request.positional[0])] = None
        return NONE

    monkeypatch.setitem(builtin_calls.HANDLERS, "asking.reveal", reveal)
    monkeypatch.setitem(builtin_calls.HANDLERS, "asking.reveal_training", reveal_training)
    tell(path, text)
    return {line: " | ".join(sorted(texts)) for line, texts in found.items()}


def expected(text: str) -> dict[int, str]:
    """What a script's comments expect, by line."""
    lines = enumerate(text.splitlines(), start=1)
    return {number: match["text"].strip() for number, line in lines if (match := EXPECTED.search(line))}
