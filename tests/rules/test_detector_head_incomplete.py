from __future__ import annotations

from headlint.finding import Severity
from headlint.history import Escaped, Known, Layer, Model, Replaced, Slot, Unknown
from tests.rules.histories import at, conv, finding, findings, is_fine, linear, wrote

RULE = "detector-head-incomplete"
NOT_TOLD = Unknown("it takes several tensors")


def slot(path: str, layer: Layer) -> Slot:
    return Slot(path, layer, NOT_TOLD, NOT_TOLD)


def predictor(classes: int) -> Layer:
    children = (("cls_score", linear(1024, classes)), ("bbox_pred", linear(1024, 4 * classes)))
    return Layer("FastRCNNPredictor", NOT_TOLD, NOT_TOLD, children=children, parameters=("cls_score.weight",))


BOXES = (
    slot("roi_heads.box_predictor", predictor(91)),
    slot("roi_heads.box_predictor.cls_score", linear(1024, 91)),
    slot("roi_heads.box_predictor.bbox_pred", linear(1024, 364)),
)
FASTER = Model(1, "fasterrcnn_resnet50_fpn", "torchvision", pretrained=True, classes=91, slots=BOXES)
MASK = Model(
    2,
    "maskrcnn_resnet50_fpn",
    "torchvision",
    pretrained=True,
    classes=91,
    slots=(*BOXES, slot("roi_heads.mask_predictor.mask_fcn_logits", conv(256, 91))),
)
RETINA = Model(
    3,
    "retinanet_resnet50_fpn",
    "torchvision",
    pretrained=True,
    classes=91,
    slots=(slot("head.classification_head.cls_logits", conv(256, 819)),),
)


def put(model: Model, path: str, new: Layer, line: int = 4) -> Replaced:
    return Replaced(at(line), model, path, f"model.{path}", predictor(91), new, Unknown("it is no width"))


def test_scores_without_boxes() -> None:
    found = finding(RULE, put(FASTER, "roi_heads.box_predictor.cls_score", linear(1024, 3)))
    assert found.message == "`cls_score` gives scores for 3 classes, and `bbox_pred` beside it boxes for 91"
    assert found.severity is Severity.ERROR


def test_scores_with_boxes() -> None:
    scores = put(FASTER, "roi_heads.box_predictor.cls_score", linear(1024, 3))
    boxes = put(FASTER, "roi_heads.box_predictor.bbox_pred", linear(1024, 12), line=5)
    assert is_fine(RULE, scores, boxes)


def test_boxes_without_masks() -> None:
    found = finding(RULE, put(MASK, "roi_heads.box_predictor", predictor(3)))
    assert found.message == "the new box head is for 3 classes, and the mask head of maskrcnn_resnet50_fpn still for 91"
    assert found.severity is Severity.WARNING


def test_more_boxes_than_masks() -> None:
    assert finding(RULE, put(MASK, "roi_heads.box_predictor", predictor(100))).severity is Severity.ERROR


def test_boxes_with_masks() -> None:
    masks = put(MASK, "roi_heads.mask_predictor", conv(256, 3), line=5)
    assert is_fine(RULE, put(MASK, "roi_heads.box_predictor", predictor(3)), masks)


def test_silent_where_there_are_no_masks() -> None:
    assert not findings(RULE, put(FASTER, "roi_heads.box_predictor", predictor(3)))


def test_silent_where_unknown_code_gets_the_model() -> None:
    box = put(MASK, "roi_heads.box_predictor", predictor(3))
    assert is_fine(RULE, box, Escaped(at(6), MASK, "new_masks"))


def test_logits_without_their_count() -> None:
    logits = put(RETINA, "head.classification_head.cls_logits", conv(256, 27))
    expected = "`cls_logits` is new, and `num_classes` of retinanet_resnet50_fpn's classification head still says 91"
    assert finding(RULE, logits).message == expected


def test_logits_with_their_count() -> None:
    logits = put(RETINA, "head.classification_head.cls_logits", conv(256, 27))
    count = wrote("num_classes", Known(3), model=RETINA, path="head.classification_head", kind="RetinaNet")
    assert is_fine(RULE, logits, count)


SSD = Model(
    4,
    "ssd300_vgg16",
    "torchvision",
    pretrained=True,
    classes=91,
    slots=(
        slot("head.classification_head.module_list.0", conv(512, 364)),
        slot("head.classification_head.module_list", Layer("ModuleList", Unknown("several"), Unknown("several"))),
        slot("head.classification_head.module_list.1", conv(1024, 546)),
    ),
)


def scorers(*widths: tuple[int, int]) -> Layer:
    children = tuple((str(number), conv(*pair)) for number, pair in enumerate(widths))
    return Layer("ModuleList", Unknown("several"), Unknown("several"), children=children)


def test_class_layers_of_ssd_without_their_count() -> None:
    path = "head.classification_head.module_list"
    expected = "is new, and `num_columns` of ssd300_vgg16's classification head still says 91"
    assert finding(RULE, put(SSD, path, scorers((512, 12), (1024, 18)))).message == f"`module_list` {expected}"
    assert finding(RULE, put(SSD, f"{path}.1", conv(1024, 18))).message == f"`module_list.1` {expected}"
    count = wrote("num_columns", Known(3), model=SSD, path="head.classification_head", kind="SSDClassificationHead")
    assert is_fine(RULE, put(SSD, path, scorers((512, 12), (1024, 18))), count)


def test_class_layers_of_ssd_as_wide_as_before() -> None:
    assert is_fine(RULE, put(SSD, "head.classification_head.module_list", scorers((512, 364), (1024, 546))))
