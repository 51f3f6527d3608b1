"""Tells of attributes and items that a library's module doesn't have, where the script failed at one."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any

from torch import nn

from headlint.history import Lacked
from headlint.runtime.worker.watching.layers import layer_of
from headlint.zoo import attributes, libraries

if TYPE_CHECKING:
    from types import FrameType, TracebackType

    from headlint.runtime.worker.watching.watch import Watch

_TOPS = frozenset({"torch", *libraries()})


def lacked(watch: Watch, error: BaseException) -> Lacked | None:
    """What the script asked of a module that doesn't have it, None if it failed for another reason."""
    failing = _failing(watch, error.__traceback__)
    statement = watch.source.statement_at(failing) if failing is not None else None
    if failing is None or statement is None or watch.quiet:
        return None
    if isinstance(error, AttributeError):
        found = _attribute(watch, statement, error)
    else:
        found = _item(statement, failing.tb_frame, error)
    if found is None or type(found[0]).__module__.partition(".")[0] not in _TOPS:
        return None
    owner, name, target = found
    place = watch.source.place_at(failing)
    origin, path = watch.home(owner, place)
    if name.startswith("[") and not origin.model.library:
        return None
    return Lacked(place, origin.model, path, layer_of(owner), target, name, _names(origin.model.library, owner), None)


def _names(library: str, owner: nn.Module) -> tuple[str, ...]:
    return (*owner._modules, *sorted(attributes.own(library, type(owner).__name__) or ()))


def _failing(watch: Watch, trace: TracebackType | None) -> TracebackType | None:
    """Where the script failed by itself, or in what PyTorch does for `module.name` and `module[key]`."""
    found = None
    while trace is not None:
        if watch.source.is_user(trace.tb_frame):
            found = trace
        elif found is not None and not trace.tb_frame.f_code.co_filename.startswith(nn.__path__[0]):
            return None
        trace = trace.tb_next
    return found


def _attribute(watch: Watch, statement: ast.stmt, error: AttributeError) -> tuple[nn.Module, str, str] | None:
    owner, name = error.obj, error.name
    if not isinstance(owner, nn.Module) or not isinstance(name, str) or _may_be_set(watch, name):
        return None
    asked = (node for node in ast.walk(statement) if isinstance(node, ast.Attribute))
    target = next((ast.unparse(node.value) for node in asked if node.attr == name), "")
    return (owner, name, target) if target else None


def _may_be_set(watch: Watch, name: str) -> bool:
    """Whether something that was left out of the run may have given the module the attribute."""
    return name not in attributes.heads() and name in watch.source.unset()


def _item(statement: ast.stmt, frame: FrameType, error: BaseException) -> tuple[nn.Module, str, str] | None:
    """The item of a module that a statement asks for in vain: found by looking at what it asks for."""
    if not isinstance(error, (IndexError, KeyError, TypeError)):
        return None
    for node in ast.walk(statement):
        if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Constant | ast.UnaryOp):
            owner = _looked_up(node.value, frame)
            key = ast.literal_eval(node.slice) if isinstance(owner, nn.Module) else None
            if isinstance(owner, nn.Module) and isinstance(key, (int, str)) and not _has_item(owner, key):
                return owner, f"[{key!r}]", ast.unparse(node.value)
    return None


def _has_item(owner: Any, key: Any) -> bool:
    try:
        owner[key]
    except (TypeError, IndexError, KeyError, NotImplementedError):
        return False
    return True


def _looked_up(node: ast.expr, frame: FrameType) -> Any:
    """The value of a name, an attribute or an item at a frame, None where that would take more than looking it up."""
    match node:
        case ast.Name(id=name):
            return frame.f_locals.get(name, frame.f_globals.get(name))
        case ast.Attribute(value=value, attr=name):
            owner = _looked_up(value, frame)
            return getattr(owner, name, None) if isinstance(owner, nn.Module) else None
        case ast.Subscript(value=value, slice=ast.Constant(value=key)):
            owner = _looked_up(value, frame)
            return owner[key] if isinstance(owner, nn.Module) and _has_item(owner, key) else None
    return None
