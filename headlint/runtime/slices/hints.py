"""What the whole of a script tells of its models: the input sizes that it speaks of, the methods that it calls."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from headlint.runtime.slices.calls import walk

if TYPE_CHECKING:
    from collections.abc import Iterator

_CROPS = frozenset({"Resize", "CenterCrop", "RandomCrop", "RandomResizedCrop", "RandomSizedCrop", "LongestMaxSize"})
_TENSORS = frozenset({"randn", "rand", "zeros", "ones", "empty"})
_SUMMARIES = frozenset({"summary", "torchsummary"})
_LARGEST = 2048


def input_shapes(tree: ast.Module) -> tuple[tuple[int, ...], ...]:
    """Shapes of one input, without the batch, surest first: `(3, 299, 299)`."""
    tried: list[tuple[int, ...]] = []
    cropped: list[tuple[int, ...]] = []
    for node in walk(tree):
        if isinstance(node, ast.Call):
            tried += _of_tensor(node)
            cropped += _of_crop(node)
    return tuple(dict.fromkeys(tried + sorted(cropped)))


def called_attributes(tree: ast.Module) -> frozenset[str]:
    """The names that are called as attributes somewhere: `proj` of `model.proj(x)`, not of `self.proj(x)`."""
    functions = (node.func for node in walk(tree) if isinstance(node, ast.Call))
    return frozenset(
        function.attr
        for function in functions
        if isinstance(function, ast.Attribute)
        and not (isinstance(function.value, ast.Name) and function.value.id == "self")
    )


def parts_in_forward(tree: ast.Module) -> frozenset[str]:
    """The names of the parts that forward passes call: `backbone` of `self.backbone(x)`."""
    passes = (node for node in walk(tree) if isinstance(node, ast.FunctionDef) and node.name == "forward")
    functions = (inner.func for node in passes for inner in walk(node) if isinstance(inner, ast.Call))
    return frozenset(
        function.attr
        for function in functions
        if isinstance(function, ast.Attribute) and isinstance(function.value, ast.Name) and function.value.id == "self"
    )


def called_texts(tree: ast.Module) -> frozenset[str]:
    """What is called somewhere, as written: `model`, `self.features`."""
    functions = (node.func for node in walk(tree) if isinstance(node, ast.Call))
    return frozenset(ast.unparse(one) for one in functions if isinstance(one, (ast.Name, ast.Attribute)))


def read_attributes(tree: ast.Module) -> frozenset[str]:
    """The attributes that are read anywhere, and `getattr` where it is called: it may read any."""
    read = {node.attr for node in walk(tree) if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Load)}
    asks = {node.id for node in walk(tree) if isinstance(node, ast.Name) and node.id == "getattr"}
    return frozenset(read | asks)


def set_attributes(tree: ast.Module) -> frozenset[tuple[str, int]]:
    """The attributes that are set on anything but `self`, each with the line of it."""
    return frozenset(
        (node.attr, node.lineno)
        for node in walk(tree)
        if isinstance(node, ast.Attribute)
        and isinstance(node.ctx, ast.Store)
        and not (isinstance(node.value, ast.Name) and node.value.id == "self")
    )


def _name(call: ast.Call) -> str:
    match call.func:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
    return ""


def _of_tensor(call: ast.Call) -> Iterator[tuple[int, ...]]:
    name = _name(call)
    if name in _SUMMARIES:
        for value in (*call.args[1:2], *(k.value for k in call.keywords if k.arg == "input_size")):
            shape = _numbers(value)
            if len(shape) in {3, 4}:
                yield shape[-3:]
    if name in _TENSORS:
        shape = _numbers(ast.Tuple(list(call.args))) or (_numbers(call.args[0]) if call.args else ())
        if len(shape) == 4 and shape[1] <= 16:
            yield shape[1:]


def _of_crop(call: ast.Call) -> Iterator[tuple[int, ...]]:
    if _name(call) not in _CROPS:
        return
    values = [*call.args[:2], *(k.value for k in call.keywords if k.arg in {"size", "height", "width"})]
    for value in values:
        sizes = _numbers(value) or _numbers(ast.Tuple([value]))
        if len(sizes) in {1, 2} and min(sizes) >= 16:
            yield (3, sizes[0], sizes[-1])
            return


def _numbers(node: ast.expr) -> tuple[int, ...]:
    """The whole numbers of a tuple or list that holds nothing else, else nothing."""
    if not isinstance(node, (ast.Tuple, ast.List)):
        return ()
    values = [item.value for item in node.elts if isinstance(item, ast.Constant) and type(item.value) is int]
    fits = len(values) == len(node.elts) and all(0 < value <= _LARGEST for value in values)
    return tuple(values) if fits else ()
