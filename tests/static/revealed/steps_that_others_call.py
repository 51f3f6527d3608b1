import torch
from asking import reveal
from torch import nn
from torchvision import models

net = models.resnet18(weights="DEFAULT")
net.fc = nn.Sequential(nn.Linear(net.fc.in_features, 5), nn.Softmax(dim=1))
criterion = nn.CrossEntropyLoss()
optimizer = torch.optim.Adam(net.parameters())


def step(images, labels):
    scores = net(images)
    reveal(scores)  # revealed: output (batch, 5) of resnet18 after Softmax
    criterion(scores, labels).backward()
    optimizer.step()


def another_step(network, images, labels):
    reveal(network(images))  # revealed: unknown: the caller of `another_step` decides what `network` is
    net(images).sum().backward()
