import pretrainedmodels.utils
from asking import reveal
from torchvision import models

net = models.resnet18()
width = net.fc.in_features
net.fc = pretrainedmodels.utils.Identity()
reveal(net.fc)  # revealed: Identity
reveal(width)  # revealed: 512
