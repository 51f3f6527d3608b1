"""Where things happen in the user's source: from Python frames to places, and to the words that stand there."""

from __future__ import annotations

import ast
from itertools import islice
from typing import TYPE_CHECKING

from headlint.runtime.slices.files import File
from headlint.runtime.slices.hints import called_attributes, parts_in_forward, read_attributes, set_attributes

if TYPE_CHECKING:
    from types import FrameType, TracebackType

    from headlint.finding import Place
    from headlint.runtime.slices.modules import Module
    from headlint.runtime.worker.watching.script import Program

_PARTS = frozenset({"children", "named_children", "modules", "named_modules"})
Position = tuple[int | None, int | None, int | None, int | None]


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
        self._called = getattr(program, "called", frozenset()) | called_attributes(program.tree)
        self._parts = parts_in_forward(program.tree)
        self.treats_norms: bool = getattr(program, "treats_norms", False)
        self._read = set(getattr(program, "read", None) or read_attributes(program.tree))

    def follow(self, path: str, module: Module) -> None:
        """Take in a module of the user's own, who knows it as `path`."""
        self._files[module.file.path] = module.file.known_as(path)
        self._called |= module.called
        self._parts |= module.parts
        self._read |= module.read
        self._calls |= module.calls
        self.treats_norms = self.treats_norms or module.treats_norms

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

    def calls(self, text: str) -> bool:
        """Whether the user's code calls something that is written so: `self.net`."""
        return text in self._calls

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
