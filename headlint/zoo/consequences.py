"""What follows from a model for those who train it: what stays frozen, what keeps moving, what else has heads."""

from __future__ import annotations

from typing import TYPE_CHECKING

from headlint.history import Role, Unknown
from headlint.zoo.answer import operated
from headlint.zoo.options import class_layers

if TYPE_CHECKING:
    from collections.abc import Iterator

    from headlint.zoo.answer import Answer
    from headlint.zoo.row import Row

REBUILT = {
    "identical": "gives what its head gets",
    "flatten": "gives what its head gets once nn.Flatten(1) is appended",
    "different": "runs, but gives something else than what its head gets",
    "crashes": "fails when it is called",
}


def head_size(row: Row) -> int:
    """How many numbers stay trainable if all but the class layers is frozen."""
    nodes = [row.tree.at(path) for path in class_layers(row)]
    return sum(node.count() for node in nodes if node is not None)


def consequences(found: Answer, model: str) -> Iterator[str]:
    """Sentences, a line each."""
    row, total, head = found.row, found.row.parameters, head_size(found.row)
    if head:
        share = f"{head:,} of {total:,} parameters train ({100 * head / total:.2g} %)"
        yield f"with all but the class layers frozen, {share}, {total - head:,} stay frozen"
    if row.has_batch_norm:
        norms = sum(1 for _, node in row.tree.modules() if "BatchNorm" in node.kind and "running_mean" in node.buffers)
        yield f"its {norms} BatchNorm layers keep moving their statistics in training mode, frozen or not"
    if _auxiliary(row):
        yield "it has auxiliary heads, which need the same number of classes"
    if ".detection." in row.builder and row.classes:
        yield "its number of classes includes the background"
    yield from _trained(row, operated(found))
    yield from _rebuilt(row, model)


def _auxiliary(row: Row) -> list[str]:
    """The outermost modules of its auxiliary heads."""
    return list(dict.fromkeys(slot.path.partition(".")[0] for slot in row.slots if slot.role is Role.AUXILIARY))


def _trained(row: Row, trained: Row) -> Iterator[str]:
    """What differs when the model is built with pretrained weights."""
    before, after = _auxiliary(row), _auxiliary(trained)
    if before != after:
        told = f"auxiliary heads: {_listed(after)}" if after else "no auxiliary heads"
        yield f"with pretrained weights it has {told}"
    if frozen := [path.rpartition(".")[0] for path in trained.frozen]:
        within = "" if trained.frozen == row.frozen else "with pretrained weights "
        modules = list(dict.fromkeys(".".join(path.split(".")[:3]) for path in frozen))
        yield f"{within}its builder freezes {len(frozen)} parameter tensors itself: those of {_listed(modules)}"


def _listed(names: list[str]) -> str:
    return ", ".join(names[:4]) + (f" and {len(names) - 4} more" if len(names) > 4 else "")


def _rebuilt(row: Row, model: str) -> Iterator[str]:
    told = row.rebuilt(1)
    if told is not None and told[0] in REBUILT:
        shape = "" if isinstance(told[1], Unknown) else f": {told[1]}"
        yield f"nn.Sequential(*list({model}.children())[:-1]) {REBUILT[told[0]]}{shape}"
