"""What peft keeps of a model for a task, asked of peft where it is installed."""

import pytest

from headlint.static.adapters import KEPT


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
