"""Modules in plain lists, of which nobody can tell whether they are registered elsewhere."""

import pytest

from headlint.history import Hidden
from headlint.static.witness import tell

NETWORK = """
import torch
from torch import nn
from torchvision import models


class Extended(nn.Module):
    def __init__(self, stages):
        super().__init__()
        self.trunk = models.resnet18(weights="DEFAULT")
        self.extra = []
        for stage in ("layer3", "layer4"):
            layer = nn.Conv2d(64, 64, 1)
            self.extra.append(layer)
            {placed}

    def forward(self, images):
        return self.trunk(images)


def start(stages):
    model = Extended(stages)
    return torch.optim.Adam(model.trunk.fc.parameters(), lr=1e-3)
"""


@pytest.mark.parametrize(
    ("placed", "hidden"),
    [("print(stage)", 2), ("if stage in stages:\n                setattr(self, f'behind_{stage}', layer)", 0)],
)
def test_a_layer_that_is_placed_on_a_condition_may_not_be_hidden(placed, hidden):
    histories = tell("train.py", NETWORK.replace("{placed}", placed))
    counts = {event.count for history in histories for event in history.events if isinstance(event, Hidden)}
    assert counts == ({hidden} if hidden else set())
