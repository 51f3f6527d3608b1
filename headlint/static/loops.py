"""Turns of loops, and what is not known where one turn stands for all: the counts of turns."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

import libcst as cst

from headlint.history import Known, Unknown
from headlint.static.endings import LoopContinued, LoopLeft
from headlint.static.values import Opaque, truth

if TYPE_CHECKING:
    from collections.abc import Sequence

    from headlint.static.blocks import Statement
    from headlint.static.interpreter import Interpreter

_MOST_COUNTED = 64


def leaves(interpreter: Interpreter, body: Sequence[Statement]) -> bool:
    """Follow a loop's body once; True if it is left by `break`."""
    try:
        interpreter.run(body)
    except LoopContinued:
        pass
    except LoopLeft:
        return True
    return False


def follow_while(interpreter: Interpreter, node: cst.While, statement: Statement) -> None:
    """`while`: turn by turn as long as a comparison is known to hold, else one turn that stands for all."""
    assert isinstance(statement.tree, ast.While)
    body = statement.inside(node.body, statement.tree.body)
    uncertain = interpreter.uncertain
    holds = truth(interpreter.value(node.test))
    for _ in range(_MOST_COUNTED if isinstance(node.test, cst.Comparison) else 0):
        if holds is not True or leaves(interpreter, body):
            break
        holds = truth(interpreter.value(node.test))
    else:
        holds = Unknown("how often a loop turns is not known")
    if not isinstance(holds, bool):
        forget_counts(interpreter, statement.tree.body)
        interpreter.loops.append(interpreter.text(node.test))
        try:
            leaves(interpreter, body)
        finally:
            interpreter.loops.pop()
    interpreter.uncertain = uncertain


def forget_counts(interpreter: Interpreter, body: Sequence[ast.stmt]) -> None:
    """Forget the numbers that a loop's body changes by their own old values."""
    names = interpreter.scope.names
    for node in (node for tree in body for node in ast.walk(tree)):
        if isinstance(node, ast.AugAssign) and isinstance(node.target, ast.Name):
            name = node.target.id
            if isinstance(names.get(name), Known):
                names[name] = Opaque(f"`{name}` changes from turn to turn of a loop")
