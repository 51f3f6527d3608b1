"""The literals that a function compares its parameters with, and the flags that it asks."""

from __future__ import annotations

import ast
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from headlint.runtime.slices.calls import walk
from headlint.zoo import names

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from headlint.runtime.slices.names import Function, Names

_EVERYWHERE = frozenset({"name", "type", "kind", "dtype", "device", "mode", "ndim", "shape", "__name__"})
"""Attributes that are compared everywhere, and choose no model."""
_CASTS = frozenset({"lower", "upper", "strip", "casefold"})


Tables = dict[str, ast.Dict]
"""Dictionaries that a script writes down, by the names that they are bound to."""


def choices(function: Function, known: Tables) -> Iterator[tuple[str, Any]]:
    """Names and the literals that they are compared with: `("name", "vgg16")`, `("args.model", "vgg16")`.

    The keys of a dictionary are among them if a name is looked up in it; `known` are those from outside the function.
    """
    tables = known | tables_in(function)
    for _, subject, literal in _asked_of(function, tables):
        if name := _subject(subject):
            yield name, literal


def _asked_of(root: ast.AST, tables: Tables) -> list[tuple[ast.AST, ast.expr, Any]]:
    """What a piece of a script compares with literals, where, and with which; parts of names are made whole."""
    whole = [(node, *one) for node in walk(root) for one in _compared(node, tables)]
    literals = [literal for _, _, literal in whole]
    parts = [(node, *one) for node in walk(root) for one in _partly(node)]
    return whole + [(node, subject, _whole(part, test, literals)) for node, subject, part, test in parts]


def options(tree: ast.Module, known_names: Names) -> Iterator[tuple[str, str, str]]:
    """The options that the module level and functions without parameters compare with texts, and those texts.

    Each comes with how to tell it: `--net vgg16` for an option of the script's own command line, without its default;
    `config.net == "vgg16"` for an attribute of what may come from elsewhere.
    """
    known = {name: option for call in walk(tree) if (option := _option(call)) for name in (_dest(option),)}
    found: dict[tuple[str, str, str], None] = {}
    tables, given = tables_in(tree), _given(known_names)
    for node, compared, literal in _asked_of(tree, tables):
        owner, _, name = _subject(compared).rpartition(".")
        if owner and name in known:
            told = dict.fromkeys((literal, *_given_choices(known[name])))
            found |= {(f"--{name} {one}", name, one): None for one in told if _default(known[name]) != one}
        elif name not in _EVERYWHERE and owner not in given.get(id(node), ()) and _may_be_settings(owner, known_names):
            found[f'{owner}.{name} == "{literal}"', name, literal] = None
    for name, option in known.items():
        texts = [one for one in _given_choices(option, tree) if _default(option) != one]
        if not set(texts).isdisjoint(names("torchvision")):
            found |= {(f"--{name} {one}", name, one): None for one in texts}
    yield from found


def _may_be_settings(owner: str, names: Names) -> bool:
    """Whether a name may be an object that holds settings, made elsewhere: no module."""
    start = names.imports.get(owner, f".{owner}")
    return bool(owner) and "." in start and start.partition(".")[0] not in sys.stdlib_module_names


def _given(names: Names) -> dict[int, set[str]]:
    """The parameters that each piece of a function is given, by the piece's identity: those are chosen elsewhere."""
    found: dict[int, set[str]] = {}
    for function in (one for same in names.functions.values() for one in same):
        own = {argument.arg for argument in all_arguments(function)}
        for node in walk(function):
            found.setdefault(id(node), set()).update(own)
    return found


def all_arguments(function: Function) -> list[ast.arg]:
    """The parameters of a function, `self` included, without those that take any number."""
    return [*function.args.posonlyargs, *function.args.args, *function.args.kwonlyargs]


def _option(call: ast.AST) -> ast.Call | None:
    match call:
        case ast.Call(func=ast.Attribute(attr="add_argument")):
            return call
    return None


def _keyword(call: ast.Call, name: str) -> ast.expr | None:
    return next((keyword.value for keyword in call.keywords if keyword.arg == name), None)


def _dest(call: ast.Call) -> str:
    dest = _keyword(call, "dest")
    if isinstance(dest, ast.Constant):
        return str(dest.value)
    texts = [one.value for one in call.args if isinstance(one, ast.Constant) and isinstance(one.value, str)]
    long = [text for text in texts if text.startswith("--")] or texts
    return long[0].lstrip("-").replace("-", "_") if long else ""


def _default(call: ast.Call) -> object:
    default = _keyword(call, "default")
    return default.value if isinstance(default, ast.Constant) else None


def _given_choices(call: ast.Call, tree: ast.AST | None = None) -> Iterator[Any]:
    """The texts that an option may have, written there, or where the name is bound that stands there."""
    given = _keyword(call, "choices")
    if isinstance(given, ast.Name) and tree is not None:
        bound = [node.value for node in walk(tree) if isinstance(node, ast.Assign) and _binds(node, given.id)]
        given = bound[0] if len(bound) == 1 else None
    if isinstance(given, ast.Dict):
        yield from _keys(given)
    yield from _literals(given) if given is not None else ()


def _binds(node: ast.Assign, name: str) -> bool:
    return any(isinstance(target, ast.Name) and target.id == name for target in node.targets)


def flags(function: Function, defaults: dict[str, Any]) -> Iterator[tuple[str, bool]]:
    """The parameters that are plain flags, asked in an `if`, with both values."""
    annotated = {
        one.arg for one in function.args.args if isinstance(one.annotation, ast.Name) and one.annotation.id == "bool"
    }
    asked = {name for node in walk(function) if isinstance(node, (ast.If, ast.IfExp)) for name in _asked(node.test)}
    for name in [one.arg for one in (*function.args.args, *function.args.kwonlyargs)]:
        if name in asked and (name in annotated or isinstance(defaults.get(name), bool)):
            yield name, True
            yield name, False


@dataclass(frozen=True, slots=True, repr=False)
class Other:
    """A value other than the default, whatever it is: a number of that kind, or anything that is not None."""

    kind: type[int] | type[float] | None

    def __repr__(self) -> str:
        return "…"


def gates(function: Function, defaults: dict[str, Any]) -> Iterator[tuple[str, Other]]:
    """The parameters of which an `if` asks whether they are anything but 0, None, or the number they default to."""
    tests = [node.test for node in walk(function) if isinstance(node, (ast.If, ast.IfExp))]
    asked = {name for test in tests for name in (*_asked(test), *_asked_apart(test))}
    compared = {pair for test in tests for pair in _compared_with_numbers(test)}
    for name, default in defaults.items():
        kind = type(default) if isinstance(default, (int, float)) and not isinstance(default, bool) else None
        is_nothing = default is None or (kind is not None and not default)
        if (name in asked and is_nothing) or (kind is not None and (name, default) in compared):
            yield name, Other(kind)


def _asked_apart(test: ast.expr) -> Iterator[str]:
    """The names of which a test asks whether they differ from 0 or None."""
    for node in walk(test):
        match node:
            case ast.Compare(left=ast.Name(id=name), comparators=[ast.Constant(value=0 | None)]):
                yield name


def _compared_with_numbers(test: ast.expr) -> Iterator[tuple[str, float]]:
    """The names of which a test asks whether they are a certain number or another one, and that number."""
    for node in walk(test):
        match node:
            case ast.Compare(
                left=ast.Name(id=name), ops=[ast.Eq() | ast.NotEq()], comparators=[ast.Constant(value=int() as value)]
            ):
                yield name, value


def _asked(test: ast.expr) -> Iterator[str]:
    match test:
        case ast.Name(id=name):
            yield name
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            yield from _asked(operand)
        case ast.BoolOp(values=values):
            for value in values:
                yield from _asked(value)


def _compared(node: ast.AST, tables: dict[str, ast.Dict]) -> Iterator[tuple[ast.expr, Any]]:
    match node:
        case ast.Compare(
            left=left, ops=[ast.In() | ast.NotIn()], comparators=[ast.Name() | ast.Attribute() as table]
        ) if _last_name(table) in tables:
            yield from ((left, literal) for literal in _keys(tables[_last_name(table)]))
        case ast.Compare(left=left, ops=[ast.Eq() | ast.In() | ast.Is() as test], comparators=[right]):
            yield from ((left, literal) for literal in _literals(right))
            if not isinstance(test, ast.In):
                yield from ((right, literal) for literal in _literals(left))
        case ast.Match(subject=subject, cases=cases):
            yield from ((subject, literal) for case in cases for literal in _patterns(case.pattern))
        case (
            ast.Subscript(value=table, slice=key)
            | ast.Call(func=ast.Attribute(value=table, attr="get"), args=[key, *_])
        ):
            found = table if isinstance(table, ast.Dict) else tables.get(_last_name(table))
            if isinstance(found, ast.Dict):
                yield from ((key, literal) for literal in _keys(found))


def _partly(node: ast.AST) -> Iterator[tuple[ast.expr, str, Callable[[str, str], bool]]]:
    """What is asked for a part of its text, that part, and the test: `name.startswith("resnet")`, `"vit" in name`."""
    match node:
        case ast.Compare(left=left, ops=[ast.In()], comparators=[right]):
            yield from ((right, literal, str.__contains__) for literal in _literals(left))
        case ast.Call(func=ast.Attribute(value=owner, attr="startswith" | "endswith" as name), args=[argument]):
            test = str.startswith if name == "startswith" else str.endswith
            yield from ((owner, literal, test) for literal in _literals(argument))


def _whole(part: str, test: Callable[[str, str], bool], literals: Iterable[str]) -> str:
    """A name that a part is asked of: one that the script writes elsewhere, else a published model's, else the part."""
    found = next((literal for literal in literals if test(literal, part)), "")
    fitting = (name for name in names("torchvision") if not found and test(name, part))
    return found or min(fitting, key=lambda name: (not name.startswith(part), len(name), name), default=part)


def _keys(table: ast.Dict) -> Iterator[Any]:
    for one in table.keys:
        if one is not None:
            yield from _literals(one)


def tables_in(node: ast.AST) -> Tables:
    """The dictionaries that are bound to names somewhere in a piece of a script: `MODELS`, `self.models`."""
    found: Tables = {}
    for inner in walk(node):
        match inner:
            case ast.Assign(targets=[target], value=ast.Dict() as table):
                found[_last_name(target)] = table
            case ast.AnnAssign(target=target, value=ast.Dict() as table):
                found[_last_name(target)] = table
    found.pop("", None)
    return found


def _last_name(node: ast.expr) -> str:
    match node:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
    return ""


def _subject(node: ast.expr) -> str:
    match node:
        case ast.Name(id=name):
            return name
        case ast.Attribute(value=ast.Name(id=owner), attr=name):
            return f"{owner}.{name}"
        case ast.Subscript(value=ast.Name(id=owner), slice=ast.Constant(value=str(name))) if name.isidentifier():
            return f"{owner}.{name}"
        case ast.Call(func=ast.Attribute(value=value, attr=cast)) if cast in _CASTS:
            return _subject(value)
    return ""


def _literals(node: ast.expr) -> Iterator[Any]:
    match node:
        case ast.Constant(value=str() as value) if value:
            yield value
        case ast.Tuple(elts=items) | ast.List(elts=items) | ast.Set(elts=items):
            for item in items:
                yield from _literals(item)


def _patterns(pattern: ast.pattern) -> Iterator[Any]:
    match pattern:
        case ast.MatchValue(value=value):
            yield from _literals(value)
        case ast.MatchOr(patterns=patterns):
            for inner in patterns:
                yield from _patterns(inner)
