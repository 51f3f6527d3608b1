import re

from asking import reveal_training
from torch import nn
from torchvision import models

plain = models.resnet18()
for param in plain.parameters():
    param.requires_grad = False
reveal_training(plain)  # revealed: 0 train, 62 frozen
plain.fc = nn.Linear(512, 2)
reveal_training(plain)  # revealed: 2 train, 60 frozen

by_name = models.resnet18()
for name, param in by_name.named_parameters():
    if "fc" not in name:
        param.requires_grad = False
reveal_training(by_name)  # revealed: 2 train, 60 frozen

by_start = models.resnet18()
for name, param in by_start.named_parameters():
    param.requires_grad = name.startswith(("layer4", "fc"))
reveal_training(by_start)  # revealed: 17 train, 45 frozen

by_layer = models.resnet18()
by_layer.requires_grad_(False)
by_layer.layer4.requires_grad_(True)
for p in by_layer.fc.parameters():
    p.requires_grad_()
reveal_training(by_layer)  # revealed: 17 train, 45 frozen

by_count = models.resnet18()
count = 0
for child in by_count.children():
    count += 1
    if count < 7:
        for param in child.parameters():
            param.requires_grad = False
reveal_training(by_count)  # revealed: 32 train, 30 frozen

by_slice = models.resnet18()
for block in list(by_slice.children())[:-1]:
    for param in block.parameters():
        param.requires_grad = False
reveal_training(by_slice)  # revealed: 2 train, 60 frozen

by_index = models.resnet18()
for index, param in enumerate(by_index.parameters()):
    if index < 10:
        param.requires_grad = False
reveal_training(by_index)  # revealed: 52 train, 10 frozen

norms = models.resnet18()
for module in norms.modules():
    if isinstance(module, nn.BatchNorm2d):
        for param in module.parameters():
            param.requires_grad = False
reveal_training(norms)  # revealed: 22 train, 40 frozen

comprehension = models.alexnet()
[p.requires_grad_(False) for p in comprehension.features.parameters()]
reveal_training(comprehension)  # revealed: 6 train, 10 frozen

no_effect = models.alexnet()
no_effect.features.requires_grad = False
reveal_training(no_effect)  # revealed: 16 train, 0 frozen


def freeze(module, flag=True):
    if not flag:
        return
    for p in module.parameters():
        p.requires_grad = False


helped = models.resnet18()
freeze(helped)
reveal_training(helped)  # revealed: 0 train, 62 frozen
spared = models.resnet18()
freeze(spared, flag=False)
reveal_training(spared)  # revealed: 62 train, 0 frozen


def freeze_all(m):
    if isinstance(m, nn.Conv2d):
        m.weight.requires_grad = False


applied = models.alexnet()
applied.apply(freeze_all)
reveal_training(applied)  # revealed: 11 train, 5 frozen
KEEP = ["layer4", "fc"]
listed = models.resnet18()
for name, param in listed.named_parameters():
    if not any(part in name for part in KEEP):
        param.requires_grad = False
reveal_training(listed)  # revealed: 17 train, 45 frozen
patterned = models.resnet18()
for name, param in patterned.named_parameters():
    if re.match(r"layer[12]", name):
        param.requires_grad = False
reveal_training(patterned)  # revealed: 35 train, 27 frozen
split = models.resnet18()
for name, param in split.named_parameters():
    if name.split(".")[0] in ("fc", "layer4"):
        continue
    param.requires_grad = False
reveal_training(split)  # revealed: 17 train, 45 frozen
