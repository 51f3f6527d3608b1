from __future__ import annotations

from headlint import check_source
from headlint.finding import Safety
from headlint.history import Known, Lacked, Layer, Model, OutputLacked, Unknown, Written
from tests.rules.histories import RESNET18, VGG16, at, built, finding, linear

RULE = "missing-attribute"
HEAD = Layer("Sequential", Known(25088), Known(1000), children=(("0", linear(25088, 4096)), ("6", linear(4096, 1000))))


def lacked(
    model: Model = RESNET18,
    name: str = "classifier",
    path: str = "",
    *,
    owner: Layer | None = None,
    names: tuple[str, ...] = ("conv1", "layer4", "fc", "inplanes"),
    text: str = "",
) -> Lacked:
    target = f"model.{path}" if path else "model"
    place = at(2, 1, len(text))
    return Lacked(place, model, path, owner or linear(1), target, name, names, Written(place, text) if text else None)


def test_the_name_of_another_family() -> None:
    found = finding(RULE, built(), lacked(text="model.classifier = nn.Linear(model.classifier.in_features, 10)"))
    assert found.place.line == 2
    assert found.message == "resnet18 has no `classifier`: its head is `fc`"
    assert [step.text for step in found.steps] == ["resnet18 is built with pretrained weights"]
    assert found.fix is not None
    assert (found.fix.title, found.fix.safety) == ("write `model.fc`", Safety.UNSAFE)
    assert [edit.replacement for edit in found.fix.edits] == ["model.fc = nn.Linear(model.fc.in_features, 10)"]


def test_no_fix_where_an_index_follows() -> None:
    assert finding(RULE, lacked(text="model.classifier[6] = nn.Linear(2048, 10)")).fix is None


def test_a_slip_of_the_finger() -> None:
    found = finding(RULE, lacked(name="layer44", text="x = model.layer44"))
    assert found.message == "resnet18 has no `layer44`; did you mean `layer4`?"


def test_a_width_of_a_container() -> None:
    found = finding(RULE, lacked(VGG16, "in_features", "classifier", owner=HEAD, names=("0", "6")))
    expected = "`classifier` of vgg16 is a Sequential, which has no `in_features`: `classifier[6]` has"
    assert found.message == expected


def test_an_item_of_a_layer() -> None:
    found = finding(RULE, lacked(RESNET18, "[6]", "fc", owner=linear(512)))
    assert found.message == "`fc` of resnet18 is a Linear, which has no items"
    assert found.fix is None


def test_an_item_past_the_last() -> None:
    found = finding(RULE, lacked(VGG16, "[7]", "classifier", owner=HEAD, names=("0", "6")))
    assert found.message == (
        "`classifier` of vgg16 is a Sequential, which has no `[7]` among its 2 items, the last of which is `[6]`"
    )


def test_a_layer_of_ones_own() -> None:
    own = Model(3, "Sequential", "", pretrained=False, classes=0)
    found = finding(RULE, lacked(own, "in_features", owner=HEAD, names=("0", "6")))
    assert found.message == "`model` is a Sequential, which has no `in_features`"


def test_timms_modules_are_not_counted_since_versions_order_them_otherwise() -> None:
    counted = "import timm\nmodel = timm.create_model('tf_efficientnet_b4')\nstage = list(model.children())[3][4]\n"
    assert check_source(counted, select=[RULE]) == ()
    named = counted.replace("list(model.children())[3]", "model.conv_head")
    assert [judged.finding.message for judged in check_source(named, select=[RULE])] == [
        "`conv_head` of tf_efficientnet_b4 is a Conv2d, which has no items"
    ]


def test_a_field_that_an_output_lacks() -> None:
    model = Model(4, "DistilBertModel", "transformers", pretrained=True, classes=Unknown("it has none"))
    found = finding(RULE, OutputLacked(at(9), model, "BaseModelOutput", "pooler_output", ("last_hidden_state",)))
    assert found.place == at(9)
    assert found.message == (
        "DistilBertModel returns a BaseModelOutput, which has no `pooler_output`: it has `last_hidden_state`"
    )


def test_a_field_of_a_plain_tensor() -> None:
    found = finding(RULE, OutputLacked(at(9), RESNET18, "Tensor", "logits"))
    assert found.message == "resnet18 returns a Tensor, which has no `logits`"
