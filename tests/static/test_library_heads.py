"""Are torchvision's own heads what the static witness takes them for?"""

from __future__ import annotations

import importlib

import pytest

from headlint.history import Known
from headlint.static import library_heads
from headlint.static.calls import Call
from headlint.static.values import Symbol

pytestmark = pytest.mark.runtime
ARGUMENTS = {
    "FastRCNNPredictor": (64, 3),
    "MaskRCNNPredictor": (64, 32, 3),
    "RetinaNetClassificationHead": (64, 9, 3),
    "FCOSClassificationHead": (64, 1, 3),
    "RPNHead": (64, 3),
    "FCNHead": (64, 3),
    "DeepLabHead": (64, 3),
}


@pytest.mark.parametrize("name", library_heads.HANDLERS)
def test_a_head_is_the_live_one(name):
    module, _, cls = name.rpartition(".")
    live = getattr(importlib.import_module(module), cls)(*ARGUMENTS[cls])
    request = Call(Symbol(name), [Known(number) for number in ARGUMENTS[cls]], {}, None, lambda: cls)
    told = library_heads.HANDLERS[name](None, request)

    assert [path for path, _ in told.named_parameters()] == [path for path, _ in live.named_parameters()]
    for path, layer in told.walk():
        other = live.get_submodule(path)
        for mine, theirs in (("takes", "in_features"), ("gives", "out_features"), ("takes", "in_channels")):
            if hasattr(other, theirs):
                assert getattr(layer, mine) == Known(getattr(other, theirs)), path
