import torch
from asking import reveal
from torch import nn
from torchvision import models


def build(checkpoint):
    net = getattr(models, checkpoint["arch"])()
    width = None
    for layer in net.classifier:
        if isinstance(layer, nn.Linear):
            width = layer.in_features
            break
    if width is None:
        raise ValueError("it has no linear layer")
    reveal(width)  # revealed: unknown: `width` differs with a condition: what kind of object this is is not known: the caller of `build` decides what `checkpoint` is
    return net


def known():
    net = models.vgg16()
    for layer in net.classifier:
        if isinstance(layer, nn.Linear):
            width = layer.in_features
            break
    reveal(width)  # revealed: 25088
    sized = models.vit_b_16(image_size=384)
    sized.heads.head = nn.Linear(768, 3)
    reveal(sized.heads)  # revealed: Sequential of Linear 768 -> 3


known()
reveal(torch.hub.load("facebookresearch/deit:main", "deit_tiny_patch16_224").head)  # revealed: Linear 192 -> 1000
