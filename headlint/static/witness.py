"""The static witness: reads a script and tells its history, one way through it at a time."""

from __future__ import annotations

import ast
import sys
import threading
from functools import partial
from typing import TYPE_CHECKING

from headlint.history import Built, GradientSet, History, OptimizerBuilt, Witness, Wrote
from headlint.static.blocks import Unreadable, pieces
from headlint.static.closing import close
from headlint.static.definitions import bind_function
from headlint.static.endings import LoopContinued, LoopLeft, OutOfPatience, Returned, WayEnds
from headlint.static.entries import Covered, Entry, entries
from headlint.static.interpreter import Interpreter
from headlint.static.journal import Journal
from headlint.static.oracle import Oracle
from headlint.static.places import Places
from headlint.static.questions import scenario
from headlint.static.values import Opaque

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from headlint.static.blocks import Piece

__all__ = ["Unreadable", "tell"]

_MOST_WAYS = 64
_ALL_WAYS = 24
_TRIAL = 3
_PATIENCE = 50_000
_PATIENCE_IN_ALL = 120_000
_FOR_ENTRIES = 30_000
_LEAST_SHARE = 1_500
_CROWD = 16
_STACK = 256 << 20
_RECURSION = 12_000


def tell(path: str, text: str) -> tuple[History, ...]:
    """The histories of a script, one for each way through it.

    Raises `Unreadable` for a text that is not Python.
    """
    result: list[History] = []
    failures: list[BaseException] = []

    def work() -> None:
        try:
            result.extend(_tell(path, text))
        except Exception as error:  # handed to the calling thread below
            failures.append(error)

    _with_deep_stack(work)
    if failures:
        raise failures[0]
    return tuple(result)


def _with_deep_stack(work: Callable[[], None]) -> None:
    """Run in a thread whose stack outlasts any nesting that Python's own parser accepts."""
    size, limit = threading.stack_size(_STACK), sys.getrecursionlimit()
    try:
        sys.setrecursionlimit(max(limit, _RECURSION))
        thread = threading.Thread(target=work)
        thread.start()
        thread.join()
    finally:
        threading.stack_size(size)
        sys.setrecursionlimit(limit)


def _tell(path: str, text: str) -> list[History]:
    parts = pieces(text)
    places = Places(path, text)
    covered = Covered()
    told, used = _ways(parts, places, None, covered, _PATIENCE_IN_ALL - _FOR_ENTRIES)
    left = _PATIENCE_IN_ALL - used
    crowd = sum(hasattr(tree, "body") for part in parts for tree in part.trees)
    for entry in entries(parts, text, covered):
        more, used = _ways(parts, places, entry, covered, _share(left, crowd))
        told += more
        left -= used
    return told


def _share(left: int, crowd: int) -> int:
    """How many of the steps that are left one of so many entry points may take: in a crowd a share, else all."""
    return min(left, max(left // min(crowd // 4, 16), _LEAST_SHARE)) if crowd >= _CROWD else left


def _ways(
    parts: Iterable[Piece], places: Places, entry: Entry | None, covered: Covered, budget: int
) -> tuple[list[History], int]:
    """All ways from one entry point, as far as the budget of steps reaches, and how many were taken."""
    left = budget
    oracle = Oracle()
    told: list[History] = []
    seen: set[int] = set()
    stale = 0
    for turn in range(_MOST_WAYS):
        if left <= 0 or (stale >= _TRIAL and _is_enough(turn, told)):
            break
        patience = min(_PATIENCE, left)
        interpreter = Interpreter(places, Journal(), Oracle() if entry else oracle, patience)
        goes_on = entry is not None or places.path.endswith(".ipynb")
        stopped = _survive(interpreter, partial(follow_pieces, interpreter, parts, goes_on=goes_on))
        if entry is not None:
            interpreter.oracle = oracle
            stopped = _survive(interpreter, partial(entry.call, interpreter)) or stopped
        stopped = _survive(interpreter, partial(close, interpreter)) or stopped
        covered.add(interpreter)
        left -= patience - interpreter.patience
        stale = stale + 1 if seen >= interpreter.visited else 0
        seen |= interpreter.visited
        if interpreter.journal.events or interpreter.journal.has_doubts:
            told.append(_history(interpreter, places, entry, stopped))
        if not oracle.advance():
            break
    return told, budget - left


def _is_enough(turn: int, told: Iterable[History]) -> bool:
    """Whether ways that lead through nothing new are worth no more following."""
    return turn >= _ALL_WAYS or not any(_bears_on_rules(history) for history in told)


def _bears_on_rules(history: History) -> bool:
    """Whether a history holds anything that a rule could judge: a published model, or gradients that are set."""
    return any(
        isinstance(event, (GradientSet, OptimizerBuilt, Wrote)) or (isinstance(event, Built) and event.model.library)
        for event in history.events
    )


def _history(interpreter: Interpreter, places: Places, entry: Entry | None, stopped: str) -> History:
    start = f"{entry.name}(…)" if entry else ""
    story = scenario(interpreter)
    return History(
        Witness.STATIC,
        tuple(interpreter.journal.events),
        scenario=" with ".join(part for part in (start, story) if part),
        doubts=interpreter.journal.doubts(),
        skipped=interpreter.journal.skipped(),
        stopped=stopped,
    )


def follow_pieces(interpreter: Interpreter, parts: Iterable[Piece], *, goes_on: bool = False) -> None:
    """Follow the module level of a file in the present scope.

    `goes_on` says to follow what comes after an error, too: cells of a notebook, functions that others import.
    """
    scope = interpreter.scope
    for part in parts:
        function = part.function
        if function is not None:
            bind_function(interpreter, function, part.only)
            continue
        try:
            interpreter.run(part.statements)
        except WayEnds:
            if not goes_on:
                raise
            interpreter.scope = scope
            _pass_over(interpreter, part)


def _pass_over(interpreter: Interpreter, part: Piece) -> None:
    """Doubt what a stretch of statements may have done before it ended with an error."""
    why = "a statement before this one ends with an error"
    for node in (node for tree in part.trees for node in ast.walk(tree)):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            interpreter.scope.names[node.id] = Opaque(why)
    for module in interpreter.journal.models:
        if module.origin is not None:
            module.origin.escape(why)


def _survive(interpreter: Interpreter, work: Callable[[], None]) -> str:
    """Do something; why it ended before its end, '' if it didn't."""
    try:
        work()
    except (WayEnds, Returned, LoopLeft, LoopContinued):
        pass
    except OutOfPatience:
        return "the script is too long to follow to its end"
    except RecursionError:
        return "the script is nested too deeply to follow"
    finally:
        interpreter.scope = interpreter.top
        interpreter.statement = None
    return ""
