import argparse

from asking import reveal
from torch import nn
from torchvision import models

WIDTHS = {"resnet18": 512, "resnet50": 2048, "vgg16": 4096}
BUILDERS = {"resnet18": models.resnet18, "resnet50": models.resnet50, "vgg16": models.vgg16}


def one_question_twice(name):
    """What was answered once excludes the rest: no way takes the width of one model for another."""
    if name.startswith("resnet"):
        trunk = BUILDERS[name]()
        reveal(trunk)  # revealed: resnet18 with 1000 classes | resnet50 with 1000 classes
        reveal(WIDTHS[name] == trunk.fc.in_features)  # revealed: True
    elif "vgg" in name:
        reveal(BUILDERS[name]())  # revealed: vgg16 with 1000 classes


def early_returns(name):
    if name == "small":
        return models.resnet18()
    if name == "large":
        return models.resnet50()
    if name == "small":
        reveal("nobody comes here")
    return models.alexnet()


def first_use(name):
    reveal(early_returns(name))  # revealed: alexnet with 1000 classes | resnet18 with 1000 classes | resnet50 with 1000 classes


def named_by_comparison(arch):
    """The name is used before it is compared: the script speaks of two models."""
    net = models.__dict__[arch]()
    if arch == "resnet18" or arch == "resnet34":
        reveal(net)  # revealed: resnet18 with 1000 classes | resnet34 with 1000 classes
    return net


class Chooser(nn.Module):
    def __init__(self, arch):
        super().__init__()
        self.arch = arch
        self.build()

    def build(self):
        if self.arch in ["resnet18", "resnet50"]:
            self.net = getattr(models, self.arch)()
            reveal(self.net.fc.in_features)  # revealed: 2048 | 512
        elif self.arch.lower() == "densenet":
            self.net = models.densenet121()
            reveal(self.net.classifier.in_features)  # revealed: 1024


def by_slice(name):
    if name[:3] == "vgg":
        if name == "resnet18":
            reveal("the two exclude each other")
        reveal(models.vgg11())  # revealed: vgg11 with 1000 classes


def by_flags(deep, wide):
    if deep and not wide:
        net = models.resnet50()
    elif wide:
        net = models.wide_resnet50_2()
    else:
        net = models.resnet18()
    if not deep and not wide:
        reveal(net)  # revealed: resnet18 with 1000 classes
    return net


def by_number(depth):
    net = models.resnet18() if depth < 20 else models.resnet50()
    if depth > 40:
        reveal(net)  # revealed: resnet50 with 1000 classes


def by_match(kind):
    match kind:
        case "a" | "b":
            net = models.resnet18()
        case "c":
            net = models.resnet34()
        case _:
            net = models.resnet50()
    if kind == "b":
        reveal(net)  # revealed: resnet18 with 1000 classes
    if kind not in ("a", "b", "c"):
        reveal(net)  # revealed: resnet50 with 1000 classes


parser = argparse.ArgumentParser()
parser.add_argument("--size", choices=["s", "l"], default="s")
size = parser.parse_args().size
if size == "m":
    reveal("not among the choices")
chosen = models.resnet18() if size == "s" else models.resnet50()
reveal(chosen)  # revealed: resnet18 with 1000 classes | resnet50 with 1000 classes


def checked(name):
    if name not in ("resnet18", "resnet50"):
        raise ValueError(name)
    net = getattr(models, name)()
    reveal(net)  # revealed: resnet18 with 1000 classes | resnet50 with 1000 classes


def asserted(depth):
    assert depth in (18, 50)
    if depth == 34:
        reveal("the assertion excludes it")
    net = models.resnet18() if depth == 18 else models.resnet50()
    if depth != 18:
        reveal(net)  # revealed: resnet50 with 1000 classes


class Shop:
    KNOWN = {"r18": (models.resnet18, 512), "r50": (models.resnet50, 2048)}

    @staticmethod
    def make(name):
        builder, width = Shop.KNOWN[name]
        reveal(builder().fc.in_features == width)  # revealed: True

    @classmethod
    def order(cls, name):
        builder, width = cls.KNOWN[name]
        reveal(width)  # revealed: 2048 | 512
        return builder()
