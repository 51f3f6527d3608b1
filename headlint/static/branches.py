"""Conditions: one way where they are decided, each way in turn where they are not."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

import libcst as cst

from headlint.history import Known
from headlint.static.assumptions import Condition, comparison, unrelated
from headlint.static.choosing import tell_slipped
from headlint.static.conditions import compare
from headlint.static.endings import LoopContinued, LoopLeft, Returned, WayEnds
from headlint.static.questions import answered, choose, decide_value, guard_of, suppose
from headlint.static.values import Items, Opaque, Value, truth

if TYPE_CHECKING:
    from collections.abc import Sequence

    from headlint.static.blocks import Statement
    from headlint.static.interpreter import Interpreter

_SURGERY = """require nn. models. create_model hub.load optim load_state_dict DataParallel compile .fc classifier
    head last_linear conv1 features backbone Linear( Conv2d( Identity( freeze from_pretrained resnet
    model net return""".split()


def follow_if(interpreter: Interpreter, node: cst.If, statement: Statement) -> None:
    """`if`: the way that is taken, or each in turn if that is open and matters."""
    assert isinstance(statement.tree, ast.If)
    answer = truth(_test(interpreter, node.test))
    if isinstance(answer, bool):
        _skip(interpreter, statement.tree, node, answer)
        if not answer:
            tell_slipped(interpreter, statement.tree)
        interpreter.run(_branch(statement, node, answer))
    elif _only_leaves(statement.tree.body):
        suppose(interpreter, node.test, holds=False)
        interpreter.run(_branch(statement, node, False))
    elif (known := answered(interpreter, node.test)) is not None:
        _run_behind(interpreter, statement, node, known)
    elif interpreter.uncertain or interpreter.loops or not _matters(interpreter.places.lines_of(statement.tree)):
        _follow_both(interpreter, [_branch(statement, node, True), _branch(statement, node, False)], answer.why)
        if _may_leave(statement.tree):
            interpreter.guards.append(id(node))
    else:
        chosen = decide_value(interpreter, node.test, 0 if isinstance(node.orelse, cst.If) else 1) == 0
        _run_behind(interpreter, statement, node, chosen)


def _skip(interpreter: Interpreter, tree: ast.If, node: cst.If, answer: bool) -> None:
    """Note what a settled condition leaves out."""
    left_out = tree.orelse if answer else tree.body
    if left_out:
        lines = left_out[0].lineno, left_out[-1].end_lineno or left_out[-1].lineno
        why = f"`{interpreter.text(node.test)}` is {'true' if answer else 'false'}"
        interpreter.journal.skip(interpreter.places.path, lines, why)


def _run_behind(interpreter: Interpreter, statement: Statement, node: cst.If, answer: bool) -> None:
    """Follow the branch that was guessed; the same guess is the same guard, wherever it is asked again."""
    with interpreter.behind(guard_of(interpreter, node), stays=_may_leave(statement.tree)):
        interpreter.run(_branch(statement, node, answer))


def _may_leave(tree: ast.stmt) -> bool:
    """Whether a compound statement may end what it stands in, so that what follows it depends on its condition."""
    leaving = (ast.Return, ast.Raise, ast.Continue, ast.Break)
    return any(isinstance(node, leaving) for node in ast.walk(tree))


def _matters(text: str) -> bool:
    return any(word in text for word in _SURGERY)


def _test(interpreter: Interpreter, test: cst.BaseExpression) -> Value:
    if isinstance(test, cst.Comparison) and interpreter.text(test.left) == "__name__":
        return Known(interpreter.places is interpreter.script)
    return interpreter.value(test)


def _branch(statement: Statement, node: cst.If, answer: bool) -> list[Statement]:
    tree = statement.tree
    assert isinstance(tree, ast.If)
    if answer:
        return statement.inside(node.body, tree.body)
    if isinstance(node.orelse, cst.If):
        return statement.elif_(node.orelse, tree.orelse[0])
    return statement.inside(node.orelse.body, tree.orelse) if node.orelse else []


def _only_leaves(trees: Sequence[ast.stmt]) -> bool:
    """Whether a branch ends in an error or the program's end, so that what follows it is the other branch."""
    last = trees[-1]
    if isinstance(last, ast.Raise):
        return True
    return isinstance(last, ast.Expr) and ast.unparse(last.value).startswith(
        ("exit(", "sys.exit(", "quit(", "os._exit(")
    )


def _follow_both(interpreter: Interpreter, branches: Sequence[Sequence[Statement]], why: str) -> None:
    """Follow all branches without choosing: what any of them changes is unknown afterwards.

    Where one of them leaves a loop, whether the rest of it is done is unknown, too.
    """
    names = interpreter.scope.names
    before = dict(names)
    lengths = [(value, len(value.items)) for value in before.values() if isinstance(value, Items)]
    outcomes = []
    uncertain, interpreter.uncertain = interpreter.uncertain, interpreter.uncertain or why
    interpreter.undecided += 1
    try:
        for branch in branches:
            names.clear()
            names.update(before)
            ending = _ending(interpreter, branch)
            if ending is None or isinstance(ending, (LoopContinued, LoopLeft)):
                outcomes.append(dict(names))
            if ending is not None and isinstance(ending, (LoopContinued, LoopLeft)):
                uncertain = uncertain or why
    finally:
        interpreter.uncertain = uncertain
        interpreter.undecided -= 1
    for items, length in lengths:
        interpreter.journal.blend(items.items[length:])
    names.clear()
    names.update(_joined(outcomes or [before], why))


def _ending(interpreter: Interpreter, branch: Sequence[Statement]) -> Exception | None:
    """Follow a branch; how it ended before its last statement, None if it didn't."""
    scope, statement = interpreter.scope, interpreter.statement
    try:
        interpreter.run(branch)
    except (WayEnds, LoopContinued, LoopLeft, Returned) as ending:
        if isinstance(ending, Returned):
            interpreter.returned.append(ending.value)
        interpreter.scope, interpreter.statement = scope, statement
        return ending
    return None


def _joined(outcomes: Sequence[dict[str, Value]], why: str) -> dict[str, Value]:
    joined: dict[str, Value] = {}
    for name in {name for outcome in outcomes for name in outcome}:
        values = [outcome.get(name) for outcome in outcomes]
        first = values[0]
        same = first is not None and all(value is first or value == first for value in values)
        joined[name] = first if same and first is not None else Opaque(f"`{name}` differs with a condition: {why}")
    return joined


def follow_match(interpreter: Interpreter, node: cst.Match, statement: Statement) -> None:
    """`match`: on plain values the way that is taken, else each in turn."""
    assert isinstance(statement.tree, ast.Match)
    subject = interpreter.value(node.subject)
    open_cases: list[tuple[cst.MatchCase, ast.match_case]] = []
    for case, tree in zip(node.cases, statement.tree.cases, strict=True):
        answer = _matched(interpreter, case.pattern, subject) if case.guard is None else None
        if answer is True and not open_cases:
            interpreter.run(statement.inside(case.body, tree.body))
            return
        if answer is not False:
            open_cases.append((case, tree))
        if answer is True:
            break
    if open_cases:
        _choose_case(interpreter, node, statement, open_cases)


def _choose_case(
    interpreter: Interpreter,
    node: cst.Match,
    statement: Statement,
    open_cases: Sequence[tuple[cst.MatchCase, ast.match_case]],
) -> None:
    subject = interpreter.value(node.subject)
    listed = Items([value for case, _ in open_cases for value in _values(interpreter, case)])
    answers: list[tuple[Condition, bool, str]] = []
    for case, _ in open_cases:
        values = _values(interpreter, case)
        asked = comparison(subject, Items(values), cst.In()) if values else unrelated()
        if case.guard is None and isinstance(case.pattern, cst.MatchAs) and case.pattern.pattern is None:
            asked = comparison(subject, listed, cst.NotIn())
        answers.append((asked, True, f"{interpreter.text(node.subject)} is {interpreter.text(case.pattern)}"))
    chosen = choose(interpreter, answers, 0)
    case, tree = open_cases[chosen]
    values = _values(interpreter, case)
    if isinstance(subject, Opaque) and len(values) == 1:
        subject.bound = values[0]
    with interpreter.behind(id(node), stays=_may_leave(statement.tree)):
        interpreter.run(statement.inside(case.body, tree.body))


def _values(interpreter: Interpreter, case: cst.MatchCase) -> list[Known]:
    """The plain values that a case without a guard stands for."""
    patterns = (
        [part.pattern for part in case.pattern.patterns] if isinstance(case.pattern, cst.MatchOr) else [case.pattern]
    )
    if case.guard is not None or not all(isinstance(pattern, cst.MatchValue) for pattern in patterns):
        return []
    values = [interpreter.value(pattern.value) for pattern in patterns if isinstance(pattern, cst.MatchValue)]
    return [value for value in values if isinstance(value, Known)]


def _matched(interpreter: Interpreter, pattern: cst.MatchPattern, subject: Value) -> bool | None:
    if isinstance(pattern, cst.MatchValue):
        answer = truth(compare(subject, interpreter.value(pattern.value), cst.Equal()))
        return answer if isinstance(answer, bool) else None
    if isinstance(pattern, cst.MatchOr):
        answers = [_matched(interpreter, element.pattern, subject) for element in pattern.patterns]
        return True if True in answers else None if None in answers else False
    if isinstance(pattern, cst.MatchAs) and pattern.pattern is None:
        if pattern.name is not None:
            interpreter.scope.names[pattern.name.value] = subject
        return True
    return None


def _try(interpreter: Interpreter, body: Sequence[Statement], *, ready: bool) -> None:
    """Follow a body for whose errors there are handlers, if it is `ready` for them."""
    interpreter.tried += ready
    try:
        interpreter.run(body)
    finally:
        interpreter.tried -= ready


def follow_try(interpreter: Interpreter, node: cst.Try | cst.TryStar, statement: Statement) -> None:
    """`try`: the body is taken to succeed; if this way would end in it, the first handler is followed.

    Whether the body does succeed, on which its `else` depends, is seldom certain.
    """
    assert isinstance(statement.tree, (ast.Try, ast.TryStar))
    tree = statement.tree
    try:
        _try(interpreter, statement.inside(node.body, tree.body), ready=bool(node.handlers))
        if node.orelse is not None:
            _try(interpreter, statement.inside(node.orelse.body, tree.orelse), ready=bool(node.handlers))
    except WayEnds:
        if not node.handlers:
            raise
        interpreter.run(statement.inside(node.handlers[0].body, tree.handlers[0].body))
    finally_ = node.finalbody
    if finally_ is not None:
        interpreter.run(statement.inside(finally_.body, tree.finalbody))
