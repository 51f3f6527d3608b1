"""What the zoo answers, without any model library installed."""

import pytest

from headlint import zoo
from headlint.history import Free, Known, Role, Shape, Unknown
from headlint.zoo import Row, store
from headlint.zoo.hub import HubModel, hub, row_like
from tests.full import sample


def row(name: str, *, trained: bool = False, library: str = "torchvision") -> Row:
    found = zoo.find(library, name, trained=trained)
    assert isinstance(found, Row), found
    return found


def test_a_resnet_has_one_head_and_a_stem():
    resnet = row("resnet50")
    assert [(slot.path, slot.role) for slot in resnet.slots] == [("fc", Role.HEAD), ("conv1", Role.STEM)]
    fc = resnet.slots[0]
    assert (fc.arrives, fc.leaves) == (Shape(("batch", 2048)), Shape(("batch", 1000)))
    assert (fc.layer.kind, fc.layer.takes, fc.layer.gives, fc.layer.axis) == ("Linear", Known(2048), Known(1000), -1)
    assert fc.layer.parameters == ("weight", "bias")


def test_a_row_says_how_the_model_is_built_and_fed():
    resnet = row("resnet50")
    assert (resnet.builder, resnet.classes) == ("torchvision.models.resnet50", 1000)
    assert resnet.input == Shape(("batch", 3, 224, 224))
    assert resnet.legacy == "ResNet50_Weights.IMAGENET1K_V1"
    assert resnet.version == zoo.version("torchvision")
    assert resnet.has_batch_norm
    assert not row("vgg16").has_batch_norm


def test_every_place_on_the_way_to_vggs_output_is_a_slot():
    vgg = row("vgg16")
    assert [slot.path for slot in vgg.heads][:2] == ["classifier.6", "classifier"]
    arrives = {slot.path: slot.arrives for slot in vgg.heads}
    assert arrives["classifier"] == arrives["classifier.0"] == Shape(("batch", 25088))
    assert arrives["classifier.3"] == arrives["classifier.6"] == Shape(("batch", 4096))
    classifier = vgg.slot("classifier")
    assert classifier is not None
    assert (classifier.layer.takes, classifier.layer.gives) == (Known(25088), Known(1000))
    dropout = vgg.slot("classifier.2")
    assert dropout is not None
    assert (dropout.layer.takes, dropout.layer.gives) == (Free(), Free())


def test_convnexts_classifier_gets_a_feature_map():
    classifier = row("convnext_tiny").slot("classifier")
    assert classifier is not None
    assert classifier.arrives == Shape(("batch", 768, 1, 1))
    assert (classifier.layer.takes, classifier.layer.axis) == (Known(768), 1)


def test_auxiliary_heads_depend_on_whether_weights_are_asked_for():
    auxiliary = {slot.path for slot in row("googlenet").slots if slot.role is Role.AUXILIARY}
    assert {"aux1.fc2", "aux2.fc2"} <= auxiliary
    assert not [slot for slot in row("googlenet", trained=True).slots if slot.role is Role.AUXILIARY]
    assert row("deeplabv3_resnet50").slot("aux_classifier.4") is None
    aux = row("deeplabv3_resnet50", trained=True).slot("aux_classifier.4")
    assert aux is not None
    assert aux.role is Role.AUXILIARY
    inception = row("inception_v3").slot("AuxLogits.fc")
    assert inception is not None
    assert inception.arrives == Shape(("batch", 768))


def test_a_detectors_predictor_takes_boxes():
    detector = row("fasterrcnn_resnet50_fpn")
    predictor = detector.slot("roi_heads.box_predictor")
    assert predictor is not None
    assert predictor.arrives == Shape(("boxes", 1024))
    assert predictor.leaves == Unknown("it returns several tensors")
    assert detector.classes == 91
    assert "backbone.body.conv1.weight" in detector.frozen


def test_a_missing_model_is_unknown_and_named_with_the_version():
    assert zoo.find("torchvision", "resnet51") == Unknown(
        f"resnet51 is not in the zoo of torchvision {zoo.version('torchvision')}"
    )
    assert zoo.find("keras", "resnet50") == Unknown("headlint's zoo has no models of keras")
    assert zoo.names("keras") == ()
    assert zoo.version("keras") == ""


@pytest.mark.parametrize("name", ["resnet", "", 'resnet50","x', "resnet50\n", "module"])
def test_only_whole_names_are_found(name):
    assert isinstance(zoo.find("torchvision", name), Unknown)


def test_near_misses():
    assert "convnext_tiny" in zoo.close_names("torchvision", "convnxt_tiny")
    assert zoo.close_names("torchvision", "qqqqqq") == ()


@pytest.mark.parametrize(
    ("dotted", "found"),
    [
        ("torchvision.models.resnet50", ("torchvision", "resnet50")),
        ("torchvision.models.resnet.resnet50", ("torchvision", "resnet50")),
        ("torchvision.models.quantization.resnet50", ("torchvision", "quantized_resnet50")),
        ("torchvision.models.segmentation.fcn_resnet50", ("torchvision", "fcn_resnet50")),
        ("torchvision.models.ResNet", None),
        ("torchvision.datasets.resnet50", None),
        ("mymodels.resnet50", None),
    ],
)
def test_builders_are_found_by_their_dotted_names(dotted, found):
    assert zoo.resolve(dotted) == found


def test_the_tree_answers_by_path():
    tree = row("resnet50").tree
    conv = tree.at("layer4.2.conv3")
    assert conv is not None
    assert (conv.kind, conv.takes, conv.gives, conv.parameters) == ("Conv2d", 512, 2048, ("weight",))
    assert [name for name, _ in tree.children][-2:] == ["avgpool", "fc"]
    assert tree.at("layer5") is None
    assert tree.at("fc.weight") is None
    assert tree.at("") is tree
    stem = tree.at("conv1")
    assert stem is not None
    read = {name: stem.attribute(name) for name in ("kernel_size", "stride", "padding", "groups", "bias")}
    assert read == {"kernel_size": (7, 7), "stride": (2, 2), "padding": (3, 3), "groups": 1, "bias": False}


def test_identical_subtrees_are_one_node():
    tree = row("resnet50").tree
    assert tree.at("layer1.1") is tree.at("layer1.2")


def test_parameters_come_in_the_order_of_named_parameters():
    names = row("resnet50").parameter_names()
    assert names[:2] == ("conv1.weight", "bn1.weight")
    assert names[-2:] == ("fc.weight", "fc.bias")
    assert len(names) == 161
    assert row("resnet50").tree.count() == 25_557_032


@pytest.mark.parametrize("library", zoo.libraries())
def test_data_files_are_sorted(library):
    found = zoo.names(library)
    assert list(found) == sorted(found)
    assert len(set(found)) == len(found)


@pytest.mark.parametrize("library", zoo.libraries())
def test_rows_can_be_read(library):
    for name in sample(zoo.names(library), 40):
        for trained in (False, True):
            answer = zoo.find(library, name, trained=trained)
            if isinstance(answer, Unknown):
                assert "failed" in (store.record(library, name) or {}), answer


def test_a_model_of_the_hub_has_its_own_say_in_the_sizes_of_images():
    kin = row("vit_small_patch14_reg4_dinov2", library="timm")
    found = hub("facebookresearch/dinov2", "dinov2_vits14_reg")
    assert isinstance(found, HubModel)
    own = row_like(found)
    assert isinstance(own, Row)
    assert kin.sides(training=False) == (518, 518)
    assert own.sides(training=False) is None
