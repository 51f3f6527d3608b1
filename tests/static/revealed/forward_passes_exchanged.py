import types

from asking import reveal, reveal_training
from torch import nn
from torchvision import models


def features(self, images):
    return self.layer4(images)


def forward(self, images):
    return self.last_linear(self.features(images).mean((2, 3)))


net = models.resnet18()
for p in net.layer1.parameters():
    p.requires_grad = False
net.features = types.MethodType(features, net)
reveal(net(get_images()))  # revealed: output (batch, 1000) of resnet18 after nothing
net.last_linear = net.fc
net.fc = None
net.forward = types.MethodType(forward, net)
net.last_linear = nn.Linear(100, 4)
reveal(net.last_linear)  # revealed: Linear 100 -> 4
reveal(net(get_images()))  # revealed: unknown: `net.forward` on line 23 changes what its forward pass does
reveal_training(net)  # revealed: 50 train, 12 frozen

other = models.resnet18()
other.avgpool.forward = lambda x: x
reveal(other(get_images()))  # revealed: unknown: `other.avgpool.forward` on line 30 changes what its forward pass does

third = models.resnet18()
third.scores = lambda x: x
reveal(third(get_images()))  # revealed: output (batch, 1000) of resnet18 after nothing
