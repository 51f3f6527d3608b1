"""Where things happen in the user's source: from Python frames to places, and to the words that stand there."""

from __future__ import annotations

import ast
from itertools import islice
from typing import TYPE_CHECKING

from headlint.finding import Place, Span
from headlint.runtime.slices.hints import read_attributes, set_attributes

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import FrameType, TracebackType

    from headlint.runtime.worker.watching.script import Program

_PARTS = frozenset({"children", "named_children", "modules", "named_modules"})
Position = tuple[int | None, int | None, int | None, int | None]


class File:
    """One file of the user's: its statements, and the path by which the user knows it."""

    def __init__(self, path: str, tree: ast.Module, statement_of: Callable[[int], int]) -> None:
        self.path = path
        self.statement_of = statement_of
        self._statements: dict[int, ast.stmt] = {}
        self._loops: dict[int, str] = {}
        self._read(tree, "")

    def _read(self, node: ast.AST, loop: str) -> None:
        """Note each statement by its first line, the innermost one where several share it, and the loop around it."""
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.stmt):
                self._statements[child.lineno] = child
                self._loops[child.lineno] = loop
            inner = ast.unparse(child.iter) if isinstance(child, (ast.For, ast.AsyncFor)) else loop
            self._read(child, "" if isinstance(child, (ast.FunctionDef, ast.ClassDef)) else inner)

    def at(self, line: int) -> Place:
        """The place of the statement that a line lies in."""
        first = self.statement_of(line)
        statement = self._statements.get(first)
        if statement is None:
            return Place(self.path, Span(line, 0, line, 0), first)
        is_compound = hasattr(statement, "body")
        last = first if is_compound else statement.end_lineno or first
        return Place(self.path, Span(first, 0, last, 0), first)

    def loop(self, line: int) -> str:
        return self._loops.get(self.statement_of(line), "")

    def statement(self, line: int) -> ast.stmt | None:
        return self._statements.get(self.statement_of(line))


class Source:
    """The script that is run, and the user's own modules that it imports: tells the user's frames from others."""

    def __init__(self, path: str, program: Program) -> None:
        self.path = path
        self.shapes: tuple[tuple[int, ...], ...] = getattr(program, "shapes", ())
        self._tree = program.tree
        self._attributes: frozenset[tuple[str, int]] = getattr(program, "attributes", frozenset())
        self._calls: frozenset[str] = getattr(program, "calls", frozenset())
        self._script = File(path, program.tree, program.statement_of)
        self._files = {path: self._script}
        self._choosing: dict[int, tuple[ast.For, str]] = getattr(program, "choosing", {})
        self._called = getattr(program, "called", frozenset()) | _called_attributes(program.tree)
        self._parts = _called_in_forward(program.tree)
        self._read = set(getattr(program, "read", None) or read_attributes(program.tree))

    def follow(self, filename: str, path: str, tree: ast.Module, statement_of: Callable[[int], int]) -> None:
        """Take in a module of the user's own: `filename` is how its code calls it, `path` how the user does."""
        self._files[filename] = File(path, tree, statement_of)
        self._called |= _called_attributes(tree)
        self._parts |= _called_in_forward(tree)
        self._read |= read_attributes(tree)
        self._calls |= {ast.unparse(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)}

    def is_users(self, filename: str | None) -> bool:
        """Whether a file is one of the user's own."""
        return filename in self._files

    def is_user(self, frame: FrameType | None) -> bool:
        """Whether a frame runs the user's own code."""
        return frame is not None and frame.f_code.co_filename in self._files

    def user_frame(self, frame: FrameType | None) -> FrameType | None:
        """The nearest frame of the user's code, from `frame` outwards."""
        while frame is not None and frame.f_code.co_filename not in self._files:
            frame = frame.f_back
        return frame

    def at(self, line: int) -> Place:
        """The place of the statement of the script that a line lies in."""
        return self._script.at(line)

    def _file(self, frame: FrameType) -> File:
        return self._files.get(frame.f_code.co_filename, self._script)

    def place(self, frame: FrameType) -> Place:
        """The place at which a frame of the user's stands."""
        return self._file(frame).at(frame.f_lineno)

    def loop(self, frame: FrameType) -> str:
        """What the innermost loop around a frame's statement goes through, as written; '' outside of loops."""
        return self._file(frame).loop(frame.f_lineno)

    def choosing_loop(self, line: int) -> tuple[ast.For | None, str]:
        """A loop that may freeze what a condition picks, as the script has it, and the comment on it."""
        return self._choosing.get(self._script.statement_of(line), (None, ""))

    def calls_attribute(self, name: str) -> bool:
        """Whether the user's code calls something of that name on an object: `model.projection(x)`."""
        return name in self._called

    def reads(self, name: str) -> bool:
        """Whether the user's code reads an attribute of that name of anything, or may by a name that it makes up."""
        return not self._read.isdisjoint({name, "getattr"})

    def calls_what_is_made_at(self, place: Place) -> bool:
        """Whether the script calls what the statement at a place assigns."""
        file = next((file for file in self._files.values() if file.path == place.path), self._script)
        return any(ast.unparse(target) in self._calls for target in _targets(file.statement(place.span.line)))

    def calls_in_forward(self, name: str) -> bool:
        """Whether a forward pass of the user's calls its own `name`: `self.backbone(x)`."""
        return name in self._parts

    def unset(self) -> frozenset[str]:
        """The attributes that the script sets in statements which are left out of what is run."""
        kept = set_attributes(self._tree)
        return frozenset(name for name, line in self._attributes if (name, line) not in kept)

    def statement(self, frame: FrameType) -> ast.stmt | None:
        return self._file(frame).statement(frame.f_lineno)

    def statement_at(self, trace: TracebackType) -> ast.stmt | None:
        """The innermost statement at which an error left a frame of the user's."""
        return self._file(trace.tb_frame).statement(trace.tb_lineno)

    def place_at(self, trace: TracebackType) -> Place:
        """The place at which an error left a frame of the user's."""
        return self._file(trace.tb_frame).at(trace.tb_lineno)

    def call(self, frame: FrameType) -> ast.Call | None:
        """The call that a frame is making, else the first call in its statement."""
        statement = self.statement(frame)
        if statement is None:
            return None
        calls = [node for node in ast.walk(statement) if isinstance(node, ast.Call)]
        at = _position(frame)
        exact = (call for call in calls if _where(call) == at)
        return next(exact, None) or next((call for call in calls if _ends(call) == at[1::2]), None)

    def keeps_a_part(self, frame: FrameType) -> bool:
        """Whether a part alone is kept of what a frame is making: `resnet18().layer4`, `resnet18().children()`."""
        call, statement = self.call(frame), self.statement(frame)
        inner = list(ast.walk(statement)) if statement is not None else []
        called = {id(node.func) for node in inner if isinstance(node, ast.Call)}
        parts = [node for node in inner if isinstance(node, ast.Attribute) and node.value is call]
        return any(id(node) not in called or node.attr in _PARTS for node in parts)

    def target(self, frame: FrameType, name: str) -> str:
        """The assigned expression whose last part is `name`: `model.fc`, `model.classifier[6]`."""
        statement = self.statement(frame)
        for target in _targets(statement):
            if isinstance(target, ast.Attribute) and target.attr == name:
                return ast.unparse(target)
            if isinstance(target, ast.Subscript):
                return ast.unparse(target)
        call = self.call(frame)
        if call is None:
            return name
        if isinstance(call.func, ast.Attribute):
            owner = ast.unparse(call.func.value)
            return f"{owner}[{name}]" if call.func.attr in {"append", "extend", "insert"} else f"{owner}.{name}"
        return f"{ast.unparse(call.args[0])}.{name}" if call.args else name


def _called_attributes(tree: ast.Module) -> frozenset[str]:
    """The names that are called on an object from outside: not `self.fc(x)`, which is a forward pass's own."""
    functions = (node.func for node in ast.walk(tree) if isinstance(node, ast.Call))
    return frozenset(
        function.attr
        for function in functions
        if isinstance(function, ast.Attribute)
        and not (isinstance(function.value, ast.Name) and function.value.id == "self")
    )


def _called_in_forward(tree: ast.Module) -> frozenset[str]:
    """The names of the parts that forward passes call: `backbone` of `self.backbone(x)`."""
    passes = (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef) and node.name == "forward")
    functions = (inner.func for node in passes for inner in ast.walk(node) if isinstance(inner, ast.Call))
    return frozenset(
        function.attr
        for function in functions
        if isinstance(function, ast.Attribute) and isinstance(function.value, ast.Name) and function.value.id == "self"
    )


def _targets(statement: ast.stmt | None) -> list[ast.expr]:
    match statement:
        case ast.Assign(targets=targets):
            return [one for target in targets for one in (target.elts if isinstance(target, ast.Tuple) else [target])]
        case ast.AnnAssign(target=target) | ast.AugAssign(target=target):
            return [target]
    return []


def _position(frame: FrameType) -> Position:
    """Line, last line, column and last column of the instruction that a frame is at."""
    return next(islice(frame.f_code.co_positions(), frame.f_lasti // 2, None), (None, None, None, None))


def _where(node: ast.expr) -> Position:
    return node.lineno, node.end_lineno, node.col_offset, node.end_col_offset


def _ends(node: ast.expr) -> tuple[int | None, int | None]:
    return node.end_lineno, node.end_col_offset
