"""Imports: names of libraries, and the program's own files, which are followed."""

from __future__ import annotations

import builtins
import os
from functools import cache
from typing import TYPE_CHECKING

import libcst as cst

from headlint.project import lookup
from headlint.static.blocks import Unreadable, pieces
from headlint.static.places import Places
from headlint.static.unheard import look_up
from headlint.static.values import File, Scope, Symbol, Value

if TYPE_CHECKING:
    from headlint.static.blocks import Piece, Statement
    from headlint.static.interpreter import Interpreter

_LIBRARIES = frozenset(
    """torch torchvision torchaudio timm transformers numpy pandas PIL cv2 sklearn matplotlib os sys re
    json math random time typing collections functools itertools copy pathlib argparse logging lightning
    pytorch_lightning fastai tqdm""".split()
)
_MOST_FILES = 24
_DEEPEST = 8
_LARGEST = 300_000


def dotted(node: cst.BaseExpression | None) -> str:
    """The dotted name that a node spells, '' for anything else."""
    if isinstance(node, cst.Name):
        return node.value
    if isinstance(node, cst.Attribute):
        return f"{dotted(node.value)}.{node.attr.value}"
    return ""


def import_modules(interpreter: Interpreter, node: cst.Import, statement: Statement) -> None:
    """`import a.b as c`, and `import a.b`, which binds `a`."""
    for alias in node.names:
        name = dotted(alias.name)
        if alias.asname is not None and isinstance(alias.asname.name, cst.Name):
            interpreter.scope.names[alias.asname.name.value] = _file(interpreter, name) or Symbol(name)
        else:
            top = name.partition(".")[0]
            file = _file(interpreter, name) if top == name else None
            interpreter.scope.names[top] = file or Symbol(top)


def imported_module(interpreter: Interpreter, name: str) -> Value:
    """What `importlib.import_module(name)` gives."""
    return _file(interpreter, name) or Symbol(name)


def import_names(interpreter: Interpreter, node: cst.ImportFrom, statement: Statement) -> None:
    """`from a.b import c as d`."""
    module = "." * len(node.relative) + dotted(node.module)
    file = _file(interpreter, module)
    if isinstance(node.names, cst.ImportStar):
        interpreter.scope.top.stars.append(file or module)
        return
    for alias in node.names:
        bound = alias.asname.name if alias.asname is not None else alias.name
        if isinstance(bound, cst.Name):
            interpreter.scope.names[bound.value] = _imported(interpreter, module, file, dotted(alias.name))


def _imported(interpreter: Interpreter, module: str, file: File | None, name: str) -> Value:
    separator = "" if module.endswith(".") else "."
    if file is not None and (found := member(interpreter, file, name)) is not None:
        return found
    below = _file(interpreter, f"{module}{separator}{name}")
    if below is not None:
        return below
    if file is not None:
        return interpreter.opaque(f"`{name}` is defined where headlint can't see it")
    if module.startswith("torchvision.models"):
        look_up(interpreter, Symbol(module), name)
    return Symbol(f"{module}{separator}{name}")


def _file(interpreter: Interpreter, module: str) -> File | None:
    """The program's own file that a module name means, followed once; None if it is no file of the program's."""
    path = _find(interpreter.places.path, module)
    return _read(interpreter, path) if path is not None else None


def _read(interpreter: Interpreter, path: str) -> File | None:
    if path not in interpreter.files:
        if len(interpreter.files) >= _MOST_FILES:
            return None
        interpreter.files[path] = _follow(interpreter, path)
    return interpreter.files[path]


def member(interpreter: Interpreter, file: File, name: str, depth: int = 0) -> Value | None:
    """What a file offers by a name: its own, or what it imports by `from … import *`; None if it has no such name."""
    found = file.scope.find(name)
    return found if found is not None else starred(interpreter, file.scope, name, depth)


def starred(interpreter: Interpreter, scope: Scope, name: str, depth: int = 0) -> Value | None:
    """What `from … import *` brings into a module's scope by a name."""
    from headlint.static.library import exports

    for star in scope.stars if depth < _DEEPEST else ():
        if isinstance(star, File):
            found = member(interpreter, star, name, depth + 1) or in_package(interpreter, star, name)
            if found is not None:
                return found
        elif not hasattr(builtins, name) and exports(star, name):
            return Symbol(f"{star}.{name}")
    return None


def in_package(interpreter: Interpreter, package: File, name: str) -> File | None:
    """The module of a package that `from package import *` brings if its `__all__`, however computed, names it."""
    if not package.path.endswith("__init__.py") or "__all__" not in package.scope.names:
        return None
    path = lookup(os.path.dirname(package.path), f".{name}")  # noqa: PTH120 -- pathlib costs start-up time
    return _read(interpreter, path) if path is not None else None


def _follow(interpreter: Interpreter, path: str) -> File | None:
    from headlint.static.witness import follow_pieces

    loaded = _load(path)
    if loaded is None:
        return None
    parts, places = loaded
    file = File(Scope(), path, places.whole)
    interpreter.files[path] = file
    before = interpreter.scope, interpreter.statement, interpreter.places
    interpreter.scope, interpreter.statement, interpreter.places = file.scope, None, places
    try:
        follow_pieces(interpreter, parts)
    finally:
        interpreter.scope, interpreter.statement, interpreter.places = before
    return file


@cache
def _load(path: str) -> tuple[list[Piece], Places] | None:
    """The pieces of a file; None if it can't be read."""
    try:
        if os.path.getsize(path) > _LARGEST:  # noqa: PTH202 -- pathlib costs start-up time
            return None
        with open(path, "rb") as file:  # noqa: PTH123 -- as above
            text = _decoded(file.read())
        return pieces(text), Places(path, text)
    except (OSError, UnicodeDecodeError, LookupError, SyntaxError, Unreadable):
        return None


def _decoded(data: bytes) -> str:
    if not data.startswith(b"\xef\xbb\xbf") and b"coding" not in data[:400]:
        return data.decode()
    import io
    import tokenize

    return data.decode(tokenize.detect_encoding(io.BytesIO(data).readline)[0])


def _find(importer: str, module: str) -> str | None:
    if not module.strip(".") and not module.startswith("."):
        return None
    if not module.startswith(".") and module.partition(".")[0] in _LIBRARIES:
        return None
    return lookup(os.path.dirname(importer), module)  # noqa: PTH120 -- as above
