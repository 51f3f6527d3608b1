"""Runs a model through the graph that torch.fx traces of it, and says of each layer which layer feeds it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import torch
from torch import fx

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from torch import nn

    from headlint.runtime.worker.running.observing import Observer


def traced(root: nn.Module) -> fx.Graph | None:
    """The graph of a model, None where it can't be traced symbolically."""
    try:
        return fx.Tracer().trace(root)
    except Exception:  # a forward of anybody's may fail in any way on symbolic tensors
        return None


def used_in(graph: fx.Graph) -> frozenset[str]:
    """The paths of the modules and parameters that a graph uses."""
    return frozenset(str(node.target) for node in graph.nodes if node.op in {"call_module", "get_attr"})


def in_order(graph: fx.Graph, args: Sequence[Any], named: Mapping[str, Any]) -> list[Any] | None:
    """The arguments of a call as a graph takes them, None where one is missing that has no default."""
    given = list(args)
    for node in [node for node in graph.nodes if node.op == "placeholder"][len(given) :]:
        if str(node.target) not in named and not node.args:
            return None
        given.append(named.get(str(node.target), node.args[0] if node.args else None))
    return given


def forget_constants(root: nn.Module) -> None:
    """Take away the attributes in which tracing keeps tensors that forward makes."""
    for name in [name for name in vars(root) if name.startswith("_tensor_constant")]:
        delattr(root, name)


_JOINING = frozenset({torch.cat, torch.concat, torch.concatenate, torch.hstack})


class Following(fx.Interpreter):
    """Runs a graph node by node, telling an observer which layer the next one gets its tensor from."""

    def __init__(self, root: nn.Module, graph: fx.Graph, observer: Observer) -> None:
        super().__init__(root, graph=graph)
        self._observer = observer
        self._givers: dict[fx.Node, nn.Module | None] = {}
        self._owners: dict[fx.Node, nn.Module] = {}
        self._parts: set[fx.Node] = set()
        self._joined: set[fx.Node] = set()
        self._texts: dict[fx.Node, str] = {}

    def run_node(self, n: fx.Node) -> Any:
        """Run one node; what feeds it is passed on with what it gives."""
        giver = None if self._is_joined(n) else self._giver_of_arguments(n)
        self._givers[n] = self._applied(n) or giver
        if n.op == "call_module":
            module = self.fetch_attr(str(n.target))
            self._observer.expect_from(giver, self._text(n))
            if module._parameters:
                self._givers[n] = module
        is_new = n.op == "call_module" and bool(self.fetch_attr(str(n.target))._parameters)
        self._texts[n] = "" if is_new else self._text(n)
        given = super().run_node(n)
        if n.op == "placeholder" and isinstance(given, torch.Tensor) and given.dim() == 2:
            self._parts.add(n)
        return given

    def _text(self, node: fx.Node) -> str:
        """What puts several layers' tensors together before a node, '' if nothing does."""
        if node in self._texts:
            return self._texts[node]
        before = node.all_input_nodes
        text = next((self._texts[one] for one in before if self._texts.get(one)), "")
        if node.target in _JOINING and len({self._givers.get(one) for one in before}) > 1:
            text = f"`torch.{getattr(node.target, '__name__', 'cat')}`"
        return text

    def _is_joined(self, node: fx.Node) -> bool:
        """Whether columns of the input itself stand beside a layer's in what arrives: how many, the data decide."""
        before = set(node.all_input_nodes)
        is_joined = not before.isdisjoint(self._joined)
        if node.op != "call_module":
            if not before.isdisjoint(self._parts):
                (self._joined if node.target in _JOINING else self._parts).add(node)
            if is_joined:
                self._joined.add(node)
        return is_joined

    def _giver_of_arguments(self, node: fx.Node) -> nn.Module | None:
        """The layer that gives the first argument which comes from any."""
        return next((giver for one in node.all_input_nodes if (giver := self._givers.get(one)) is not None), None)

    def _applied(self, node: fx.Node) -> nn.Module | None:
        """The layer whose weights a function applies to something else: torch.fx looks into layers of a library's own.

        What is computed from weights alone (they may be standardised first) belongs to their layer, too.
        """
        if node.op == "get_attr":
            path, _, name = str(node.target).rpartition(".")
            if path and name == "weight":
                self._owners[node] = self.fetch_attr(path)
            return None
        owners = [self._owners[one] for one in node.all_input_nodes if one in self._owners]
        if not owners or node.op == "call_module":
            return None
        if all(one in self._owners or one.op == "get_attr" for one in node.all_input_nodes):
            self._owners[node] = owners[0]
            return None
        return owners[0]
