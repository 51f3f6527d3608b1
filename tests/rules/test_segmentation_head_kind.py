from __future__ import annotations

from headlint.history import Model, Shape, Slot
from tests.rules.histories import CONVNEXT, arrived, conv, finding, findings, is_fine, linear

RULE = "segmentation-head-kind"
MAP = Shape(("batch", 256, 65, 65))
DEEPLAB = Model(
    1,
    "deeplabv3_resnet50",
    "torchvision",
    pretrained=True,
    classes=21,
    slots=(Slot("classifier.4", conv(256, 21), MAP, Shape(("batch", 21, 65, 65))),),
)


def test_a_linear_on_pixels() -> None:
    event = arrived(linear(256, 2), 256, 65, 65, model=DEEPLAB, path="classifier.4")
    found = finding(RULE, event)
    assert found.message == (
        "`classifier[4]` is a Linear, and deeplabv3_resnet50 gives a class to every pixel: "
        "(batch, 256, 65, 65) reaches it"
    )
    assert found.fix is not None
    assert found.fix.title == "write `nn.Conv2d(256, …, kernel_size=1)`"
    assert not findings("head-rank-mismatch", event)


def test_silent_about_a_convolution() -> None:
    assert is_fine(RULE, arrived(conv(256, 2), 256, 65, 65, model=DEEPLAB, path="classifier.4"))


def test_silent_about_classifiers() -> None:
    event = arrived(linear(768), 768, 1, 1, model=CONVNEXT, path="classifier")
    assert is_fine(RULE, event)
    assert findings("head-rank-mismatch", event)
