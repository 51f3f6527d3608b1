import argparse

import torch.nn as nn
from torchvision import models
from asking import reveal

BUILDERS = {"small": models.resnet18, "large": models.resnet50}


def build(name):
    model = BUILDERS[name](weights="DEFAULT")
    reveal(model.fc.in_features)  # revealed: 2048 | 512
    return model


def build_safely(name):
    make = BUILDERS.get(name)
    reveal(make().fc)  # revealed: Linear 2048 -> 1000 | Linear 512 -> 1000


parser = argparse.ArgumentParser()
parser.add_argument("--arch", default="resnet34", choices=["resnet34", "wide_resnet50_2"])
parser.add_argument("--head", default="fc")
parser.add_argument("--classes", type=int, default=10)
args = parser.parse_args()
chosen = getattr(models, args.arch)()
reveal(chosen.fc)  # revealed: Linear 2048 -> 1000 | Linear 512 -> 1000
reveal(getattr(chosen, args.head).in_features)  # revealed: 2048 | 512
reveal(args.classes)  # revealed: unknown: `classes` is given on the command line


class Trainer:
    def __init__(self, config):
        self.config = config

    def load_network(self):
        self.network = models.alexnet()
        reveal(self.network.classifier[6])  # revealed: Linear 4096 -> 1000


def many(kind, first, second, third, fourth):
    size = 1 if first else 2
    if kind == "a":
        net = models.resnet18()
        if second:
            net.fc = nn.Linear(512, size)
        if third:
            net.fc = nn.Linear(512, 3)
        if fourth:
            net.fc = nn.Linear(512, 4)
    elif kind == "b":
        net = models.resnet34()
    elif kind == "c":
        net = models.resnet50()
    elif kind == "d":
        net = models.alexnet()
        reveal(net)  # revealed: alexnet with 1000 classes
        net.fc.requires_grad_(False)
        reveal("a resnet's head is read from an alexnet, so this line is never reached")
    elif kind == "e":
        net = models.vgg11()
        reveal(net)  # revealed: vgg11 with 1000 classes
    return net
