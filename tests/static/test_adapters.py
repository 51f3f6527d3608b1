"""What peft keeps of a model for a task, asked of peft where it is installed."""

import pytest

from headlint.static.adapters import FREEZING, KEPT

pytestmark = pytest.mark.filterwarnings("ignore:`is_gradient_checkpointing`:FutureWarning")  # peft asks for it


@pytest.mark.runtime
@pytest.mark.parametrize("task", ["SEQ_CLS", "TOKEN_CLS", "QUESTION_ANS", "FEATURE_EXTRACTION", None])
def test_peft_keeps_these(task):
    peft = pytest.importorskip("peft")
    transformers = pytest.importorskip("transformers")
    config = transformers.BertConfig(hidden_size=8, num_hidden_layers=1, num_attention_heads=1, intermediate_size=8)
    kind = transformers.BertForQuestionAnswering if task == "QUESTION_ANS" else transformers.BertForTokenClassification
    chosen = peft.LoraConfig(task_type=task, target_modules=["query"])
    peft.get_peft_model(kind(config), chosen)
    assert set(chosen.modules_to_save or ()) == set(KEPT.get(task, ()))


@pytest.mark.runtime
def test_a_name_means_what_ends_with_it():
    peft = pytest.importorskip("peft")
    torchvision = pytest.importorskip("torchvision")
    model = torchvision.models.vit_b_16(num_classes=3)
    chosen = peft.LoraConfig(target_modules=["mlp.0"], modules_to_save=["head"])
    trained = {name for name, one in peft.get_peft_model(model, chosen).named_parameters() if one.requires_grad}
    assert any("heads.head" in name for name in trained)


@pytest.mark.runtime
@pytest.mark.parametrize("name", sorted(FREEZING))
def test_peft_trains_adapters_and_what_it_keeps(name):
    peft = pytest.importorskip("peft")
    transformers = pytest.importorskip("transformers")
    shape = transformers.BertConfig(hidden_size=8, num_hidden_layers=1, num_attention_heads=1, intermediate_size=8)
    more = {"AdaLoraConfig": {"total_step": 9}, "IA3Config": {"feedforward_modules": []}}.get(name, {})
    config = getattr(peft, name)(target_modules=["query"], modules_to_save=["classifier"], **more)
    model = peft.get_peft_model(transformers.BertForSequenceClassification(shape), config)
    assert isinstance(model.base_model.model, transformers.BertForSequenceClassification)
    trained = {path for path, one in model.named_parameters() if one.requires_grad}
    adapters = {path for path in trained if ".query." in path and ".base_layer." not in path}
    kept = {path for path in trained if ".classifier.modules_to_save." in path}
    assert adapters
    assert kept
    assert trained == adapters | kept
