"""Surgeries that people could perform on the models of the zoo, right ones and wrong ones, as scripts."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from headlint import zoo
from headlint.history import Known, Role, Shape
from headlint.zoo.lines import expression

if TYPE_CHECKING:
    from collections.abc import Iterator

    from headlint.history import Slot

CLASSES = 7

LAYERS = {
    "Linear": ("nn.Linear({takes}, {gives})", "in_features"),
    "Conv2d": ("nn.Conv2d({takes}, {gives}, kernel_size=1)", "in_channels"),
}
"""How a layer is made, and where an old one keeps its width."""

TRAINING = """\
for parameter in model.parameters():
    parameter.requires_grad = False
{operation}
optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
"""


class Surgery(NamedTuple):
    """A script that operates on one model. `mistake`: whether something is wrong, None where only the run can say."""

    name: str
    text: str
    mistake: bool | None


def built(row: zoo.Row) -> str:
    """The lines that import and build a model."""
    if row.library == "timm":
        return f'import timm\nmodel = timm.create_model("{row.name}", pretrained=True)\n'
    module, _, function = row.builder.rpartition(".")
    return f'from {module} import {function}\nmodel = {function}(weights="DEFAULT")\n'


def surgeries(library: str, name: str) -> Iterator[Surgery]:
    """Every surgery on one model: a right and a wrong layer at each slot of its heads, a name that nothing calls."""
    row = zoo.find(library, name, trained=library == "torchvision")
    if not isinstance(row, zoo.Row) or not row.classes:
        return
    for slot in row.slots:
        if slot.role is not Role.STEM:
            for kind, operation, mistake in _operations(row, slot):
                yield Surgery(f"{library}/{name}/{slot.path}/{kind}", _script(row, operation), mistake)
    for slot in row.heads[:1]:
        operation = f"model.head_of_mine = {LAYERS['Linear'][0].format(takes=_width(slot) or 10, gives=CLASSES)}"
        yield Surgery(f"{library}/{name}/uncalled", _script(row, operation), True)
        text = _script(row, TRAINING.format(operation=operation))
        yield Surgery(f"{library}/{name}/uncalled_while_frozen", text, True)


def _script(row: zoo.Row, operation: str) -> str:
    return f"import torch\nimport torch.nn as nn\n{built(row)}{operation.rstrip()}\n"


def _operations(row: zoo.Row, slot: Slot) -> Iterator[tuple[str, str, bool | None]]:
    """The kind, the lines, and the outcome of what can be done at a slot."""
    node, takes, target = row.tree.at(slot.path), _width(slot), expression(slot.path)
    if node is None or takes is None or not (node.children or node.kind in LAYERS):
        return
    gives = CLASSES if slot.path in row.classifier or node.children else node.gives
    make, attribute = LAYERS.get(node.kind, LAYERS["Linear"])
    plain = node.kind == "Linear" and slot.role is Role.HEAD and _is_flat(slot)
    right = f"{target} = {make.format(takes=takes, gives=gives)}"
    yield "right", right, False if plain else None
    yield "wrong", f"{target} = {make.format(takes=takes + 3, gives=gives)}", True if plain else None
    if not node.children:
        read = make.format(takes=f"{target}.{attribute}", gives=gives)
        yield "read", f"{target} = {read}", False if plain else None
    yield "right_while_frozen", TRAINING.format(operation=right), False if plain else None


def _width(slot: Slot) -> int | None:
    takes = slot.layer.takes
    return takes.value if isinstance(takes, Known) and isinstance(takes.value, int) else None


def _is_flat(slot: Slot) -> bool:
    return isinstance(slot.arrives, Shape) and len(slot.arrives.dims) == 2 and slot.arrives.dims[0] == "batch"
