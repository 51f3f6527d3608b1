"""What statements do."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any

import libcst as cst

from headlint.history import Known
from headlint.static import lists
from headlint.static.arithmetic import combine
from headlint.static.attributes import child_name
from headlint.static.binding import items_of, unpack
from headlint.static.branches import follow_if, follow_match, follow_try
from headlint.static.choosing import choosing
from headlint.static.definitions import define_class, define_function
from headlint.static.devices import Device
from headlint.static.edits import become_part, delete, set_gradient, write
from headlint.static.endings import LoopContinued, LoopLeft, Returned, WayEnds
from headlint.static.heap import Module, Parameter
from headlint.static.imports import import_modules, import_names
from headlint.static.lacking import lacks_item, lacks_items, read
from headlint.static.loops import follow_while, forget_counts, leaves
from headlint.static.questions import suppose
from headlint.static.returned import check_unpacked
from headlint.static.slices import item_key
from headlint.static.states import States
from headlint.static.values import NONE, Instance, Items, Opaque, Table, Tensor, Value, truth, why_unknown

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from headlint.static.blocks import Statement
    from headlint.static.interpreter import Interpreter

_MOST_TURNS = 4_000


def assign(interpreter: Interpreter, target: cst.BaseExpression, value: Value) -> None:
    """Put a value where an assignment's target says."""
    if isinstance(target, cst.Name):
        _bind(interpreter, target.value, value)
        return
    match target:
        case cst.Attribute():
            owner = interpreter.value(target.value)
            write(interpreter, owner, target.attr.value, value, target)
        case cst.Subscript():
            _assign_item(interpreter, target, value)
        case cst.Tuple(elements=elements) | cst.List(elements=elements):
            check_unpacked(interpreter, value)
            for element, part in zip(elements, unpack(value, elements), strict=True):
                assign(interpreter, element.value, part)
        case cst.StarredElement():
            assign(interpreter, target.value, value)


def _bind(interpreter: Interpreter, name: str, value: Value) -> None:
    """`name = value`, where the name may belong to a scope further out; of that one, branches are not joined."""
    owner = interpreter.scope.borrowed.get(name)
    if owner is None:
        interpreter.scope.names[name] = value
    elif not interpreter.uncertain:
        owner.names[name] = value
    elif owner.names.get(name) is not value:
        owner.names[name] = Opaque(f"`{name}` differs with a condition: {interpreter.uncertain}")


def _assign_item(interpreter: Interpreter, target: cst.Subscript, value: Value) -> None:
    owner = interpreter.value(target.value)
    index = target.slice[0].slice
    key = interpreter.value(index.value) if isinstance(index, cst.Index) else Opaque("a slice is assigned")
    put_item(interpreter, owner, key, value, target)


def put_item(interpreter: Interpreter, owner: Value, key: Value, value: Value, target: cst.BaseExpression) -> None:
    """`owner[key] = value`."""
    from headlint.static.values import Bound

    match owner, key:
        case Table(), Known(plain):
            owner.entries[plain] = value
        case Table(), _:
            owner.why = owner.why or why_unknown(key) or "one of its keys is not known"
        case Items(), Known(int() as position) if -len(owner.items) <= position < len(owner.items):
            owner.items[position] = value
        case Items(), _:
            owner.why = owner.why or "an item is replaced at an index that is not known"
        case Module(), Known(plain):
            _put_child(interpreter, owner, plain, value, target)
        case Parameter(), _:
            owner.fresh = False
        case Module(), _:
            owner.blur = owner.blur or "a layer is replaced at an index that is not known"
        case Bound(owner=Module() as module, method="_modules"), Known(str() as name):
            write(interpreter, module, name, value, target)
        case States(), _:
            owner.changed = True
        case Opaque(), Known(plain):
            become_part(interpreter, owner, value)
            owner.attributes[f"[{plain!r}]"] = value


def _put_child(
    interpreter: Interpreter, owner: Module, plain: object, value: Value, target: cst.BaseExpression
) -> None:
    """`owner[plain] = value` for a module."""
    name = child_name(owner, plain)
    if lacks_items(owner) or (name is None and lacks_item(owner, plain)):
        text = interpreter.text(target.value) if isinstance(target, cst.Subscript) else ""
        read(interpreter, owner, f"[{plain!r}]", text)
    write(interpreter, owner, name if name is not None else str(plain), value, target)


def _assign(interpreter: Interpreter, node: cst.Assign, statement: Statement) -> None:
    value = interpreter.value(node.value)
    for target in node.targets:
        assign(interpreter, target.target, value)


def _annotated(interpreter: Interpreter, node: cst.AnnAssign, statement: Statement) -> None:
    if node.value is not None:
        assign(interpreter, node.target, interpreter.value(node.value))


_AUGMENTED: dict[type[cst.BaseAugOp], type[cst.BaseBinaryOp]] = {
    cst.AddAssign: cst.Add,
    cst.SubtractAssign: cst.Subtract,
    cst.MultiplyAssign: cst.Multiply,
    cst.FloorDivideAssign: cst.FloorDivide,
}


def _augmented(interpreter: Interpreter, node: cst.AugAssign, statement: Statement) -> None:
    before = interpreter.value(node.target)
    value = interpreter.value(node.value)
    operation = _AUGMENTED.get(type(node.operator))
    if isinstance(before, Items) and operation is cst.Add:
        more = items_of(value)
        before.items += more.items
        before.why = before.why or more.why
        return
    if lists.is_list(before) and isinstance(value, Module) and operation is cst.Add:
        lists.extend(interpreter, before, list(value.children.values()), interpreter.text(node.target))
        return
    combined = combine(before, value, operation) if operation else Opaque("headlint doesn't compute this")
    assign(interpreter, node.target, combined)


def _expression(interpreter: Interpreter, node: cst.Expr, statement: Statement) -> None:
    interpreter.value(node.value)


def _return(interpreter: Interpreter, node: cst.Return, statement: Statement) -> None:
    raise Returned(interpreter.value(node.value) if node.value else NONE)


def _raise(interpreter: Interpreter, node: cst.Raise, statement: Statement) -> None:
    raise WayEnds


def _break(interpreter: Interpreter, node: cst.Break, statement: Statement) -> None:
    raise LoopLeft


def _continue(interpreter: Interpreter, node: cst.Continue, statement: Statement) -> None:
    raise LoopContinued


def _delete(interpreter: Interpreter, node: cst.Del, statement: Statement) -> None:
    targets = node.target.elements if isinstance(node.target, cst.Tuple) else [cst.Element(node.target)]
    for element in targets:
        if isinstance(element.value, cst.Name):
            interpreter.scope.names.pop(element.value.value, None)
        elif isinstance(element.value, cst.Attribute):
            delete(interpreter, interpreter.value(element.value.value), element.value.attr.value)
        elif isinstance(element.value, cst.Subscript):
            index = element.value.slice[0].slice
            owner = interpreter.value(element.value.value)
            delete(interpreter, owner, item_key(interpreter, index))


def _global(interpreter: Interpreter, node: cst.Global | cst.Nonlocal, statement: Statement) -> None:
    for item in node.names:
        interpreter.scope.borrow(item.name.value, is_global=isinstance(node, cst.Global))


def _with(interpreter: Interpreter, node: cst.With, statement: Statement) -> None:
    for item in node.items:
        value = interpreter.value(item.item)
        if isinstance(value, Device):
            interpreter.journal.defaults = f"`{interpreter.text(item.item)}` changes where layers are made"
        if item.asname is not None:
            assign(
                interpreter,
                item.asname.name,
                value
                if isinstance(value, (Module, Instance))
                else Opaque(f"headlint doesn't know what `{interpreter.text(item.item)}` gives"),
            )
    assert isinstance(statement.tree, (ast.With, ast.AsyncWith))
    interpreter.run(statement.inside(node.body, statement.tree.body))


def _worth_turning(items: Sequence[Value]) -> bool:
    """Whether a loop over these is followed item by item: some of them are no mere unknowns or tensors."""
    return any(
        any(map(_is_definite, item.items)) if isinstance(item, Items) else _is_definite(item) for item in items[:3]
    )


def _is_definite(value: Value) -> bool:
    return not isinstance(value, (Items, Opaque, Tensor))


def _for(interpreter: Interpreter, node: cst.For, statement: Statement) -> None:
    items = interpreter.iterate(node.iter)
    assert isinstance(statement.tree, (ast.For, ast.AsyncFor))
    body = statement.inside(node.body, statement.tree.body)
    turns = items.items[: _MOST_TURNS if _worth_turning(items.items) else 1]
    if items.why and not turns:
        turns = [items.sample or Opaque(items.why)]
    if items.why or len(turns) < len(items.items):
        forget_counts(interpreter, statement.tree.body)
    interpreter.loops.append(interpreter.text(node.iter))
    uncertain = interpreter.uncertain
    try:
        with choosing(interpreter, statement.tree, items):
            if not items.why and _set_at_once(interpreter, node, body, turns):
                return
            is_left = any(_turn(interpreter, node.target, item, body) for item in turns)
    finally:
        interpreter.loops.pop()
        interpreter.uncertain = uncertain
        interpreter.turned = (statement.tree, items)
    if node.orelse is not None and not is_left:
        interpreter.run(statement.inside(node.orelse.body, statement.tree.orelse))


def _set_at_once(interpreter: Interpreter, node: cst.For, body: Sequence[Statement], turns: Sequence[Value]) -> bool:
    """The commonest loop, `for p in …: p.requires_grad = False`, done in one go; False if the loop is another."""
    inner = body[0].node if len(body) == 1 and node.orelse is None else None
    if not isinstance(inner, cst.Assign) or len(inner.targets) != 1 or not isinstance(node.target, cst.Name):
        return False
    target, flag = inner.targets[0].target, inner.value
    sets_flag = isinstance(target, cst.Attribute) and target.attr.value == "requires_grad"
    on_each = isinstance(target, cst.Attribute) and interpreter.text(target.value) == node.target.value
    parameters = [item for item in turns if isinstance(item, Parameter)]
    if not (sets_flag and on_each and isinstance(flag, cst.Name) and parameters and len(parameters) == len(turns)):
        return False
    interpreter.scope.names[node.target.value] = turns[-1]
    before, interpreter.statement = interpreter.statement, body[0]
    set_gradient(interpreter, parameters, truth(interpreter.value(flag)), node.target.value)
    interpreter.statement = before
    return True


def _turn(interpreter: Interpreter, target: cst.BaseExpression, item: Value, body: Sequence[Statement]) -> bool:
    """One turn of a loop; True if it is left by `break`."""
    assign(interpreter, target, item)
    return leaves(interpreter, body)


def _assert(interpreter: Interpreter, node: cst.Assert, statement: Statement) -> None:
    if isinstance(interpreter.value(node.test), Opaque) and not interpreter.uncertain:
        suppose(interpreter, node.test, holds=True)


HANDLERS: dict[type[cst.CSTNode], Callable[[Interpreter, Any, Statement], None]] = {
    cst.Assign: _assign,
    cst.AnnAssign: _annotated,
    cst.AugAssign: _augmented,
    cst.Expr: _expression,
    cst.Return: _return,
    cst.Raise: _raise,
    cst.Break: _break,
    cst.Continue: _continue,
    cst.Del: _delete,
    cst.Import: import_modules,
    cst.ImportFrom: import_names,
    cst.Global: _global,
    cst.Nonlocal: _global,
    cst.With: _with,
    cst.For: _for,
    cst.While: follow_while,
    cst.If: follow_if,
    cst.Match: follow_match,
    cst.Try: follow_try,
    cst.TryStar: follow_try,
    cst.Assert: _assert,
    cst.FunctionDef: define_function,
    cst.ClassDef: define_class,
}
