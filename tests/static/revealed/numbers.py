import math

import numpy as np
import pretrainedmodels
import timm
from asking import reveal
from torch import nn
from torchvision import models

mobile = models.mobilenet_v2()
reveal(mobile.last_channel)  # revealed: 1280
vision = models.vit_b_16()
reveal(vision.hidden_dim)  # revealed: 768
net = timm.create_model("resnet50")
reveal(net.num_features)  # revealed: 2048
reveal(net.num_classes)  # revealed: 1000
reveal(net.get_classifier())  # revealed: Linear 2048 -> 1000
reveal(timm.models.resnet34().fc)  # revealed: Linear 512 -> 1000
swin = timm.create_model("swin_tiny_patch4_window7_224")
reveal(swin.head.in_features)  # revealed: 768
resnet = models.resnet18()
reveal(resnet.fc.weight.shape)  # revealed: [1000, 512]
reveal(resnet.fc.weight.size(1))  # revealed: 512
reveal(resnet.fc.weight.data.shape[1])  # revealed: 512
reveal(resnet.fc.bias.shape[0])  # revealed: 1000
reveal(resnet.conv1.weight.shape[0])  # revealed: 64
reveal(resnet.conv1.weight.shape[1])  # revealed: unknown: the shape of this parameter is not known
reveal(resnet.layer1[0].bn1.weight.shape[0])  # revealed: 64
older = pretrainedmodels.__dict__["se_resnext50_32x4d"](num_classes=1000, pretrained="imagenet")
reveal(older.last_linear)  # revealed: Linear 2048 -> 1000
reveal(pretrainedmodels.xception(pretrained=None).last_linear.in_features)  # revealed: 2048
layers = nn.ModuleList([nn.Linear(2, 3)])
layers.insert(0, nn.Linear(1, 2))
reveal(layers[0])  # revealed: Linear 1 -> 2
reveal(len(layers))  # revealed: 2
reveal(int(math.sqrt(resnet.fc.in_features)))  # revealed: 22
reveal(math.ceil(resnet.fc.in_features / 3))  # revealed: 171
reveal(int(np.sqrt(resnet.fc.in_features)))  # revealed: 22
reveal(sum([resnet.fc.in_features, 16]))  # revealed: 528
reveal(round(2.6))  # revealed: 3
reveal(math.sqrt(-1))  # revealed: unknown: headlint doesn't compute this
