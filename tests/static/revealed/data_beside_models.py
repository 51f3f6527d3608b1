import json

import torch
from asking import reveal, reveal_training
from torch import nn
from torchvision import models

net = models.vgg16()
for p in net.features.parameters():
    p.requires_grad = False
net.names = json.load(open("names.json"))
net.class_to_idx = torch.load("checkpoint.pth")["class_to_idx"]
reveal_training(net.classifier)  # revealed: 6 train, 0 frozen
reveal([type(m).__name__ for m in net.children()])  # revealed: ['Sequential', 'AdaptiveAvgPool2d', 'Sequential']

other = models.vgg16()
other.extra = torch.load("layer.pth")["layer"]
reveal([type(m).__name__ for m in other.children()])  # revealed: ['Sequential', 'AdaptiveAvgPool2d', 'Sequential', unknown: its type is only known when the script runs]
