"""Runs a text as a script and gives its history: without a slice, in this process."""

from __future__ import annotations

import ast
from textwrap import dedent
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from headlint.history import Event, History

    E = TypeVar("E", bound=Event)

PATH = "script.py"
HEADER = "import torch\nimport torch.nn as nn\nfrom torchvision import models\n"
FIRST = HEADER.count("\n") + 1


class Program:
    """A whole text as its own slice."""

    def __init__(self, text: str) -> None:
        self.tree = ast.parse(text)
        self._owners: dict[int, int] = {}
        for node in ast.walk(self.tree):
            if isinstance(node, ast.stmt):
                self._owners.update(
                    dict.fromkeys(range(node.lineno, (node.end_lineno or node.lineno) + 1), node.lineno)
                )

    def statement_of(self, line: int) -> int:
        return self._owners.get(line, line)


class Entry:
    """A way into a script: a call, or the module level alone."""

    def __init__(self, call: str) -> None:
        self.name = self.target = call

    def call(self, namespace: dict[str, Any]) -> object:
        return eval(self.name, namespace) if self.name else None  # the test's own text


def told(text: str, call: str = "", device: str = "meta") -> History:
    """The history of a text that follows the usual imports; its first line is `FIRST`."""
    from headlint.runtime.worker import session

    return session.run(PATH, Program(HEADER + dedent(text).lstrip("\n")), Entry(call), device)


def events(history: History, kind: type[E]) -> list[E]:
    return list(history.of(kind))


def only(history: History, kind: type[E]) -> E:
    (event,) = history.of(kind)
    return event
