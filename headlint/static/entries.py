"""Entry points: functions and classes that nothing in the script calls, called with what can be known of arguments."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

import libcst as cst

from headlint.static.heap import Module
from headlint.static.lightning import HOOKS
from headlint.static.values import Class, Function, Instance, Opaque, Value

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from headlint.static.blocks import Piece
    from headlint.static.interpreter import Interpreter

_SWITCHES = """requires_gr require_gr requires_ga trainable""".split()
_SURGERY = """requires_gr require_gr requires_ga trainable models. models, torchvision.models create_model hub.load(
    get_model( from_pretrained( .fc .classifier .head .heads ._fc .last_linear""".split()
_HEADS = frozenset(
    """fc classifier head heads _fc last_linear AuxLogits head_dist box_predictor mask_predictor
    aux_classifier""".split()
)
_MODELS = frozenset("backbone model net network".split())
_HOOKS = (*HOOKS, *"""build_model _build_model train fit run main""".split())


class Covered:
    """What some way of a script came to: the functions and classes that were called, and the lines.

    `models` are the names of the module level that hold modules.
    """

    def __init__(self) -> None:
        self.called: set[int] = set()
        self.lines: set[int] = set()
        self.models: set[str] = set()

    def add(self, interpreter: Interpreter) -> None:
        self.called |= interpreter.called
        self.lines |= interpreter.lines
        self.models |= {name for name, value in interpreter.top.names.items() if isinstance(value, Module)}


class Entry:
    """A function or class that nothing calls. `plain` says to use its plain default values as they are.

    `method` is a method of the class to call instead of the usual ones. `again` says that the script calls it itself,
    with arguments that leave some of its surgery out.
    """

    __slots__ = ("again", "method", "name", "plain")

    def __init__(self, name: str, *, plain: bool, method: str = "", again: bool = False) -> None:
        self.again = again
        self.name = name
        self.plain = plain
        self.method = method

    def call(self, interpreter: Interpreter) -> None:
        """Call it."""
        value = interpreter.top.names.get(self.name)
        if isinstance(value, Function) and (self.again or id(value.statement) not in interpreter.called):
            interpreter.statement = value.statement
            interpreter.call_function(value, [], self._arguments(value))
        elif isinstance(value, Class):
            self._use_class(interpreter, value)

    def _arguments(self, function: Function, skip: int = 0) -> dict[str, Value]:
        """What is passed: nothing for plain defaults that are used as they are, unknown values for the rest."""
        passed: dict[str, Value] = {}
        parameters = function.parameters
        plain = (*parameters.posonly_params, *parameters.params)
        for parameter in (*plain[skip:], *parameters.kwonly_params):
            name = parameter.name.value
            if parameter.default is None or not (self.plain and _is_plain(parameter.default)):
                passed[name] = Opaque(f"the caller of `{function.name}` decides what `{name}` is")
        return passed

    def _use_class(self, interpreter: Interpreter, cls: Class) -> None:
        from headlint.static.building import instantiate
        from headlint.static.calls import Call

        start = cls.find("__init__")
        interpreter.statement = cls.statement
        named = self._arguments(start, skip=1) if isinstance(start, Function) else {}
        made = instantiate(interpreter, cls, Call(cls, [], named, None, lambda: cls.name))
        if isinstance(made, Opaque):
            return
        for hook in [self.method] if self.method else _HOOKS:
            method = cls.find(hook)
            fresh = isinstance(method, Function) and id(method.statement) not in interpreter.called
            if isinstance(method, Function) and fresh and not (hook == "train" and not isinstance(made, Instance)):
                interpreter.statement = method.statement
                owner = cls if _is_of_class(method) else None if _stands_alone(method, made) else made
                interpreter.call_function(method, [], self._arguments(method, skip=0 if owner is None else 1), owner)


def _stands_alone(method: Function, made: Value) -> bool:
    """Whether a function in a class gets no object of it: `def put(model)` is called as `Heads.put(net)`."""
    parameters = [*method.parameters.posonly_params, *method.parameters.params]
    is_odd = isinstance(made, Instance) and bool(parameters) and parameters[0].name.value in _MODELS
    return "staticmethod" in method.decorators or is_odd


def _is_of_class(method: Function) -> bool:
    return "classmethod" in method.decorators


def _is_plain(node: cst.BaseExpression) -> bool:
    return isinstance(node, (cst.SimpleString, cst.Integer))


def entries(parts: Iterable[Piece], text: str, covered: Covered) -> Iterator[Entry]:
    """The entry points of a script, given what its module level came to: first what nothing in it names.

    Last come those that it calls in a way that leaves surgery out: branches of a factory for other models.
    """
    words, called = _words(parts), covered.called
    candidates = [
        (part, tree)
        for part in parts
        for tree in part.trees
        if isinstance(tree, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef))
        and (any(word in part.text for word in words) or _trains(tree, part.text, covered.models))
    ]
    for part, tree in sorted(candidates, key=lambda item: len(re.findall(rf"\b{item[1].name}\b", text)) > 1):
        statement = next((one for one in part.statements if one.tree is tree), None)
        if statement is None or id(statement) in called:
            continue
        yield Entry(tree.name, plain=False)
        if _has_plain_default(tree):
            yield Entry(tree.name, plain=True)
        if isinstance(tree, ast.ClassDef):
            yield from _building_methods(tree, part, words, called)
    for node in [node for part in parts for node in part.trees]:
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)) and _leaves_surgery_out(node, covered.lines):
            yield Entry(node.name, plain=False, again=True)


def _trains(tree: ast.stmt, text: str, models: set[str]) -> bool:
    """Whether a function trains a model of the module level: its loss meets the model's output there."""
    if ".backward(" not in text or isinstance(tree, ast.ClassDef):
        return False
    own = {node.arg for node in ast.walk(tree) if isinstance(node, ast.arg)}
    return any(re.search(rf"\b{name}\(", text) for name in models - own)


def _leaves_surgery_out(tree: ast.stmt, reached: set[int]) -> bool:
    """Whether something is put on a head's place in a function or class on lines that no way came to."""
    lines = [node.lineno for node in ast.walk(tree) if isinstance(node, ast.Assign) and _puts_head(node.targets[0])]
    return bool(lines) and not all(line in reached for line in lines)


def _puts_head(target: ast.expr) -> bool:
    while isinstance(target, ast.Subscript):
        target = target.value
    if not isinstance(target, ast.Attribute):
        return False
    if target.attr not in _HEADS:
        return isinstance(target.value, ast.Attribute) and _puts_head(target.value)
    return not (isinstance(target.value, ast.Name) and target.value.id == "self")


def _building_methods(tree: ast.ClassDef, part: Piece, words: Iterable[str], called: set[int]) -> Iterator[Entry]:
    """The methods that build a model and that no usual way through their class calls."""
    builders = [word for word in words if word not in _SWITCHES]
    first = part.trees[0].lineno - part.text[: part.text.index(f"class {tree.name}")].count("\n")
    lines = part.text.split("\n")
    statement = next((one for one in part.statements if one.tree is tree), None)
    for item in tree.body:
        if not isinstance(item, ast.FunctionDef) or item.name in _HOOKS or item.name.startswith("__") or not statement:
            continue
        text = "\n".join(lines[item.lineno - first : (item.end_lineno or item.lineno) - first + 1])
        is_called = any(id(one) in called for one in statement.known_inside() if one.tree is item)
        if not is_called and any(word in text for word in builders):
            yield Entry(tree.name, plain=False, method=item.name)


def _words(parts: Iterable[Piece]) -> tuple[str, ...]:
    """What betrays a part that builds or changes a model: known words, and the names of parts that hold one."""
    words = [*_SURGERY, *_imported_builders(parts)]
    for part in parts:
        if any(word in part.text for word in words):
            words += [name for tree in part.trees for name in _defined(tree) if len(name) > 2]
    return tuple(words)


def _defined(tree: ast.stmt) -> list[str]:
    if isinstance(tree, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
        return [f"{tree.name}("]
    targets = tree.targets if isinstance(tree, ast.Assign) else [tree.target] if isinstance(tree, ast.AnnAssign) else []
    return [f"{target.id}[" for target in targets if isinstance(target, ast.Name)]


def _imported_builders(parts: Iterable[Piece]) -> Iterator[str]:
    """The names that the script imports from libraries of models, and from its own files."""
    for part in parts:
        for tree in part.trees:
            library = tree.module or "" if isinstance(tree, ast.ImportFrom) else ""
            if isinstance(tree, ast.ImportFrom) and (tree.level or not library.startswith(("torch.", "numpy"))):
                yield from (f"{alias.asname or alias.name}{mark}" for alias in tree.names for mark in "(.")


def _has_plain_default(tree: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) -> bool:
    """Whether some parameter's default is a text or a number."""
    functions = (
        [tree]
        if not isinstance(tree, ast.ClassDef)
        else [item for item in tree.body if isinstance(item, ast.FunctionDef) and item.name == "__init__"]
    )
    defaults = [default for function in functions for default in (*function.args.defaults, *function.args.kw_defaults)]
    return any(
        isinstance(default, ast.Constant)
        and isinstance(default.value, (str, int))
        and not isinstance(default.value, bool)
        for default in defaults
    )
