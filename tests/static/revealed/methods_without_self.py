from asking import reveal
from torch import nn
from torchvision import models


class Heads:
    def put(model):
        model.fc = nn.Linear(10, 3)
        reveal(model)  # revealed: unknown: the caller of `put` decides what `model` is

    def build(self, text):
        self.net = models.resnet18()
        reveal(self.net)  # revealed: resnet18 with 1000 classes
        reveal(eval(text))  # revealed: unknown: the caller of `build` decides what `text` is
