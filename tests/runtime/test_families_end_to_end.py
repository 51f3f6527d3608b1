"""Scripts with transformers and detectors, from text to findings."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from headlint import verdict
from headlint.rule import rules

if TYPE_CHECKING:
    from headlint.runtime.client import Runner

pytestmark = pytest.mark.runtime
pytest.importorskip("torch")

CLASSIFIER = """
from transformers import AutoModel
import torch.nn as nn

class Classifier(nn.Module):
    def __init__(self):
        super().__init__()
        self.encoder = AutoModel.from_pretrained({name!r})
        self.fc = nn.Linear({width}, 2)

    def forward(self, ids, mask):
        return self.fc(self.encoder(ids, attention_mask=mask).last_hidden_state[:, 0])

model = Classifier()
"""
SEQUENCE = """
import torch.nn as nn
from transformers import AutoModelForSequenceClassification
model = AutoModelForSequenceClassification.from_pretrained("bert-base-uncased", num_labels=3)
model.classifier = nn.Linear({width}, 5)
"""
IMAGE = """
import torch.nn as nn
from transformers import ViTForImageClassification
model = ViTForImageClassification.from_pretrained("google/vit-base-patch16-224-in21k", num_labels=10)
model.{path} = nn.Linear(768, 10)
"""
BOXES = """
import torchvision
from torchvision.models.detection.faster_rcnn import FastRCNNPredictor
model = torchvision.models.detection.fasterrcnn_resnet50_fpn(weights="DEFAULT")
model.roi_heads.box_predictor = FastRCNNPredictor({width}, 3)
"""
EFFICIENT = """
import torch.nn as nn
from efficientnet_pytorch import EfficientNet
model = EfficientNet.from_pretrained("efficientnet-b0")
model.{path} = nn.Linear({width}, 3)
"""
CASES = {
    "efficientnet": (EFFICIENT.format(path="_fc", width=1280), set()),
    "efficientnet of another width": (EFFICIENT.format(path="_fc", width=1000), {"head-width-mismatch"}),
    "efficientnet's dead head": (EFFICIENT.format(path="fc", width=1280), {"head-never-called"}),
    "encoder of the right width": (CLASSIFIER.format(name="roberta-large", width=1024), set()),
    "encoder of another width": (CLASSIFIER.format(name="roberta-large", width=768), {"head-width-mismatch"}),
    "encoder of a width nobody knows": (CLASSIFIER.format(name="somebody/my-bert", width=512), set()),
    "text classifier": (SEQUENCE.format(width=768), set()),
    "text classifier of another width": (SEQUENCE.format(width=1024), {"head-width-mismatch"}),
    "image classifier": (IMAGE.format(path="classifier"), set()),
    "image classifier's dead head": (IMAGE.format(path="head"), {"head-never-called"}),
    "detector": (BOXES.format(width=1024), set()),
    "detector of another width": (BOXES.format(width=512), {"head-width-mismatch"}),
}


@pytest.mark.parametrize("case", list(CASES))
def test_a_run_sees_what_is_wrong_and_nothing_else(runner: Runner, case: str) -> None:
    text, wanted = CASES[case]
    for library in ("transformers", "efficientnet_pytorch"):
        if library in text:
            pytest.importorskip(library)
    outcome = runner.run("script.py", text)
    told = verdict.testimony(rules(), outcome.histories)
    assert outcome.histories, outcome.why
    assert not told.crashes
    assert {finding.rule for finding in told.findings.values()} == wanted
