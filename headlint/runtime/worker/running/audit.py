"""Which parameters a backward pass from a model's output would reach."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable

    from torch import Tensor


def reached(outputs: Iterable[Tensor]) -> set[int]:
    """The parameters, by identity, to which a backward pass from `outputs` leads.

    Autograd's graph is followed without computing gradients: it ends at exactly the leaves to which a backward pass
    would hand one, which also finds what no forward hook does (attention's `out_proj` is never called as a module).
    """
    found: set[int] = set()
    waiting: list[Any] = [tensor.grad_fn for tensor in outputs if tensor.grad_fn is not None]
    seen = set(waiting)
    while waiting:
        node = waiting.pop()
        leaf = getattr(node, "variable", None)
        if leaf is not None:
            found.add(id(leaf))
        for following, _ in node.next_functions:
            if following is not None and following not in seen:
                seen.add(following)
                waiting.append(following)
    return found
