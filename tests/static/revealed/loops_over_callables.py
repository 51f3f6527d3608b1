from asking import reveal
from torch import nn
from torchvision import models

for kind in (nn.Linear, nn.LazyLinear, nn.Dropout):
    reveal(kind)  # revealed: torch.nn.Dropout | torch.nn.LazyLinear | torch.nn.Linear

for build, width in ((models.resnet18, 512), (models.resnet50, 2048)):
    model = build(weights=None)
    reveal(model.fc)  # revealed: Linear 2048 -> 1000 | Linear 512 -> 1000
    reveal(width)  # revealed: 2048 | 512


def grow(module):
    return module


for step in [grow, models.densenet121]:
    reveal(step)  # revealed: function grow | torchvision.models.densenet121

for batch in loaded_elsewhere():
    reveal(batch)  # revealed: unknown: `loaded_elsewhere` is defined where headlint can't see it
