"""Tells what a loop picks by a condition, to freeze or to thaw."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from headlint.finding import Place
from headlint.history import Chosen, Known
from headlint.static.heap import Module, Parameter
from headlint.static.values import Instance, Items, Opaque, Value

if TYPE_CHECKING:
    import ast
    from collections.abc import Iterable, Iterator

    from headlint.choosing import Condition
    from headlint.static.interpreter import Interpreter


@contextmanager
def choosing(interpreter: Interpreter, loop: ast.For | ast.AsyncFor, items: Items) -> Iterator[None]:
    """While this lasts, a loop turns; what it picked is told at the end, if it may pick anything."""
    from headlint.choosing import may_choose

    if not may_choose(interpreter.places.lines_of(loop)):
        yield
        return
    interpreter.choosing.append({})
    try:
        yield
        if not interpreter.uncertain and not items.why:
            _tell(interpreter, loop, items)
    finally:
        interpreter.choosing.pop()


def _tell(interpreter: Interpreter, loop: ast.For | ast.AsyncFor, items: Items) -> None:
    from headlint.choosing import condition_of, remark_on

    visited = list(_parameters(items.items))
    became = interpreter.choosing[-1]
    if not visited or any(not isinstance(became.get(id(one), True), bool) for one in visited):
        return
    condition = condition_of(loop, lambda name: _plain(interpreter, name))
    if condition is None:
        return
    remark = remark_on(interpreter.places.lines, loop)
    for home in {home.number: home for one in visited if (home := _home(one)) is not None}.values():
        _tell_of(interpreter, home, [one for one in visited if _home(one) is home], condition, remark)


def _tell_of(
    interpreter: Interpreter,
    home: Module,
    visited: list[Parameter],
    condition: Condition,
    remark: str,
    *,
    behind: bool = False,
) -> None:
    became = {} if behind else interpreter.choosing[-1]
    frozen, thawed, left = (
        tuple(dict.fromkeys(_path(one) for one in visited if became.get(id(one)) is to)) for to in (False, True, None)
    )
    tree = condition.statement
    place = Place(interpreter.places.path, interpreter.places.span(tree), tree.lineno)
    _, _, model = interpreter.journal.model_of(home, place)
    told = Chosen(
        place, model, condition.by, condition.text, condition.words, condition.to, frozen, thawed, left, remark, behind
    )
    interpreter.journal.events.append(told)


def tell_slipped(interpreter: Interpreter, tree: ast.If) -> None:
    """Tell of a condition on a loop's counter that is false behind that loop: it picks nothing."""
    from headlint.choosing import may_choose, slipped_out

    loop, items = interpreter.turned or (None, None)
    if loop is None or items is None or interpreter.uncertain or items.why:
        return
    between = interpreter.places.lines[loop.end_lineno or loop.lineno : tree.lineno - 1]
    is_next = tree.lineno > loop.lineno and all(not line.strip() or line.lstrip().startswith("#") for line in between)
    if not is_next or not may_choose(interpreter.places.lines_of(tree)):
        return
    condition, visited = slipped_out(loop, tree), list(_parameters(items.items))
    if condition is None:
        return
    for home in {home.number: home for one in visited if (home := _home(one)) is not None}.values():
        own = [one for one in visited if _home(one) is home]
        _tell_of(interpreter, home, own, condition, "", behind=True)


def _parameters(values: Iterable[Value]) -> Iterator[Parameter]:
    """The parameters that a loop's items stand for: themselves, or those of modules."""
    for value in values:
        match value:
            case Parameter():
                yield value
            case Module():
                yield from (parameter for _, parameter in value.named_parameters())
            case Items():
                yield from _parameters(value.items)


def _home(parameter: Parameter) -> Module | None:
    return parameter.holder[0].model_home()[0] if parameter.holder is not None else None


def _path(parameter: Parameter) -> str:
    assert parameter.holder is not None
    path = parameter.holder[0].model_home()[1]
    return f"{path}.{parameter.holder[1]}" if path else parameter.holder[1]


def _plain(interpreter: Interpreter, dotted: str) -> object:
    """The value of a dotted name as plain data."""
    from headlint.choosing import UNKNOWN

    first, *rest = dotted.split(".")
    value = interpreter.scope.find(first)
    for name in rest:
        known = isinstance(value, (Instance, Module, Opaque)) and name in value.attributes
        value = value.attributes[name] if known and isinstance(value, (Instance, Module, Opaque)) else None
    match value:
        case Known(plain):
            return plain
        case Items(why=""):
            return [item.value for item in value.items if isinstance(item, Known)]
        case None | Opaque() | Items():
            return UNKNOWN
    return None
