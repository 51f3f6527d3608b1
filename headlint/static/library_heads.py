"""Heads of torchvision's detection and segmentation models, which scripts build themselves with their own classes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from headlint.history import Known, Unknown
from headlint.static.heap import Module
from headlint.static.layers import build, contain
from headlint.static.values import Items, Opaque, Partial, Symbol, Value, why_unknown

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from headlint.static.calls import Call
    from headlint.static.interpreter import Interpreter

_MISSING = Opaque("the call lacks an argument")
_COUNT = "num_classes"
_ASPP_GIVES = 256
_FCN_NARROWS = 4


def _head(kind: str, children: dict[str, Module]) -> Module:
    layers = list(children.values())
    module = Module(kind, takes=layers[0].takes, gives=layers[-1].gives)
    module.axis = layers[0].axis
    for name, child in children.items():
        module.put(name, child)
    return module


def _times(value: Value, factor: int) -> Value:
    if isinstance(value, Known) and isinstance(value.value, int):
        return Known(value.value * factor)
    return Opaque(why_unknown(value) or "it is no whole number")


def _divided(value: Value, divisor: int) -> Value:
    if isinstance(value, Known) and isinstance(value.value, int):
        return Known(value.value // divisor)
    return Opaque(why_unknown(value) or "it is no whole number")


def _box_predictor(interpreter: Interpreter, request: Call) -> Value:
    """`FastRCNNPredictor(in_channels, num_classes)`: scores, and four numbers of a box for each class."""
    takes, classes = request.get(0, "in_channels") or _MISSING, request.get(1, "num_classes") or _MISSING
    scores, boxes = build("Linear", [takes, classes], {}), build("Linear", [takes, _times(classes, 4)], {})
    head = _head("FastRCNNPredictor", {"cls_score": scores, "bbox_pred": boxes})
    head.gives = Unknown("it gives several tensors")
    return head


def _mask_predictor(interpreter: Interpreter, request: Call) -> Value:
    """`MaskRCNNPredictor(in_channels, dim_reduced, num_classes)`."""
    takes, inner = request.get(0, "in_channels") or _MISSING, request.get(1, "dim_reduced") or _MISSING
    layers = {
        "conv5_mask": build("ConvTranspose2d", [takes, inner, Known(2), Known(2)], {}),
        "relu": build("ReLU", [], {}),
        "mask_fcn_logits": build("Conv2d", [inner, request.get(2, "num_classes") or _MISSING, Known(1)], {}),
    }
    return _head("MaskRCNNPredictor", layers)


def _fcn_head(interpreter: Interpreter, request: Call) -> Value:
    """`FCNHead(in_channels, channels)`: a quarter of the channels in between."""
    takes = request.get(0, "in_channels") or _MISSING
    inner = _divided(takes, _FCN_NARROWS)
    layers = [
        build("Conv2d", [takes, inner, Known(3)], {"padding": Known(1), "bias": Known(False)}),
        build("BatchNorm2d", [inner], {}),
        build("ReLU", [], {}),
        build("Dropout", [Known(0.1)], {}),
        build("Conv2d", [inner, request.get(1, "channels") or _MISSING, Known(1)], {}),
    ]
    return _head("FCNHead", {str(index): layer for index, layer in enumerate(layers)})


def _deeplab_head(interpreter: Interpreter, request: Call) -> Value:
    """`DeepLabHead(in_channels, num_classes)`: pyramid pooling as in the published model, and a class layer."""
    takes = request.get(0, "in_channels") or _MISSING
    wide = Known(_ASPP_GIVES)
    layers = [
        _pyramid(takes),
        build("Conv2d", [wide, wide, Known(3)], {"padding": Known(1), "bias": Known(False)}),
        build("BatchNorm2d", [wide], {}),
        build("ReLU", [], {}),
        build("Conv2d", [wide, request.get(1, "num_classes") or _MISSING, Known(1)], {}),
    ]
    return _head("DeepLabHead", {str(index): layer for index, layer in enumerate(layers)})


def _pyramid(takes: Value) -> Module:
    """The inside of torchvision's `ASPP`, which the zoo knows from `deeplabv3_resnet50`."""
    from headlint.zoo import Row, find

    row = find("torchvision", "deeplabv3_resnet50")
    node = row.tree.at("classifier.0") if isinstance(row, Row) else None
    model = build("Conv2d", [takes, Known(_ASPP_GIVES)], {})
    if node is None:
        return model
    pyramid = Module.from_node(node)
    usual = next(inner.takes for _, inner in pyramid.walk() if isinstance(inner.takes, Known))
    for _, inner in pyramid.walk():
        inner.takes = model.takes if inner.takes == usual else inner.takes
    for _, parameter in pyramid.named_parameters():
        parameter.fresh = True
    pyramid.takes, pyramid.gives, pyramid.axis = model.takes, model.gives, model.axis
    return pyramid


def _convolution(takes: Value, kind: str, groups: Value | None) -> list[Module]:
    """A convolution and what follows it; one with a norm of the script's choice has no bias."""
    told: dict[str, Value] = {"padding": Known(1), **({} if groups is None else {"bias": Known(False)})}
    groups = Known(32) if kind == "FCOSClassificationHead" else groups
    norm = [] if groups is None else [build("GroupNorm", [groups, takes], {})]
    return [build("Conv2d", [takes, takes, Known(3)], told), *norm, build("ReLU", [], {})]


def _groups(norm: Value | None) -> Value | Unknown | None:
    """The groups of `norm_layer=partial(nn.GroupNorm, 32)`, None without a norm."""
    match norm:
        case None | Known(value=None):
            return None
        case Partial(callee=Symbol(name="torch.nn.GroupNorm"), positional=(Known(value=int()) as groups,), named=named):
            return groups if not named else Unknown("other arguments of the norm are not followed")
    return Unknown("which norm it is given is not known")


def _convolved(kind: str, parts: Sequence[Sequence[Module]]) -> Module:
    """The convolutions before the last layers of a detector's head: one after another, or each with what follows it."""
    if kind == "FCOSClassificationHead":
        layers = [layer for part in parts for layer in part]
    else:
        layers = [_head("Conv2dNormActivation", {str(at): layer for at, layer in enumerate(part)}) for part in parts]
    return contain("Sequential", [(str(at), layer) for at, layer in enumerate(layers)])


def _anchored(kind: str, count: int) -> Callable[[Interpreter, Call], Value]:
    """A detector's head that gives some numbers for each anchor, behind so many convolutions."""
    names = ("in_channels", "num_anchors", "num_classes")[: 2 if kind == "RPNHead" else 3]

    def head(interpreter: Interpreter, request: Call) -> Value:
        more = {"norm_layer"} if kind == "RetinaNetClassificationHead" else set()
        groups = _groups(request.named.get("norm_layer"))
        odd = len(request.positional) > len(names) or request.named.keys() - {*names, "prior_probability", *more}
        if odd or isinstance(groups, Unknown):
            return Opaque(f"it is a {kind} of other layers than the published one", made=True)
        takes, anchors, *classes = [request.get(at, name) or _MISSING for at, name in enumerate(names)]
        children = {"conv": _convolved(kind, [_convolution(takes, kind, groups) for _ in range(count)])}
        if classes:
            scores = [takes, _product(anchors, classes[0]), Known(3)]
            return _head(kind, {**children, "cls_logits": build("Conv2d", scores, {"padding": Known(1)})})
        children["cls_logits"] = build("Conv2d", [takes, anchors, Known(1)], {})
        return _head(kind, {**children, "bbox_pred": build("Conv2d", [takes, _times(anchors, 4), Known(1)], {})})

    return head


def _of_several(interpreter: Interpreter, request: Call) -> Value:
    """`SSDClassificationHead(in_channels, num_anchors, num_classes)`: one convolution for each of several maps."""
    takes, anchors, classes = (request.get(at, name) for at, name in enumerate(("in_channels", "num_anchors", _COUNT)))
    if not isinstance(takes, Items) or not isinstance(anchors, Items) or takes.why or anchors.why or classes is None:
        return Opaque("which maps its layers read is not known", made=True)
    pairs = zip(takes.items, anchors.items, strict=False)
    layers = [build("Conv2d", [one, _product(count, classes), Known(3)], {"padding": Known(1)}) for one, count in pairs]
    listed = contain("ModuleList", [(str(at), layer) for at, layer in enumerate(layers)])
    return _head("SSDClassificationHead", {"module_list": listed})


def _product(one: Value, other: Value) -> Value:
    if isinstance(other, Known) and isinstance(other.value, int):
        return _times(one, other.value)
    return Opaque(why_unknown(other) or "it is no whole number")


_DETECTION, _SEGMENTATION = "torchvision.models.detection", "torchvision.models.segmentation"

HANDLERS: dict[str, Callable[[Interpreter, Call], Value]] = {
    f"{_DETECTION}.faster_rcnn.FastRCNNPredictor": _box_predictor,
    f"{_DETECTION}.mask_rcnn.MaskRCNNPredictor": _mask_predictor,
    f"{_DETECTION}.retinanet.RetinaNetClassificationHead": _anchored("RetinaNetClassificationHead", 4),
    f"{_DETECTION}.fcos.FCOSClassificationHead": _anchored("FCOSClassificationHead", 4),
    f"{_DETECTION}.ssd.SSDClassificationHead": _of_several,
    f"{_DETECTION}.rpn.RPNHead": _anchored("RPNHead", 1),
    f"{_SEGMENTATION}.fcn.FCNHead": _fcn_head,
    f"{_SEGMENTATION}.deeplabv3.DeepLabHead": _deeplab_head,
}
