"""`headlint zoo MODEL`."""

import ast
import json

import pytest
from click.testing import CliRunner

from headlint import zoo
from headlint.zoo.answer import Answer, CheckpointAnswer, NotFound, answer, listed
from headlint.zoo.lines import by_hand, expression, own_way
from headlint.zoo_command import zoo_command
from tests.full import sample


def told(*arguments: str, exit_code: int = 0) -> str:
    result = CliRunner().invoke(zoo_command, arguments)
    assert result.exit_code == exit_code, result.output
    return result.output


def test_a_model_is_found_by_its_bare_name_first_in_torchvision():
    found = answer("resnet50")
    assert isinstance(found, Answer)
    assert (found.row.library, found.others[0]) == ("torchvision", "timm/resnet50")


def test_a_library_may_be_named():
    found = answer("timm/swin_tiny_patch4_window7_224")
    assert isinstance(found, Answer)
    assert found.row.library == "timm"


def test_a_typo_gets_suggestions():
    found = answer("convnxt_tiny")
    assert isinstance(found, NotFound)
    assert found.close[:2] == ("torchvision/convnext_tiny", "timm/convnext_tiny")
    assert "did you mean torchvision/convnext_tiny" in told("convnxt_tiny", exit_code=2)


def test_a_checkpoint_tells_its_classes_and_its_source():
    found = answer("roberta-large")
    assert isinstance(found, CheckpointAnswer)
    heads = {head.name: (head.path, head.takes) for head in found.heads}
    assert heads["RobertaForSequenceClassification"] == ("classifier.out_proj", 1024)
    output = told("roberta-large")
    assert "  source  " in output
    assert 'AutoModelForSequenceClassification.from_pretrained("roberta-large", num_labels=num_classes)' in output


def test_the_answer_has_the_line_to_write():
    output = told("resnet50")
    assert "model.fc = nn.Linear(model.fc.in_features, num_classes)" in output
    assert "2048 -> 1000" in output
    assert "2,049,000 of 25,557,032 parameters" in output
    assert "nn.Flatten(1)" in output


def test_what_stays_frozen_is_told():
    assert "2,049,000 of 25,557,032 parameters train (8 %), 23,508,032 stay frozen" in told("resnet50")
    output = told("fasterrcnn_resnet50_fpn")
    assert (
        "its builder freezes 11 parameter tensors itself: those of backbone.body.conv1, backbone.body.layer1" in output
    )
    assert "its number of classes includes the background" in output


def test_what_weights_change_is_told():
    assert "with pretrained weights it has no auxiliary heads" in told("googlenet")
    assert "model.aux1" not in told("googlenet").partition("by hand")[2]
    output = told("deeplabv3_resnet50")
    assert "with pretrained weights it has auxiliary heads: aux_classifier" in output
    assert "model.aux_classifier[4] = nn.Conv2d(" in output.partition("by hand")[2]


def test_lines_by_hand_begin_with_the_model():
    lines = told("maskrcnn_resnet50_fpn").partition("by hand:\n")[2].splitlines()
    assert lines[0] == "    from torchvision.models.detection.faster_rcnn import FastRCNNPredictor"
    assert lines[2] == '    model = torchvision.models.detection.maskrcnn_resnet50_fpn(weights="DEFAULT")'
    assert 'model = efficientnet_pytorch.EfficientNet.from_pretrained("efficientnet-b0")' in told("efficientnet-b0")
    assert "nasnetamobile(num_classes=1000)" in told("pretrainedmodels/nasnetamobile")
    assert "nasnetamobile(num_classes=num_classes, pretrained=None)" in told("pretrainedmodels/nasnetamobile")


def test_a_model_that_comes_without_a_head_gets_its_first():
    assert "model.head = nn.Linear(768, num_classes)" in told("timm/vit_base_patch14_dinov2")


def test_a_model_that_ignores_the_number_of_classes():
    output = told("pretrainedmodels/resnet34")
    assert "model.last_linear = nn.Linear(model.last_linear.in_features, num_classes)" in output
    assert "own way" not in output


def test_stages_are_told():
    assert "stages    channels 96 at 1/4, 192 at 1/8, 384 at 1/16, 768 at 1/32" in told("timm/convnext_tiny")
    assert json.loads(told("timm/convnext_tiny", "--json"))["stages"][0] == {"channels": 96, "reduction": 4}


def test_where_transformers_keeps_the_number_of_labels():
    assert "    model.config.num_labels = model.num_labels = num_classes\n" in told("RobertaForSequenceClassification")
    assert "    model.config.num_labels = model.num_labels = num_classes\n" in told("roberta-large")


def test_a_checkpoint_with_a_head_of_its_own():
    output = told("google/vit-base-patch16-224")
    assert "own head  ViTForImageClassification, 1000 classes" in output
    assert 'vit-base-patch16-224", num_labels=num_classes, ignore_mismatched_sizes=True)' in output
    assert "in a RobertaClassificationHead, which gets all tokens" in told("roberta-large")


def test_timms_own_way():
    output = told("timm/swin_tiny_patch4_window7_224")
    assert "model.head.fc = nn.Linear(model.head.fc.in_features, num_classes)" in output
    assert 'timm.create_model("swin_tiny_patch4_window7_224", pretrained=True, num_classes=num_classes)' in output
    assert "model.reset_classifier(num_classes)" in output


def test_weights_and_the_images_that_they_want_are_told():
    output = told("resnet50")
    assert "  weights   ResNet50_Weights.IMAGENET1K_V2, IMAGENET1K_V1\n" in output
    assert "  images    shorter side 232, crop 224, mean (0.485, 0.456, 0.406), std (0.229, 0.224, 0.225)" in output
    assert "mean (0.5, 0.5, 0.5)" in told("timm/vit_base_patch16_224.augreg_in21k")
    assert "images" not in told("fasterrcnn_resnet50_fpn").partition("\n\n")[0]
    weights = json.loads(told("resnet50", "--json"))["weights"]
    assert (weights[0]["name"], weights[0]["crop"]) == ("ResNet50_Weights.IMAGENET1K_V2", [224, 224])


def test_an_unknown_tag_gets_tags_suggested():
    output = told("timm/resnet50.a1_in2k", exit_code=2)
    assert "resnet50 has no weights tagged a1_in2k" in output
    assert "did you mean timm/resnet50.a1_in1k" in output
    assert "did you mean timm/resnet50.a1_in1k or" in told("timm/resnet50.nonsense", exit_code=2)


def test_entries_of_torch_hub():
    output = told("facebookresearch/dino:dino_vits16")
    assert 'torch.hub.load("facebookresearch/dino", "dino_vits16")' in output
    assert "model.head = nn.Linear(384, num_classes)" in output
    assert json.loads(told("facebookresearch/dino:dino_vits16", "--json"))["width"] == 384
    assert "resnet50 (torchvision" in told("pytorch/vision:v0.10.0:resnet50")
    assert "did you mean facebookresearch/dino:dino_vits16" in told("facebookresearch/dino:dino_vit16", exit_code=2)
    assert "facebookresearch/dino:dino_vits16" in listed("facebookresearch/*")


def test_a_builder_that_takes_the_name_is_told_with_it():
    assert 'EfficientNet.from_name("efficientnet-b0")' in told("efficientnet-b0")
    assert "transformers' own way" in told("BertForSequenceClassification")


def test_json():
    data = json.loads(told("resnet50", "--json"))
    assert data["slots"][0] == {
        "path": "fc",
        "role": "head",
        "kind": "Linear",
        "takes": 2048,
        "gives": 1000,
        "arrives": ["batch", 2048],
        "leaves": ["batch", 1000],
    }
    assert json.loads(told("resnet51", "--json", exit_code=2))["close"]


def test_lists():
    assert "torchvision/convnext_tiny" in listed("convnext*")
    assert "timm/convnext_tiny" in listed("convnext*")
    assert all(name.startswith("timm/") for name in listed("timm/*"))
    assert told("--list", "convnext*").splitlines() == list(listed("convnext*"))
    told("--list", "nothing*", exit_code=2)


@pytest.mark.parametrize("arguments", [(), ("",), ("resnet50", "--list", "x*")])
def test_one_question_at_a_time(arguments):
    told(*arguments, exit_code=2)


def test_paths_are_spelled_as_scripts_spell_them():
    assert expression("classifier.6") == "model.classifier[6]"
    assert expression("layer4.0.conv1", "net") == "net.layer4[0].conv1"


@pytest.mark.parametrize("library", zoo.libraries())
def test_every_model_can_be_told(library):
    names = zoo.names(library)
    for name in sample(names, 20):
        found = zoo.find(library, name)
        if isinstance(found, zoo.Row):
            assert name in told(f"{library}/{name}")
            for line in (*by_hand(found), *own_way(found)):
                ast.parse(line)
