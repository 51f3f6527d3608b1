"""The tables of checkpoints and of torch.hub, against what was surveyed."""

import json

import pytest

from headlint import zoo
from headlint.history import Known, Unknown
from headlint.zoo import checkpoints, hub, store
from headlint.zoo.checkpoints import Checkpoint, checkpoint, heads
from headlint.zoo.hub import HubModel

CHECKPOINTS = [json.loads(line) for line in checkpoints.FILE.read_text().splitlines()[1:]]
HUB = [json.loads(line) for line in hub.FILE.read_text().splitlines()[1:]]


def head_width(library: str, name: str) -> int:
    """What the head of a surveyed model gets; what a model without one gives."""
    row = zoo.find(library, name)
    assert isinstance(row, zoo.Row), row
    slot = row.heads[0]
    return slot.layer.takes.value if isinstance(slot.layer.takes, Known) else row.output.dims[-1]


@pytest.mark.parametrize(("rows", "least"), [(CHECKPOINTS, 150), (HUB, 30)])
def test_tables_are_sorted_and_long_enough(rows, least):
    names = [row["name"] for row in rows]
    assert names == sorted(set(names))
    assert len(names) >= least


LIKE = [row for row in CHECKPOINTS if row["source"].startswith(("timm:", "torchaudio:"))]


@pytest.mark.parametrize("row", LIKE, ids=lambda row: row["name"])
def test_a_width_that_another_library_knows_is_that_librarys(row):
    library, _, name = row["source"].partition(":")
    assert head_width(library, name) == row["width"]


def test_most_widths_have_a_source_and_the_others_say_that_they_have_none():
    sourced = [row["name"] for row in CHECKPOINTS if row["source"] != "known"]
    assert len(sourced) >= 250
    assert {checkpoint(row["name"]).source for row in CHECKPOINTS if row["source"] == "known"} == {
        "the published configuration as it is generally known; not checked against the hub"
    }


@pytest.mark.parametrize(
    ("name", "source"),
    [
        (
            "google/vit-base-patch16-224",
            "the same architecture in timm (vit_base_patch16_224), whose width a test compares",
        ),
        ("facebook/wav2vec2-base", "the same architecture in torchaudio (wav2vec2_base), whose width a test compares"),
        (
            "prajjwal1/bert-mini",
            "the config.json of Reza-Madani/test-small-bert-with-loss-weight on the Hugging Face hub",
        ),
    ],
)
def test_a_source_is_told_in_words(name, source):
    assert checkpoint(name).source.startswith(source)


@pytest.mark.parametrize("row", [row for row in HUB if "like" in row], ids=lambda row: row["name"])
def test_a_hub_models_width_is_that_of_its_like(row):
    library, _, name = row["like"].partition(":")
    assert head_width(library, name) == row["width"]


@pytest.mark.parametrize("row", [row for row in HUB if "row" in row], ids=lambda row: row["name"])
def test_a_hub_model_that_is_another_librarys_is_in_the_zoo(row):
    library, _, name = row["row"].partition(":")
    assert isinstance(zoo.find(library, name), zoo.Row)


def test_every_familys_classes_are_surveyed():
    families = {row["model_type"] for row in CHECKPOINTS}
    assert [family for family in sorted(families) if not checkpoints.head_classes(family)] == []


@pytest.mark.parametrize(
    ("name", "class_name", "path", "takes"),
    [
        ("bert-base-uncased", "BertForSequenceClassification", "classifier", 768),
        ("roberta-large", "RobertaForSequenceClassification", "classifier.out_proj", 1024),
        ("distilbert-base-uncased", "DistilBertForSequenceClassification", "classifier", 768),
        ("google/vit-large-patch16-224", "ViTForImageClassification", "classifier", 1024),
        ("microsoft/resnet-50", "ResNetForImageClassification", "classifier.1", 2048),
        ("microsoft/swin-base-patch4-window7-224", "SwinForImageClassification", "classifier", 1024),
    ],
)
def test_what_a_checkpoints_head_takes(name, class_name, path, takes):
    known = checkpoint(name)
    assert isinstance(known, Checkpoint)
    found = {head.name: (head.path, head.takes) for head in heads(known)}
    assert found[class_name] == (path, takes)


def test_a_projected_head_does_not_take_the_checkpoints_width():
    known = checkpoint("facebook/wav2vec2-large")
    assert isinstance(known, Checkpoint)
    found = {head.name: head.takes for head in heads(known)}
    assert isinstance(found["Wav2Vec2ForSequenceClassification"], Unknown)


def test_unknown_checkpoints_and_entries_are_unknown():
    assert isinstance(checkpoint("nobody/nothing"), Unknown)
    assert isinstance(hub.hub("nobody/nothing", "model"), Unknown)
    assert isinstance(hub.hub("pytorch/vision", "resnet51"), Unknown)


def test_hub_entries_lead_to_rows():
    assert hub.hub("pytorch/vision:v0.10.0", "resnet50") == ("torchvision", "resnet50")
    assert hub.hub("facebookresearch/WSL-Images", "resnext101_32x8d_wsl") == ("torchvision", "resnext101_32x8d")
    dino = hub.hub("facebookresearch/dino:main", "dino_vits16")
    assert isinstance(dino, HubModel)
    assert (dino.heads, dino.kind, dino.width) == (("head",), "Identity", 384)


def test_tables_lie_beside_the_libraries_and_are_none():
    assert not {"transformers_checkpoints", "hub"} & set(store.libraries())


HEADED = [row for row in CHECKPOINTS if "head" in row]


@pytest.mark.parametrize("row", HEADED, ids=lambda row: row["name"])
def test_the_class_of_a_checkpoints_own_head_is_of_its_family(row):
    assert row["head"][0] in checkpoints.head_classes(row["model_type"])


@pytest.mark.parametrize(
    "row",
    [row for row in HEADED if row["source"].startswith("timm:") and row["head"][1] in {1000, 21841}],
    ids=lambda row: row["name"],
)
def test_timm_has_weights_with_as_many_classes(row):
    library, _, name = row["source"].partition(":")
    found = zoo.find(library, name)
    assert isinstance(found, zoo.Row), found
    assert row["head"][1] in {found.classes, *(classes for _, classes, _ in found.record.get("tags", ()))}


@pytest.mark.parametrize(
    "row",
    [row for row in CHECKPOINTS if row["model_type"] == "vit" and row["source"].startswith("timm:")],
    ids=lambda row: row["name"],
)
def test_a_vit_is_as_deep_as_timms(row):
    library, _, name = row["source"].partition(":")
    found = zoo.find(library, name)
    assert isinstance(found, zoo.Row), found
    assert len(found.tree.at("blocks").children) == row["layers"]


def test_the_class_behind_an_auto_class():
    assert checkpoints.class_behind("AutoModelForImageClassification", "vit") == "ViTForImageClassification"
    assert checkpoints.class_behind("AutoModelForImageClassification", "bert") is None
