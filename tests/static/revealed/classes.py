import torch
import torch.nn.functional as F
from asking import reveal, reveal_training
from torch import nn
from torchvision import models


class Classifier(nn.Module):
    hidden = 128

    def __init__(self, classes, backbone="resnet34"):
        super().__init__()
        self.backbone = getattr(models, backbone)(weights="DEFAULT")
        width = self.backbone.fc.in_features
        self.backbone.fc = nn.Identity()
        self.dropout = nn.Dropout(0.5)
        self.head = nn.Linear(width, self.hidden)
        self.out = nn.Linear(self.hidden, classes)

    def forward(self, x):
        features = self.backbone(x)
        reveal(features)  # revealed: tensor (batch, 512)
        features = self.dropout(F.relu(self.head(features)))
        reveal(features)  # revealed: tensor (batch, 128)
        return self.out(features)

    def freeze(self):
        for p in self.backbone.parameters():
            p.requires_grad = False

    @property
    def width(self):
        return self.head.in_features


model = Classifier(classes=12)
reveal(model.out)  # revealed: Linear 128 -> 12
reveal(model.width)  # revealed: 512
model.freeze()
reveal_training(model)  # revealed: 4 train, 108 frozen


class Trunk(nn.Module):
    def __init__(self):
        super().__init__()
        base = models.resnet18()
        self.features = nn.Sequential(*list(base.children())[:-1])
        self.fc = nn.Linear(512, 4)

    def forward(self, x):
        x = self.features(x)
        x = torch.flatten(x, 1)
        return self.fc(x)


reveal(len(Trunk().features))  # revealed: 9
