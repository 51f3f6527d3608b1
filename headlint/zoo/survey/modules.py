"""A live model's module tree as the table of distinct nodes that a row carries (read back by `headlint.zoo.tree`)."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from headlint.zoo.tree import BATCH_NORM_BUFFERS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

# the attributes that name a layer's widths, by the letter that a node's record calls them by
FORMS = {
    "L": ("in_features", "out_features"),
    "C": ("in_channels", "out_channels"),
    "B": ("num_features", "num_features"),
    "G": ("num_channels", "num_channels"),
    "N": ("normalized_shape", "normalized_shape"),
    "E": ("num_embeddings", "embedding_dim"),
}


SHORT = {BATCH_NORM_BUFFERS: "="}


def form_of(module: Any) -> str:
    """The letter of `FORMS` whose attributes the module has as numbers, '' if it is no such layer.

    Whole models have a `num_features`, too, but no weight of their own.
    """
    if "weight" not in module._parameters:
        return ""
    for letter, names in FORMS.items():
        if all(_number(getattr(module, name, None)) is not None for name in names):
            return letter
    return ""


def widths_of(module: Any) -> tuple[int | None, ...]:
    """What a layer takes and gives, nothing if it is no such layer."""
    form = form_of(module)
    return tuple(_number(getattr(module, name)) for name in FORMS[form]) if form else ()


def is_weighted(module: Any) -> bool:
    """Whether the module is a Linear, a convolution or an embedding of any make."""
    return form_of(module) in ("L", "C", "E")


def _number(value: Any) -> int | None:
    if isinstance(value, tuple | list) and len(value) == 1:
        value = value[0]
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _settings(module: Any) -> list[Any]:
    """Kernel size, stride, padding, dilation and groups of a convolution, without the usual ones at the end."""
    names = (("kernel_size", None), ("stride", 1), ("padding", 0), ("dilation", 1), ("groups", 1))
    values = [_squeeze(getattr(module, name, usual)) for name, usual in names]
    while values and values[-1] == names[len(values) - 1][1]:
        values.pop()
    return values


def _squeeze(value: Any) -> Any:
    if isinstance(value, tuple | list):
        return value[0] if len(set(value)) == 1 else list(value)
    return value


def _names(names: list[str]) -> str | int:
    """Names in one string; those of a ModuleList or Sequential, 0 to n-1, as the number n."""
    return len(names) if names == [str(index) for index in range(len(names))] else " ".join(names)


def _runs(indices: list[int]) -> list[Any]:
    """Indices with equal neighbours folded: [3, 4, 4, 4] becomes [3, [4, 3]]."""
    folded: list[Any] = []
    for index in indices:
        if folded and isinstance(folded[-1], list) and folded[-1][0] == index:
            folded[-1][1] += 1
        elif folded and folded[-1] == index:
            folded[-1] = [index, 2]
        else:
            folded.append(index)
    return folded


def _inside(module: Any) -> list[Any]:
    """What a module has of its own, apart from children: parameters, form, widths, settings, buffers."""
    parameters = {name: value for name, value in module._parameters.items() if value is not None}
    buffers = " ".join(name for name, value in module._buffers.items() if value is not None)
    form = form_of(module)
    takes, gives = widths_of(module) or (0, 0)
    own = [
        " ".join(parameters),
        sum(value.numel() for value in parameters.values()),
        form,
        takes,
        gives,
        _settings(module) if form == "C" else [],
        SHORT.get(buffers, buffers),
    ]
    while own and own[-1] in (0, "", []):
        own.pop()
    return own


def _record(module: Any, names: list[str], indices: list[int]) -> list[Any]:
    inner = [_names(names), _runs(indices)] if names else []
    return [type(module).__name__, *inner, *_inside(module)]


def encode(model: Any, beside: Sequence[list[Any]] = ()) -> list[list[Any]]:
    """The distinct nodes of a model's module tree, children before parents, the model itself last.

    With the table of another model `beside` it, only those that come after the table's.
    """
    records = list(beside)
    table = {json.dumps(record): number for number, record in enumerate(records)}

    def add(module: Any) -> int:
        children = children_of(module)
        record = _record(module, list(children), [add(child) for child in children.values()])
        key = json.dumps(record)
        if key not in table:
            table[key] = len(records)
            records.append(record)
        return table[key]

    root = add(model)
    if root != len(records) - 1:
        records.append(records[root])
    return records[len(beside) :]


def patches(model: Any, other: Any, table: Sequence[list[Any]]) -> list[list[Any]]:
    """The smallest parts in which another model differs from one with such a table: their paths, then their nodes."""
    return [[path, *encode(part, table)] for path, part in _differing("", model, other)]


def _differing(path: str, model: Any, other: Any) -> Iterator[tuple[str, Any]]:
    mine, others = children_of(model), children_of(other)
    if type(model) is not type(other) or _inside(model) != _inside(other) or list(mine) != list(others):
        yield path, other
        return
    for name, child in mine.items():
        yield from _differing(f"{path}.{name}" if path else name, child, others[name])


def children_of(module: Any) -> dict[str, Any]:
    """The children that are there, by name."""
    return {name: child for name, child in module._modules.items() if child is not None}
