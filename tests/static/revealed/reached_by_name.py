import argparse
import functools
import importlib
import re

import torchvision
from asking import reveal, reveal_training
from torch import nn
from torchvision import models

arch = "resnet34"
reveal(eval("models.resnet18")().fc)  # revealed: Linear 512 -> 1000
reveal(eval(f"models.{arch}(weights=None)"))  # revealed: resnet34 with 1000 classes
reveal(eval("a b"))  # revealed: unknown: the text that `eval` gets is no expression
reveal(vars(models)["resnet50"]())  # revealed: resnet50 with 1000 classes
reveal(globals()["models"].alexnet())  # revealed: alexnet with 1000 classes
reveal(getattr(importlib.import_module("torchvision.models"), "vgg11")())  # revealed: vgg11 with 1000 classes
reveal(importlib.import_module("strange")())  # revealed: unknown: headlint can't look into `strange`

parser = argparse.ArgumentParser()
parser.add_argument("--arch", choices=["resnet18"])
options = vars(parser.parse_args())
reveal(models.__dict__[options["arch"]]())  # revealed: resnet18 with 1000 classes


def replaced(net, path, new):
    *around, last = path.split(".")
    owner = functools.reduce(getattr, around, net)
    setattr(owner, last, new)
    return net


net = replaced(torchvision.models.vgg16(), "classifier.6", nn.Linear(4096, 3))
reveal(net.classifier[6])  # revealed: Linear 4096 -> 3
reveal(replaced(models.resnet18(), "fc", nn.Linear(512, 4)).fc)  # revealed: Linear 512 -> 4

early = re.compile(r"^(conv1|bn1|layer[12])\b")
for name, p in net.named_parameters():
    p.requires_grad = early.match(name) is not None
reveal_training(net)  # revealed: 0 train, 32 frozen
other = models.resnet18()
for name, p in other.named_parameters():
    p.requires_grad = not early.search(name)
reveal_training(other)  # revealed: 32 train, 30 frozen


def by_builder(name):
    build = models.get_model_builder(name.lower())
    reveal(build)  # revealed: unknown: the caller of `by_builder` decides what `name` is


deeper = models.get_model_builder("ResNet50")
reveal(deeper)  # revealed: torchvision.models.resnet50
reveal(deeper(weights=None).fc)  # revealed: Linear 2048 -> 1000


def by_list(name):
    found = models.list_models(include=f"*{name}*")
    reveal(models.get_model(found[0]))  # revealed: unknown: the caller of `by_list` decides what `name` is
