from asking import reveal, reveal_training
from torch import nn
from torchvision import models


def frozen():
    net = models.resnet18(weights="DEFAULT")
    for p in net.parameters():
        p.requires_grad = False
    net.fc = nn.Linear(net.fc.in_features, 3)
    return net


counted = frozen()
epoch = 0
while epoch < 10:
    if epoch == 3:
        counted.layer4.requires_grad_(True)
    epoch += 1
reveal(epoch)  # revealed: 10
reveal_training(counted)  # revealed: 17 train, 45 frozen

short = frozen()
epoch = 0
while epoch < 3:
    if epoch == 5:
        short.layer4.requires_grad_(True)
    epoch += 1
reveal_training(short)  # revealed: 2 train, 60 frozen

endless = frozen()
step = 0
while True:
    if step == 1000:
        endless.requires_grad_(True)
    step += 1
    if step > 2000:
        break
reveal_training(endless)  # revealed: 0 train, 0 frozen, 62 unknown

by_batches = frozen()
step = 0
for batch in get_loader():
    if step == 100:
        by_batches.requires_grad_(True)
    step += 1
reveal_training(by_batches)  # revealed: 0 train, 0 frozen, 62 unknown

told = frozen()
for epoch in range(20):
    if epoch >= get_options().thaw:
        told.requires_grad_(True)
reveal_training(told)  # revealed: 0 train, 0 frozen, 62 unknown

layers = models.resnet18()
number = 0
while number < 6:
    for p in list(layers.children())[number].parameters():
        p.requires_grad = False
    number += 1
reveal_training(layers)  # revealed: 32 train, 30 frozen
