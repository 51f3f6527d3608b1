"""A test hands a Lightning module any loss that is at hand, and trains nothing."""

from __future__ import annotations

import pytest

from headlint import check_source

MODULE = """
import torch
from torch import nn
from torchvision import models
from pytorch_lightning import LightningModule


class Tagger(LightningModule):
    def __init__(self, criterion):
        super().__init__()
        self.net = models.resnet18(weights="DEFAULT")
        self.net.fc = nn.Linear(512, 5)
        self.criterion = criterion

    def forward(self, images):
        return torch.sigmoid(self.net(images))

    def training_step(self, batch, index):
        images, tags = batch
        return self.criterion(self(images), tags)


tagger = Tagger(criterion=nn.CrossEntropyLoss())
"""


@pytest.mark.parametrize(
    ("name", "wanted"),
    [("train.py", {"activation-before-loss"}), ("test_tagger.py", set()), ("tagger_test.py", set())],
)
def test_what_a_test_hands_over_is_not_what_trains(name: str, wanted: set[str]) -> None:
    assert {judged.finding.rule for judged in check_source(MODULE, name, select=["activation-before-loss"])} == wanted
