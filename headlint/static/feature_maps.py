"""Models of timm that return feature maps, and what `feature_info` tells of their stages."""

from __future__ import annotations

from typing import TYPE_CHECKING

from headlint.history import Known, Shape
from headlint.static.values import Bound, Items, Opaque, Table, Tensor, Value

if TYPE_CHECKING:
    from headlint.static.calls import Call
    from headlint.static.heap import Module
    from headlint.static.interpreter import Interpreter
    from headlint.zoo import Row

_TOLD = {"channels": 0, "reduction": 1}
_KEYS = ("num_chs", "reduction")
_WHY = "headlint knows the channels and the reduction of a stage, and nothing else of it"


class FeatureInfo(Opaque):
    """`model.feature_info`: the channels and the reduction of every stage, and which of them the model returns."""

    __slots__ = ("chosen", "stages")

    def __init__(self, row: Row) -> None:
        super().__init__(_WHY)
        self.stages = row.stages
        self.chosen = row.chosen

    def attribute(self, name: str) -> Value:
        return Bound(self, name) if name in _TOLD and self.chosen else super().attribute(name)

    def item(self, key: object) -> Value:
        if not isinstance(key, int) or not -len(self.stages) <= key < len(self.stages):
            return super().item(key)
        return Table(dict(zip(_KEYS, map(Known, self.stages[key]), strict=True)), _WHY)

    def call(self, interpreter: Interpreter, name: str, request: Call) -> Value:
        """`feature_info.channels()`, `feature_info.channels(2)`."""
        index = request.get(0, "idx")
        if index is None or index == Known(None):
            return Items([self._told(name, stage) for stage in self.chosen], fixed=True)
        if isinstance(index, Known) and isinstance(index.value, int) and 0 <= index.value < len(self.stages):
            return self._told(name, index.value)
        return interpreter.opaque("which stage is asked for is not known")

    def _told(self, name: str, stage: int) -> Value:
        return Known(self.stages[stage][_TOLD[name]])


def feature_info(module: Module) -> Value | None:
    """What `model.feature_info` is, None for a model of which no stages are known."""
    row = module.origin.row if module.origin else None
    return FeatureInfo(row) if row is not None and row.stages else None


def returned(row: Row) -> Value | None:
    """What a model without a head of its own returns, as long as nobody changed it; None for other models."""
    if row.chosen:
        maps = [Tensor(shape, row.name) if isinstance(shape, Shape) else Opaque(shape.why) for shape in row.maps]
        return Items(maps, fixed=True)
    if row.classes == 0 and isinstance(row.output, Shape):
        return Tensor(row.output, row.name)
    return None
