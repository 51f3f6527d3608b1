"""What expressions evaluate to."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import libcst as cst

from headlint.history import Known
from headlint.static import comprehensions
from headlint.static.arithmetic import combine
from headlint.static.attributes import attribute, subscript
from headlint.static.binding import items_of
from headlint.static.conditions import compare
from headlint.static.heap import Module
from headlint.static.values import (
    FALSE,
    NONE,
    TRUE,
    Function,
    Items,
    Opaque,
    Optimizer,
    Table,
    Value,
    truth,
    why_unknown,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from headlint.static.interpreter import Interpreter


_CONSTANTS = {"True": TRUE, "False": FALSE, "None": NONE}


def _name(interpreter: Interpreter, node: cst.Name) -> Value:
    return _CONSTANTS.get(node.value) or interpreter.name(node.value)


def _integer(interpreter: Interpreter, node: cst.Integer) -> Value:
    if node.value.isdigit() and len(node.value) < 19:
        return Known(int(node.value))
    try:
        return Known(node.evaluated_value, None)
    except ValueError:
        return Opaque("a number too long to be read")


def _float(interpreter: Interpreter, node: cst.Float) -> Value:
    return Known(node.evaluated_value)


def _string(interpreter: Interpreter, node: cst.SimpleString | cst.ConcatenatedString) -> Value:
    if isinstance(node, cst.SimpleString) and _is_plain(node.value):
        return Known(node.value[1:-1])
    value = node.evaluated_value
    return Known(value) if isinstance(value, str) else Opaque("a string that isn't plain text")


def _is_plain(spelled: str) -> bool:
    """Whether a string is spelled in single quotation marks, without prefix and escapes: it needs no evaluation."""
    return spelled[0] in "'\"" and "\\" not in spelled and spelled[:3] not in ("'''", '"""')


def _formatted(interpreter: Interpreter, node: cst.FormattedString) -> Value:
    text = ""
    for part in node.parts:
        if isinstance(part, cst.FormattedStringText):
            text += part.value
        elif isinstance(part, cst.FormattedStringExpression):
            value = interpreter.value(part.expression)
            if not isinstance(value, Known) or part.format_spec or part.conversion:
                return Opaque(why_unknown(value) or "part of the text is not known")
            text += str(value.value)
    return Known(text)


def _attribute(interpreter: Interpreter, node: cst.Attribute) -> Value:
    owner = interpreter.value(node.value)
    return attribute(interpreter, owner, node.attr.value, partial(interpreter.text, node.value))


def _subscript(interpreter: Interpreter, node: cst.Subscript) -> Value:
    owner = interpreter.value(node.value)
    if len(node.slice) != 1:
        from headlint.static.indexing import indexed

        return indexed(interpreter, owner, node.slice)
    index = node.slice[0].slice
    if isinstance(index, cst.Index):
        spell = partial(interpreter.text, node.value)
        return subscript(interpreter, owner, interpreter.value(index.value), index.value, spell)
    if isinstance(index, cst.Slice):
        from headlint.static.slices import sliced

        return sliced(interpreter, owner, index)
    return Opaque("headlint doesn't follow this kind of index")


def _elements(interpreter: Interpreter, elements: Sequence[cst.BaseElement]) -> Items:
    items: list[Value] = []
    why = ""
    for element in elements:
        value = interpreter.value(element.value)
        if isinstance(element, cst.StarredElement):
            more = items_of(value)
            items += more.items
            why = why or more.why
        else:
            items.append(value)
    return Items(items, why=why)


def _list(interpreter: Interpreter, node: cst.List) -> Value:
    return _elements(interpreter, node.elements)


def _tuple(interpreter: Interpreter, node: cst.Tuple | cst.Set) -> Value:
    items = _elements(interpreter, node.elements)
    items.fixed = True
    return items


def _dict(interpreter: Interpreter, node: cst.Dict) -> Value:
    entries: dict[object, Value] = {}
    why = ""
    for element in node.elements:
        value = interpreter.value(element.value)
        if isinstance(element, cst.DictElement):
            key = interpreter.value(element.key)
            if isinstance(key, Known):
                entries[key.value] = value
            else:
                why = why or why_unknown(key) or "one of its keys is not known"
        elif isinstance(value, Table):
            entries.update(value.entries)
            why = why or value.why
        else:
            why = why or why_unknown(value) or "what is unpacked into it is not known"
    return Table(entries, why)


def _binary(interpreter: Interpreter, node: cst.BinaryOperation) -> Value:
    left, right = interpreter.value(node.left), interpreter.value(node.right)
    if isinstance(left, Module) and left.kind == "Sequential":
        from headlint.static.lists import joined

        return joined(left, right, type(node.operator))
    return combine(left, right, type(node.operator))


def _unary(interpreter: Interpreter, node: cst.UnaryOperation) -> Value:
    value = interpreter.value(node.expression)
    if isinstance(node.operator, cst.Not):
        answer = truth(value)
        return Known(not answer) if isinstance(answer, bool) else Opaque(answer.why)
    if isinstance(value, Known) and isinstance(value.value, (int, float)) and isinstance(node.operator, cst.Minus):
        return Known(-value.value)
    return Opaque(why_unknown(value) or "headlint doesn't compute this")


def _boolean(interpreter: Interpreter, node: cst.BooleanOperation) -> Value:
    left = interpreter.value(node.left)
    answer = truth(left)
    wants = isinstance(node.operator, cst.And)
    if isinstance(answer, bool):
        return interpreter.value(node.right) if answer is wants else left
    right = interpreter.guess(node.right)
    if truth(right) is (not wants):
        return right
    return Opaque(answer.why)


def _comparison(interpreter: Interpreter, node: cst.Comparison) -> Value:
    left = interpreter.value(node.left)
    result: Value = Known(True)
    for target in node.comparisons:
        right = interpreter.value(target.comparator)
        result = compare(left, right, target.operator)
        if result != Known(True):
            return result
        left = right
    return result


def _builds(text: str) -> bool:
    """Whether an expression calls something that may build a model or a part of one."""
    return "(" in text and any(word in text for word in ("models.", "nn.", "create_model", "from_pretrained", "optim"))


def _are_widths(values: Sequence[Value]) -> bool:
    """Whether values are numbers that a layer may be built with."""
    return all(isinstance(value, Known) and type(value.value) is int and value.value > 1 for value in values)


def _conditional(interpreter: Interpreter, node: cst.IfExp) -> Value:
    from headlint.static.questions import decide_value

    answer = truth(interpreter.value(node.test))
    if not isinstance(answer, bool) and any(_builds(interpreter.text(part)) for part in (node.body, node.orelse)):
        chosen = node.body if decide_value(interpreter, node.test) == 0 else node.orelse
        with interpreter.behind(id(node), stays=False):
            return interpreter.value(chosen)
    if isinstance(answer, bool):
        return interpreter.value(node.body if answer else node.orelse)
    values = interpreter.guess(node.body), interpreter.guess(node.orelse)
    if values[0] == values[1]:
        return values[0]
    if any(isinstance(value, (Module, Optimizer, Function)) for value in values) or _are_widths(values):
        picked = values[decide_value(interpreter, node.test)]
        if isinstance(picked, Module):
            picked.guards = (*picked.guards, id(node))
        return picked
    why = f"it differs with the condition `{interpreter.text(node.test)}`"
    for value in values:
        if isinstance(value, (Items, Table)):
            value.why = value.why or why
    return Opaque(why)


def _lambda(interpreter: Interpreter, node: cst.Lambda) -> Value:
    made = Function("lambda", lambda: node.params, node.body, interpreter.scope, lambda: None, interpreter.places)
    made.home = interpreter.statement
    return made


def _walrus(interpreter: Interpreter, node: cst.NamedExpr) -> Value:
    from headlint.static.statements import assign

    value = interpreter.value(node.value)
    assign(interpreter, node.target, value)
    return value


def _call(interpreter: Interpreter, node: cst.Call) -> Value:
    from headlint.static.calls import call_node

    return call_node(interpreter, node)


def _awaited(interpreter: Interpreter, node: cst.Await) -> Value:
    return interpreter.value(node.expression)


def _yielded(interpreter: Interpreter, node: cst.Yield) -> Value:
    if isinstance(node.value, cst.BaseExpression):
        interpreter.value(node.value)
    return Opaque("what is sent into a generator is not known")


HANDLERS: dict[type[cst.BaseExpression], Callable[[Interpreter, Any], Value]] = {
    cst.Name: _name,
    cst.Integer: _integer,
    cst.Float: _float,
    cst.SimpleString: _string,
    cst.ConcatenatedString: _string,
    cst.FormattedString: _formatted,
    cst.Attribute: _attribute,
    cst.Subscript: _subscript,
    cst.List: _list,
    cst.Tuple: _tuple,
    cst.Set: _tuple,
    cst.Dict: _dict,
    cst.BinaryOperation: _binary,
    cst.UnaryOperation: _unary,
    cst.BooleanOperation: _boolean,
    cst.Comparison: _comparison,
    cst.IfExp: _conditional,
    cst.Lambda: _lambda,
    **comprehensions.HANDLERS,
    cst.NamedExpr: _walrus,
    cst.Call: _call,
    cst.Await: _awaited,
    cst.Yield: _yielded,
}
