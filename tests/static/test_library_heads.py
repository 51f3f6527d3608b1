"""Are torchvision's own heads what the static witness takes them for?"""

from __future__ import annotations

import importlib

import pytest

from headlint.history import Known
from headlint.static import library_heads
from headlint.static.calls import Call
from headlint.static.values import Items, Partial, Symbol

pytestmark = pytest.mark.runtime
ARGUMENTS = {
    "FastRCNNPredictor": (64, 3),
    "MaskRCNNPredictor": (64, 32, 3),
    "RetinaNetClassificationHead": (64, 9, 3),
    "FCOSClassificationHead": (64, 1, 3),
    "SSDClassificationHead": ([64, 32], [4, 6], 3),
    "RPNHead": (64, 3),
    "FCNHead": (64, 3),
    "DeepLabHead": (64, 3),
}


def value_of(given):
    return Items([Known(number) for number in given]) if isinstance(given, list) else Known(given)


@pytest.mark.parametrize("name", library_heads.HANDLERS)
def test_a_head_is_the_live_one(name):
    module, _, cls = name.rpartition(".")
    live = getattr(importlib.import_module(module), cls)(*ARGUMENTS[cls])
    request = Call(Symbol(name), [value_of(given) for given in ARGUMENTS[cls]], {}, None, lambda: cls)
    told = library_heads.HANDLERS[name](None, request)

    assert [path for path, _ in told.named_parameters()] == [path for path, _ in live.named_parameters()]
    for path, layer in told.walk():
        other = live.get_submodule(path)
        for mine, theirs in (("takes", "in_features"), ("gives", "out_features"), ("takes", "in_channels")):
            if hasattr(other, theirs):
                assert getattr(layer, mine) == Known(getattr(other, theirs)), path


def test_a_head_with_a_norm_of_the_scripts_choice_is_the_live_one():
    from functools import partial

    from torch import nn
    from torchvision.models.detection.retinanet import RetinaNetClassificationHead

    live = RetinaNetClassificationHead(64, 9, 3, norm_layer=partial(nn.GroupNorm, 32))
    name = "torchvision.models.detection.retinanet.RetinaNetClassificationHead"
    norm = Partial(Symbol("torch.nn.GroupNorm"), [Known(32)], {})
    request = Call(Symbol(name), [Known(64), Known(9), Known(3)], {"norm_layer": norm}, None, lambda: name)
    told = library_heads.HANDLERS[name](None, request)
    assert [path for path, _ in told.named_parameters()] == [path for path, _ in live.named_parameters()]
