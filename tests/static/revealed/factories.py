import argparse

from asking import reveal, reveal_training
from torch import nn
from torchvision import models


def build(name, classes, freeze=True, size=224):
    if name == "resnet":
        net = models.resnet50(pretrained=True)
        if freeze:
            for p in net.parameters():
                p.requires_grad = False
        net.fc = nn.Linear(net.fc.in_features, classes)
    elif name == "densenet":
        net = models.densenet161()
        net.classifier = nn.Linear(net.classifier.in_features, classes)
    else:
        raise ValueError(name)
    return net, size


model, size = build("resnet", 4)
reveal(model.fc)  # revealed: Linear 2048 -> 4
reveal(size)  # revealed: 224
reveal_training(model)  # revealed: 2 train, 159 frozen
other, _ = build(name="densenet", classes=8, size=96)
reveal(other.classifier)  # revealed: Linear 2208 -> 8

parser = argparse.ArgumentParser()
parser.add_argument("--arch", default="resnet18")
args = parser.parse_args()
either, _ = build(args.arch, 3)
reveal(either)  # revealed: densenet161 with 1000 classes | resnet50 with 1000 classes


def width_of(kind: str) -> int:
    match kind:
        case "small" | "tiny":
            return 512
        case _:
            return 2048


reveal(width_of("tiny"))  # revealed: 512
reveal(width_of("huge"))  # revealed: 2048


class Registry:
    def __init__(self):
        self.known = {}

    def add(self, key, builder):
        self.known[key] = builder

    def make(self, key, **options):
        return self.known[key](**options)


registry = Registry()
registry.add("r18", models.resnet18)
registry.add("head", lambda width: nn.Linear(width, 2))
reveal(registry.make("r18", num_classes=6).fc)  # revealed: Linear 512 -> 6
reveal(registry.make("head", width=33))  # revealed: Linear 33 -> 2
reveal(args.arch)  # revealed: 'densenet' | 'resnet'
