"""torchvision's detectors on the meta device, where boxes have no values to be sorted and suppressed by.

What is left out is what has no weights: resizing, anchors, non-maximum suppression, the matching of boxes. Each head
gets a tensor of the shape that it gets for real, made of the backbone's features, so that widths, gradients and what
takes part are those of a real pass.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor, nn
from torchvision.models.detection.fcos import FCOS
from torchvision.models.detection.generalized_rcnn import GeneralizedRCNN
from torchvision.models.detection.retinanet import RetinaNet
from torchvision.models.detection.ssd import SSD

if TYPE_CHECKING:
    from collections.abc import Iterator

    from headlint.runtime.worker.watching.watch import Watch

_SIZE = 320
_HEADS = ("box", "mask", "keypoint")


def watch_detectors(watch: Watch) -> None:
    """Let detectors run where boxes have no values."""
    if watch.device != "meta":
        return
    watch.patches.attribute(GeneralizedRCNN, "forward", _two_stages)
    for cls in (RetinaNet, FCOS, SSD):
        watch.patches.attribute(cls, "forward", _one_stage)


def image_of(root: nn.Module) -> tuple[int, ...] | None:
    """The shape of an image for the first detector in `root`, None if there is none."""
    detector = next((one for one in root.modules() if isinstance(one, (GeneralizedRCNN, RetinaNet, FCOS, SSD))), None)
    if detector is None:
        return None
    fixed = getattr(detector.transform, "fixed_size", None)
    return (3, int(fixed[1]), int(fixed[0])) if fixed else (3, _SIZE, _SIZE)


def _batched(images: Any) -> Tensor:
    """Images as one tensor: detectors take lists of them."""
    return torch.stack(list(images)) if isinstance(images, (list, tuple)) else images


def _features(model: Any, images: Any) -> list[Tensor]:
    found = model.backbone(_batched(images))
    return list(found.values()) if isinstance(found, dict) else [found]


def _one_stage(self: Any, images: Any, targets: Any = None) -> dict[str, Tensor]:  # noqa: ARG001 -- as they are called
    outputs: dict[str, Tensor] = self.head(_features(self, images))
    return outputs


def _two_stages(self: Any, images: Any, targets: Any = None) -> dict[str, Any]:  # noqa: ARG001 -- as they are called
    features = _features(self, images)
    objectness, proposals = self.rpn.head(features)
    return {**dict(_from_regions(self.roi_heads, features[0])), "objectness": objectness, "proposals": proposals}


def _from_regions(roi_heads: Any, features: Tensor) -> Iterator[tuple[str, Tensor]]:
    """What the heads say of regions, one region an image."""
    for name in _HEADS:
        pool = getattr(roi_heads, f"{name}_roi_pool", None)
        head = getattr(roi_heads, f"{name}_head", None)
        predictor = getattr(roi_heads, f"{name}_predictor", None)
        if pool is None or head is None or predictor is None:
            continue
        answer = predictor(head(_pooled(features, pool.output_size)))
        parts = answer if isinstance(answer, tuple) else (answer,)
        yield from ((f"{name}{index or ''}", part) for index, part in enumerate(parts))


def _pooled(features: Tensor, size: Any) -> Tensor:
    """One region of a feature map, of the size that a head is given."""
    height, width = (size, size) if isinstance(size, int) else tuple(size)
    return features.mean((2, 3), keepdim=True).expand(*features.shape[:2], height, width)
