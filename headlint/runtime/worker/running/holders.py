"""Models without a forward pass, which hold others: a Lightning module whose steps call `self.net` themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING

from torch import nn

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from headlint.runtime.worker.watching.models import Origin
    from headlint.runtime.worker.watching.watch import Watch


def parts_first(watch: Watch, roots: Iterable[Origin]) -> Iterator[Origin]:
    """The roots; before one without a forward pass come the models in it that the script calls by name."""
    for root in roots:
        yield from called_parts(watch, root)
        yield root


def called_parts(watch: Watch, root: Origin) -> list[Origin]:
    """The models that stand for one without a forward pass: those in it that the script calls by name."""
    if getattr(type(root.module), "forward", None) is not nn.Module.forward:
        return []
    named = [(name, watch.registry.origin_of(child)) for name, child in root.module.named_children()]
    return [inner for name, inner in named if inner is not None and watch.source.calls(f"self.{name}")]
