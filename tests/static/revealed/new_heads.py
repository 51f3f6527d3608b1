from collections import OrderedDict

from asking import reveal
from torch import nn
from torchvision import models

CLASSES = ["cat", "dog", "bird"]
WIDTH = 2**3
HIDDEN = 64 * 4

model = models.resnet18()
model.fc = nn.Linear(model.fc.in_features, len(CLASSES))
reveal(model.fc)  # revealed: Linear 512 -> 3
model.fc = nn.Sequential(nn.Linear(512, HIDDEN), nn.ReLU(inplace=True), nn.Dropout(0.3), nn.Linear(HIDDEN, 3))
reveal(model.fc)  # revealed: Sequential of Linear 512 -> 256, ReLU, Dropout, Linear 256 -> 3
reveal(model.fc[-1])  # revealed: Linear 256 -> 3
model.fc = nn.Identity()
reveal(model.fc)  # revealed: Identity
reveal(getattr(model.fc, "in_features", 0))  # revealed: 0

net = models.vgg11()
layers = list(net.classifier.children())[:-1]
layers += [nn.Linear(4096, 5)]
net.classifier = nn.Sequential(*layers)
reveal(net.classifier[6])  # revealed: Linear 4096 -> 5
reveal(len(net.classifier))  # revealed: 7

named = nn.Sequential(OrderedDict([("hidden", nn.Linear(10, 20)), ("act", nn.Tanh()), ("out", nn.Linear(20, 2))]))
reveal(named.hidden)  # revealed: Linear 10 -> 20
reveal(named)  # revealed: Sequential of Linear 10 -> 20, Tanh, Linear 20 -> 2
by_dict = nn.ModuleDict({"a": nn.Linear(1, 2), "b": nn.Linear(3, 4)})
reveal(by_dict["b"])  # revealed: Linear 3 -> 4
conv = nn.Conv2d(in_channels=512, out_channels=9, kernel_size=1)
reveal(conv)  # revealed: Conv2d 512 -> 9
reveal(conv.out_channels)  # revealed: 9
reveal(nn.BatchNorm1d(256))  # revealed: BatchNorm1d 256 -> any
