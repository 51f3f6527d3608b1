"""Loops that freeze or thaw what a condition picks: what both witnesses read off such a loop's syntax alike."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING, NamedTuple

from headlint.history import Criterion, Unknown

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from headlint.history import Truth

FLAG = "requires_grad"
UNKNOWN = object()
"""What a name stands for whose value a witness doesn't know."""

_OF_TEXT = frozenset("startswith endswith split rsplit partition lower upper strip find count removeprefix".split())
_OF_ANYTHING = frozenset({"any", "all", "len", "int", "str", "range", "tuple", "list", "set"})
_OF_PATTERNS = frozenset({"match", "search", "fullmatch"})
_WRITES = re.compile(r"\brequires_grad(?:\s*=[^=]|_\s*\()")


class Condition(NamedTuple):
    """What a loop picks by. `statement` is where it stands, `text` how it is spelled.

    `words` are the texts that names are compared with; `to` is what the loop makes of `requires_grad`, where it writes
    but one value.
    """

    statement: ast.stmt
    text: str
    by: Criterion
    words: tuple[str, ...]
    to: Truth


def may_choose(text: str) -> bool:
    """Whether the text of a loop sets `requires_grad`."""
    return _WRITES.search(text) is not None


def sets_gradient(loop: ast.For) -> bool:
    """Whether a loop sets `requires_grad`."""
    return any(_sets(node) for node in ast.walk(loop))


def condition_of(loop: ast.For | ast.AsyncFor, value_of: Callable[[str], object]) -> Condition | None:
    """What a loop picks by, None if it is none of the conditions that can be followed, or if there are several.

    `value_of` gives the value that a dotted name has when the loop is over: plain text, a number or a list of texts;
    `UNKNOWN` for one that isn't known.
    """
    turning = set(_bound(loop.target)) | {name for node in _inside(loop.body) for name in _bound(node)}
    deciding = [(node, test) for node in _inside(loop.body) if (test := _test(node)) is not None]
    to = _written(loop)
    if not deciding:
        sliced = any(isinstance(node, ast.Slice) for node in ast.walk(loop.iter))
        return Condition(loop, ast.unparse(loop.iter), Criterion.COUNT, (), to) if sliced else None
    kinds = {_kind(test, turning, value_of) for _, test in deciding}
    kind = kinds.pop()
    if kinds or kind is None:
        return None
    first, text = deciding[0]
    words = dict.fromkeys(word for _, test in deciding for word in _words(test, turning, value_of))
    return Condition(first, ast.unparse(text), kind, tuple(words), to)


def remark_on(lines: Sequence[str], loop: ast.For | ast.AsyncFor) -> str:
    """The comments that stand on lines of their own right above a loop, or in it."""
    above: list[str] = []
    for line in reversed(lines[max(loop.lineno - 6, 0) : loop.lineno - 1]):
        is_comment = line.lstrip().startswith("#")
        if not line.strip() or (above and not is_comment):
            break
        above += [line] if is_comment else []
    inside = [line for line in lines[loop.lineno - 1 : loop.end_lineno] if line.lstrip().startswith("#")]
    return " ".join(line.strip().lstrip("# ") for line in (*reversed(above), *inside))


def slipped_out(loop: ast.For | ast.AsyncFor, condition: ast.If) -> Condition | None:
    """A condition on a loop's counter that stands behind the loop and not in it, so that it is asked but once.

    It freezes or thaws what is in the loop's own variable, which by then holds the last item.
    """
    counted = {
        node.target.id
        for node in ast.walk(loop)
        if isinstance(node, ast.AugAssign) and isinstance(node.target, ast.Name)
    }
    asked = {node.id for node in ast.walk(condition.test) if isinstance(node, ast.Name)}
    used = {node.id for inner in condition.body for node in ast.walk(inner) if isinstance(node, ast.Name)}
    is_of_loop = loop.col_offset == condition.col_offset and bool(asked & counted)
    if not is_of_loop or condition.orelse or used.isdisjoint(_bound(loop.target)):
        return None
    if not any(_sets(node) for node in ast.walk(condition)):
        return None
    return Condition(condition, ast.unparse(condition.test), Criterion.COUNT, (), _written(condition))


# ---- the statements of a loop


def _inside(body: Iterable[ast.stmt]) -> Iterator[ast.stmt]:
    """The statements of a loop's body that run once a turn: not those of loops and functions in it."""
    for node in body:
        yield node
        if isinstance(node, (ast.For, ast.While, ast.FunctionDef, ast.ClassDef)):
            continue
        for field in ("body", "orelse", "finalbody"):
            yield from _inside(getattr(node, field, ()))


def _bound(node: ast.AST) -> Iterator[str]:
    """The names that an assignment's target, or a statement without its body, binds."""
    if isinstance(node, (ast.If, ast.For, ast.While, ast.With, ast.Try, ast.FunctionDef, ast.ClassDef)):
        return
    for inner in ast.walk(node):
        if isinstance(inner, ast.Name) and isinstance(inner.ctx, ast.Store):
            yield inner.id


def _test(node: ast.stmt) -> ast.expr | None:
    """The expression by which a statement decides whether something is frozen or thawed."""
    match node:
        case ast.If(test=test) if any(_sets(inner) or isinstance(inner, _LEAVES) for inner in ast.walk(node)):
            return test
        case ast.Assign(targets=[ast.Attribute(attr=name)], value=value) if name == FLAG:
            return None if isinstance(value, ast.Constant) else value
        case ast.Expr(value=ast.Call(func=ast.Attribute(attr=name), args=[value])) if name == f"{FLAG}_":
            return None if isinstance(value, ast.Constant) else value
    return None


_LEAVES = (ast.Continue, ast.Break)


def _sets(node: ast.AST) -> bool:
    match node:
        case ast.Attribute(attr=name, ctx=ast.Store()):
            return name == FLAG
        case ast.Call(func=ast.Attribute(attr=name)):
            return name == f"{FLAG}_"
    return False


def _written(loop: ast.stmt) -> Truth:
    """The one value that a statement writes to `requires_grad`."""
    values = set()
    for node in ast.walk(loop):
        match node:
            case ast.Assign(targets=[ast.Attribute(attr=name)], value=value) if name == FLAG:
                values.add(value.value if isinstance(value, ast.Constant) else None)
            case ast.Call(func=ast.Attribute(attr=name), args=arguments) if name == f"{FLAG}_":
                value = arguments[0] if arguments else ast.Constant(True)
                values.add(value.value if isinstance(value, ast.Constant) else None)
    only = values.pop() if len(values) == 1 else None
    return only if isinstance(only, bool) else Unknown("the loop freezes some and thaws others")


# ---- the condition


def _kind(test: ast.expr, turning: set[str], value_of: Callable[[str], object]) -> Criterion | None:
    """Whether a condition asks about names or about a count, None if it asks about anything else."""
    if not all(_is_followed(node) for node in ast.walk(test) if isinstance(node, ast.Call)):
        return None
    kinds = set()
    for name in _read(test):
        value = value_of(name)
        if value is UNKNOWN:
            return None
        if name.partition(".")[0] in turning:
            kinds.add(_KINDS.get(type(value)))
    return kinds.pop() if len(kinds) == 1 else None


_KINDS = {str: Criterion.NAME, int: Criterion.COUNT}


def _is_followed(call: ast.Call) -> bool:
    match call.func:
        case ast.Name(id=name):
            return name in _OF_ANYTHING
        case ast.Attribute(value=ast.Name(id="re"), attr=name):
            return name in _OF_PATTERNS
        case ast.Attribute(attr=name):
            return name in _OF_TEXT
    return False


def _read(node: ast.AST) -> Iterator[str]:
    """The dotted names that an expression reads, without functions that it calls and names that it binds itself."""
    own = {name for inner in ast.walk(node) for name in _bound(inner) if isinstance(inner, ast.comprehension)}
    stack = [node]
    while stack:
        inner = stack.pop()
        dotted = _dotted(inner)
        if isinstance(inner, ast.Call):
            stack += [*inner.args, *([inner.func.value] if isinstance(inner.func, ast.Attribute) else [])]
        elif dotted:
            if dotted.partition(".")[0] not in {*own, "re"}:
                yield dotted
        else:
            stack += ast.iter_child_nodes(inner)


def _dotted(node: ast.AST) -> str:
    match node:
        case ast.Name(id=name, ctx=ast.Load()):
            return name
        case ast.Attribute(value=value, attr=name):
            owner = _dotted(value)
            return f"{owner}.{name}" if owner else ""
    return ""


def _words(test: ast.expr, turning: set[str], value_of: Callable[[str], object]) -> Iterator[str]:
    """The texts that a condition compares with."""
    separators = {
        id(argument)
        for node in ast.walk(test)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in {"split", "rsplit"}
        for argument in node.args
    }
    for node in ast.walk(test):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in separators:
            yield node.value
    for name in _read(test):
        value = value_of(name) if name.partition(".")[0] not in turning else None
        texts = [value] if isinstance(value, str) else value if isinstance(value, (list, tuple, set, frozenset)) else []
        yield from (text for text in texts if isinstance(text, str))
