"""Rows of transformers with the width and the depth of a checkpoint."""

import pytest

from headlint import zoo
from headlint.history import Known, Shape, Unknown
from headlint.zoo import checkpoints
from headlint.zoo.checkpoints import Checkpoint, checkpoint
from headlint.zoo.fitting import Fitted, backbone_of, base_of, fitted
from headlint.zoo.options import with_classes


def row_of(name: str) -> zoo.Row:
    found = zoo.find("transformers", name)
    assert isinstance(found, zoo.Row), found
    return found


def fit(kind: str, name: str) -> Fitted:
    return fitted(row_of(kind), checkpoint(name))


@pytest.mark.parametrize(
    ("kind", "name", "path", "takes"),
    [
        ("BertForSequenceClassification", "bert-base-uncased", "classifier", 768),
        ("BertForSequenceClassification", "bert-large-uncased", "classifier", 1024),
        ("RobertaForSequenceClassification", "roberta-large", "classifier.dense", 1024),
        ("DistilBertForSequenceClassification", "distilbert-base-uncased", "pre_classifier", 768),
        ("ResNetForImageClassification", "microsoft/resnet-18", "classifier.1", 512),
        ("SwinForImageClassification", "microsoft/swin-base-patch4-window7-224", "classifier", 1024),
    ],
)
def test_what_a_layer_takes(kind, name, path, takes):
    assert fit(kind, name).row.tree.at(path).takes == takes


def test_shapes_follow_the_width_and_leave_the_length_open():
    row = fit("RobertaForSequenceClassification", "roberta-large").row
    slot = row.slot("classifier")
    assert (slot.arrives, slot.leaves) == (Shape(("batch", "tokens", 1024)), Shape(("batch", 2)))
    assert row.input == Shape(("batch", "tokens"))


def test_the_classes_stay():
    row = with_classes(row_of("ViTForImageClassification"), 768)
    assert isinstance(row, zoo.Row)
    slot = fitted(row, checkpoint("google/vit-large-patch16-224")).row.slot("classifier")
    assert (slot.layer.takes, slot.layer.gives) == (Known(1024), Known(768))


@pytest.mark.parametrize(
    ("kind", "name", "layers"),
    [
        ("BertForSequenceClassification", "bert-large-uncased", 24),
        ("BertForSequenceClassification", "prajjwal1/bert-medium", 8),
        ("GPT2ForSequenceClassification", "gpt2-xl", 48),
        ("ViTForImageClassification", "google/vit-huge-patch14-224-in21k", 32),
    ],
)
def test_the_depth_is_the_checkpoints(kind, name, layers):
    told = fit(kind, name)
    assert told.why == ""
    stacks = [
        node for _, node in told.row.tree.modules() if len(node.children) == layers and node.children[0][0] == "0"
    ]
    assert len(stacks) == 1


def test_of_other_families_only_the_head_is_known():
    assert fit("ResNetForImageClassification", "microsoft/resnet-50").why != ""
    assert fit("ElectraForSequenceClassification", "google/electra-base-discriminator").why != ""


def test_of_an_unknown_checkpoint_no_width_is_known():
    told = fitted(row_of("BertForSequenceClassification"), Unknown("it is somebody's own"))
    assert told.why == "it is somebody's own"
    assert told.row.tree.at("classifier").takes is None
    assert isinstance(told.row.slot("classifier").arrives, Unknown)


def test_the_backbone_is_the_largest_part():
    assert base_of(row_of("DistilBertForSequenceClassification")) == "distilbert"
    assert base_of(row_of("BartForSequenceClassification")) == "model"


@pytest.mark.runtime
@pytest.mark.parametrize(
    ("kind", "name"),
    [
        ("BertForSequenceClassification", "bert-large-cased"),
        ("RobertaForTokenClassification", "distilroberta-base"),
        ("GPT2ForSequenceClassification", "gpt2-medium"),
        ("AlbertForSequenceClassification", "albert-xxlarge-v2"),
        ("XLNetForSequenceClassification", "xlnet-large-cased"),
        ("ViTForImageClassification", "google/vit-large-patch16-224"),
    ],
)
def test_the_parameters_are_those_of_the_live_model(kind, name):
    transformers = pytest.importorskip("transformers")
    from headlint.runtime.worker.families.checkpoints import configuration
    from headlint.zoo.survey.transformers import built

    known = checkpoint(name)
    assert isinstance(known, Checkpoint)
    config = configuration(getattr(transformers, kind).config_class, name, {})
    live = [path for path, _ in built(kind, config).named_parameters()]
    assert list(fitted(row_of(kind), known).row.parameter_names()) == live


@pytest.mark.parametrize(
    ("kind", "name", "outputs"),
    [
        ("BertForSequenceClassification", "bert-large-cased", {"last_hidden_state": 1024, "pooler_output": 1024}),
        ("DistilBertForSequenceClassification", "distilbert-base-uncased", {"last_hidden_state": 768}),
    ],
)
def test_what_a_backbone_returns(kind, name, outputs):
    known = checkpoint(name)
    assert isinstance(known, Checkpoint)
    row = backbone_of(row_of(kind), known)
    assert isinstance(row, zoo.Row)
    assert {key: shape.dims[-1] for key, shape in row.outputs.items()} == outputs


def test_of_other_families_the_backbone_is_unknown():
    known = checkpoint("microsoft/resnet-50")
    assert isinstance(known, Checkpoint)
    assert isinstance(backbone_of(row_of("ResNetForImageClassification"), known), Unknown)


PLAIN = {
    "albert": "AlbertForSequenceClassification",
    "bert": "BertForSequenceClassification",
    "camembert": "CamembertForSequenceClassification",
    "deit": "DeiTForImageClassification",
    "distilbert": "DistilBertForSequenceClassification",
    "gpt2": "GPT2ForSequenceClassification",
    "mpnet": "MPNetForSequenceClassification",
    "openai-gpt": "OpenAIGPTForSequenceClassification",
    "roberta": "RobertaForSequenceClassification",
    "vit": "ViTForImageClassification",
    "xlm-roberta": "XLMRobertaForSequenceClassification",
    "xlnet": "XLNetForSequenceClassification",
}


@pytest.mark.runtime
@pytest.mark.parametrize("family", PLAIN)
def test_a_live_backbone_returns_the_same_first(family):
    transformers = pytest.importorskip("transformers")
    import torch

    from headlint.zoo.survey.feeding import inputs_for

    names = [name for name in checkpoints.names() if getattr(checkpoint(name), "model_type", "") == family]
    known = checkpoint(names[0])
    assert isinstance(known, Checkpoint)
    row = backbone_of(row_of(PLAIN[family]), known)
    assert isinstance(row, zoo.Row), row
    from headlint.runtime.worker.families.checkpoints import configuration

    config = configuration(getattr(transformers, PLAIN[family]).config_class, names[0], {})
    config.num_hidden_layers = 1
    model = transformers.AutoModel.from_config(config).eval()
    assert type(model).__name__ == row.name
    with torch.no_grad():
        given = model(**inputs_for(model, config, 2))
    told = {name: shape.dims[-1] for name, shape in row.outputs.items()}
    assert list(told) == list(given.keys())[: len(told)]
    assert {name: given[name].shape[-1] for name in told} == told
    assert [given[name].dim() for name in told] == [len(shape.dims) for shape in row.outputs.values()]
