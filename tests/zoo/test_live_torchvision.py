"""Is what the zoo says of torchvision true of the installed torchvision?"""

import inspect
import json

import pytest
from zoo_live import need_surveyed, same_tree

from headlint import zoo
from headlint.history import Known
from headlint.static.constructors import CONSTRUCTORS, published
from headlint.zoo import store
from headlint.zoo.freezing import frozen_with
from headlint.zoo.options import with_classes
from headlint.zoo.survey import line, survey_one
from headlint.zoo.survey import torchvision as survey
from headlint.zoo.weights import weights_of
from tests.full import is_full, part, sample

pytestmark = [
    pytest.mark.runtime,
    # torchvision announces changes of its own defaults while it builds GoogLeNet and Inception
    pytest.mark.filterwarnings("ignore:The default weight initialization:FutureWarning"),
]
need_surveyed("torchvision")

NAMES = zoo.names("torchvision")
IMAGES = [name for name in NAMES if survey.family(name) in ("", "quantization")]
OTHERS = [name for name in NAMES if name not in IMAGES]


def row_of(name, *, trained=False):
    found = zoo.find("torchvision", name, trained=trained)
    assert isinstance(found, zoo.Row), found
    return found


def test_the_survey_is_complete():
    import torchvision

    assert list(NAMES) == sorted(torchvision.models.list_models())


def without_dear_facts(row):
    dear = {"rebuilds", "sides", "trained", "training_sides"}
    return {key: value for key, value in row.items() if key not in dear}


@pytest.mark.parametrize("name", sample(IMAGES, 6) + sample(OTHERS, 2))
def test_a_new_survey_says_the_same(name, monkeypatch):
    monkeypatch.setattr(survey, "rebuilds", lambda *_: {})
    monkeypatch.setattr(survey, "limits", lambda *_, **__: {})
    told, stored = json.loads(line(survey_one(survey, name))), store.record("torchvision", name)
    assert without_dear_facts(told) == without_dear_facts(stored)
    assert without_dear_facts(told["trained"]) == without_dear_facts(stored["trained"])


SMALL = ["alexnet", "googlenet", "mobilenet_v2", "resnet18", "shufflenet_v2_x0_5", "squeezenet1_1", "swin_t"]


@pytest.mark.parametrize("name", part(NAMES) if is_full() else SMALL)
def test_rebuilding_from_children_comes_to_the_same(name):
    row = row_of(name)
    found = survey.rebuilds(name, list(row.input.dims), {})
    assert json.loads(json.dumps(found.get("rebuilds"))) == row.record.get("rebuilds")


@pytest.mark.parametrize("trained", [False, True])
@pytest.mark.parametrize("name", sample(NAMES, 12))
def test_the_tree_is_the_live_models(name, trained):
    same_tree(row_of(name, trained=trained), survey.on_meta(name, **({"weights": "DEFAULT"} if trained else {})))


@pytest.mark.parametrize("name", sample([name for name in NAMES if row_of(name).classifier], 12))
def test_another_number_of_classes_is_foretold(name):
    told = with_classes(row_of(name), 17)
    assert isinstance(told, zoo.Row), told
    same_tree(told, survey.on_meta(name, num_classes=17))


@pytest.mark.parametrize("name", sample(IMAGES, 12))
def test_a_head_of_the_told_width_works_in_every_place(name):
    import torch
    from torch import nn

    row = row_of(name)
    for slot in row.heads:
        if slot.layer.kind != "Linear" or not isinstance(slot.layer.takes, Known):
            continue
        model = survey.on_meta(name)
        with torch.device("meta"):
            model.set_submodule(slot.path, nn.Linear(slot.layer.takes.value, slot.layer.gives.value))
            output = model(torch.empty(2, *row.input.dims[1:]))
        assert tuple(output.shape) == (2, row.classes)


@pytest.mark.parametrize("name", sample([name for name in NAMES if row_of(name).classes], 12))
def test_the_lines_to_write_work(name):
    import torch
    import torchvision
    from torch import nn
    from torchvision.models.detection.faster_rcnn import FastRCNNPredictor
    from torchvision.models.detection.keypoint_rcnn import KeypointRCNNPredictor
    from torchvision.models.detection.mask_rcnn import MaskRCNNPredictor

    from headlint.zoo.lines import by_hand

    row = row_of(name)
    scope = {
        "torchvision": torchvision,
        "nn": nn,
        "FastRCNNPredictor": FastRCNNPredictor,
        "KeypointRCNNPredictor": KeypointRCNNPredictor,
        "MaskRCNNPredictor": MaskRCNNPredictor,
        "num_classes": 17,
        "num_keypoints": 19,
        "model": survey.on_meta(name),
    }
    with torch.device("meta"):
        exec("\n".join(by_hand(row)), scope)
    told = with_classes(row, 17)
    assert isinstance(told, zoo.Row), told
    for path in told.classifier:
        if "keypoint" not in path:
            live, node = scope["model"].get_submodule(path), told.tree.at(path)
            assert node is not None
            assert (live.weight.shape[0], live.weight.shape[1]) == (node.gives, node.takes)
    if survey.family(name) in ("", "quantization"):
        output = scope["model"](torch.empty(2, *row.input.dims[1:], device="meta"))
        assert tuple(output.shape) == (2, 17)


@pytest.mark.parametrize("name", sample(NAMES, 12))
def test_weights_are_those_of_the_enum(name):
    told = {each.name: each for each in weights_of("torchvision", name)}
    assert set(told) == {str(member) for member in survey.members(name)}
    assert next(iter(told)) == survey.best(name)
    for member in survey.members(name):
        assert (told[str(member)].classes or 0) == len(member.meta.get("categories") or ())
        preset, own = member.transforms(), told[str(member)].preparation
        for field, value in (("resize_size", own.resize), ("mean", own.mean), ("std", own.std)):
            assert tuple(getattr(preset, field, None) or ()) == (value or ()), (member, field)
        assert tuple(getattr(preset, "crop_size", None) or ()) in ((own.crop or ()), (own.crop or ())[:1])


def laid_out(models, cls, key, given):
    """The live arguments of a class that the table's plain ones stand for."""
    blocks = {"BasicBlock": models.resnet.BasicBlock, "Bottleneck": models.resnet.Bottleneck}
    match cls:
        case "VGG":
            letter, _, norm = key[0].partition("_")
            return {"features": models.vgg.make_layers(models.vgg.cfgs[letter], batch_norm=bool(norm))}
        case "EfficientNet":
            numbers = [float(number) for number in key[0].split() if " " in key[0]]
            scales = dict(zip(("width_mult", "depth_mult"), numbers, strict=False))
            setting, last = models.efficientnet._efficientnet_conf("efficientnet_b" if scales else key[0], **scales)
            more = {"last_channel": last} if key[1] else {}
            return {"inverted_residual_setting": setting, "dropout": 0.2, **more}
        case "MobileNetV3":
            return dict(zip(given, models.mobilenetv3._mobilenet_v3_conf(key[0]), strict=True))
    return {parameter: blocks.get(value, value) for parameter, value in given.items()}


@pytest.mark.parametrize(
    ("cls", "key", "name"),
    [(cls, key, name) for cls, made in CONSTRUCTORS.items() for key, name in made.rows.items()],
    ids=[name.rpartition(":")[2] for made in CONSTRUCTORS.values() for name in made.rows.values()],
)
def test_a_class_built_by_hand_is_the_published_model(cls, key, name):
    import torch
    from torchvision import models

    row = published(None, name) if ":" in name else row_of(name)
    made, builder = CONSTRUCTORS[cls], getattr(models, cls)
    given = laid_out(models, cls, key, dict(zip(made.deciding, key, strict=True)))
    parameters = [parameter for parameter in inspect.signature(builder).parameters if parameter != "kwargs"]
    given |= {"image_size": 224} if "image_size" in made.parameters else {}
    with torch.device("meta"):
        by_hand = builder(**given)

    assert parameters[: len(made.parameters)] == list(made.parameters)
    assert tuple(path for path, _ in by_hand.named_parameters()) == row.parameter_names()
    head = by_hand.get_submodule(row.classifier[0])
    assert isinstance(row.slot(row.classifier[0]).layer.takes, Known)
    assert row.slot(row.classifier[0]).layer.takes.value == head.weight.shape[1]


DETECTORS = [name for name in NAMES if survey.family(name) == "detection"]


@pytest.mark.parametrize("name", DETECTORS if is_full() else sample(DETECTORS, 3))
def test_a_builder_freezes_as_much_of_its_backbone_as_told(name):
    row = row_of(name)
    assert survey.freezes(name) == {"freezes": row.record["freezes"]}
    layers = row.record["freezes"].index(len(row.frozen))
    assert frozen_with(row, layers) == row.frozen
    assert frozen_with(row, 99) is None


@pytest.mark.parametrize("name", DETECTORS if is_full() else sample(DETECTORS, 2))
def test_the_tree_of_a_detector_without_any_weights_is_the_live_models(name):
    row = zoo.find("torchvision", name, bare=True)
    assert isinstance(row, zoo.Row), row
    same_tree(row, survey.on_meta(name, **survey.BARE))
    assert row.frozen == ()
