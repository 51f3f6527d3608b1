import torch
import torch.nn.functional as F
from asking import reveal
from torch import nn
from torchvision import models


class Layered(nn.Module):
    def __init__(self, width, hidden, classes):
        super().__init__()
        self.layers = nn.ModuleList([nn.Linear(width, hidden[0])])
        self.layers.extend([nn.Linear(a, b) for a, b in zip(hidden[:-1], hidden[1:])])
        self.layers.append(nn.Linear(hidden[-1], classes))
        self.drop = nn.ModuleDict({"first": nn.Dropout(0.1)})

    def forward(self, x):
        for number, layer in enumerate(self.layers):
            x = F.relu(layer(x))
            if number == 0:
                reveal(x)  # revealed: tensor (batch, 256)
        reveal(x)  # revealed: tensor (batch, 4)
        return self.drop["first"](x)


net = models.densenet121()
net.classifier = Layered(net.classifier.in_features, [256, 64], 4)


class Pair(nn.Module):
    def __init__(self):
        super().__init__()
        self.left = models.resnet18()
        self.right = models.resnet50()
        self.left.fc = nn.Identity()
        self.right.fc = nn.Identity()
        self.head = nn.Linear(2560, 3)

    def forward(self, x):
        both = torch.cat([self.left(x), self.right(x)], dim=1)
        reveal(both)  # revealed: tensor (batch, 2560)
        reveal(both * 2 + 1)  # revealed: tensor (batch, 2560)
        reveal(both + self.left(x))  # revealed: unknown: headlint doesn't follow shapes through this operation
        reveal(torch.cat([both, unseen(x)], 1))  # revealed: unknown: `unseen` is defined where headlint can't see it
        return self.head(both)


pair = Pair()


class Pooled(nn.Module):
    def __init__(self):
        super().__init__()
        self.trunk = nn.Sequential(*list(models.vgg16().children())[:-2])
        self.small = models.resnet18()
        self.small.fc = nn.Linear(512, 48)

    def forward(self, x):
        flat = self.small(x)
        deep = flat.view(flat.size(0), -1).unsqueeze(-1).unsqueeze(-1)
        reveal(deep)  # revealed: tensor (batch, 48, 1, 1)
        reveal(F.adaptive_avg_pool2d(deep, 1).flatten(1))  # revealed: tensor (batch, 48)
        reveal(deep.mean(dim=(2, 3)))  # revealed: tensor (batch, 48)
        reveal(torch.mean(deep, [2, 3], True))  # revealed: tensor (batch, 48, 1, 1)
        reveal(deep.permute(0, 2, 3, 1))  # revealed: tensor (batch, 1, 1, 48)
        reveal(deep.transpose(1, 3))  # revealed: tensor (batch, 1, 1, 48)
        reveal(torch.flatten(deep, 1))  # revealed: tensor (batch, 48)
        return flat


pooled = Pooled()
