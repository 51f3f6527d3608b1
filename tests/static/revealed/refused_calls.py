from functools import partial

import click
from asking import reveal
from torch import nn
from torchvision import models


def build(classes, *, frozen=False):
    net = models.resnet18()
    net.fc = nn.Linear(512, classes)
    reveal(net.fc)  # revealed: Linear 512 -> 2 | Linear 512 -> 3 | Linear 512 -> 4 | Linear 512 -> 5
    return net


class Trainer:
    def __init__(self, net):
        self.net = net


def without_classes():
    net = build()
    reveal("a call without `classes` raises, so that this line is never reached")
    return net


def with_a_strange_name():
    net = build(2, freeze=True)
    reveal("`build` has no `freeze`")
    return net


def with_too_many():
    net = build(2, True)
    reveal("`frozen` is only given by name")
    return net


def caught():
    try:
        Trainer()
    except TypeError:
        reveal(Trainer(build(2)).net)  # revealed: resnet18 with 1000 classes


for wrong in (without_classes, with_a_strange_name, with_too_many):
    try:
        wrong()
    except TypeError:
        pass
caught()

settings = {"classes": 3}
build(**settings)
partial(build, frozen=True)(4)


@click.command()
@click.option("--classes", default=5)
def main(classes):
    reveal(classes)  # revealed: unknown: the caller of `main` decides what `classes` is


main()
build(5)
