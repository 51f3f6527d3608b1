import random

from asking import reveal, reveal_training
from torch import nn
from torchvision import models

net = None


def build():
    global net, later
    net = models.resnet18()
    later = models.alexnet()


build()
reveal(net)  # revealed: resnet18 with 1000 classes
reveal(later.classifier[6])  # revealed: Linear 4096 -> 1000


def around():
    net = models.resnet50()

    def inside():
        nonlocal net
        net.fc = nn.Linear(2048, 3)
        reveal(net.fc)  # revealed: Linear 2048 -> 3
        net = models.vgg11()

    inside()
    reveal(net)  # revealed: vgg11 with 1000 classes


around()
reveal(net)  # revealed: resnet18 with 1000 classes


def shadows():
    net = models.resnet34()
    reveal(net)  # revealed: resnet34 with 1000 classes


shadows()
reveal(net)  # revealed: resnet18 with 1000 classes


def perhaps():
    global net
    for _ in range(3):
        if random.random() > 0.5:
            net = models.resnet50()


perhaps()
reveal(net)  # revealed: unknown: `net` differs with a condition: headlint can't look into `random.random`
