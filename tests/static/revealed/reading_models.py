import torchvision
from asking import reveal
from torch import nn
from torchvision import models
from torchvision.models import get_model, resnet18, vgg16
from torchvision.models.densenet import densenet121

reveal(models.resnet50())  # revealed: resnet50 with 1000 classes
reveal(resnet18(num_classes=7))  # revealed: resnet18 with 7 classes
reveal(resnet18(num_classes=7).fc)  # revealed: Linear 512 -> 7
reveal(torchvision.models.resnet34(weights="DEFAULT").fc.in_features)  # revealed: 512
reveal(get_model("resnet101").fc)  # revealed: Linear 2048 -> 1000
reveal(models.resnet152(pretrained=True).fc.in_features)  # revealed: 2048
reveal(models.__dict__["wide_resnet50_2"]())  # revealed: wide_resnet50_2 with 1000 classes
reveal(densenet121().classifier.in_features)  # revealed: 1024

vgg = vgg16()
reveal(vgg.classifier[6])  # revealed: Linear 4096 -> 1000
reveal(vgg.classifier[-1].in_features)  # revealed: 4096
reveal(vgg.classifier[0].in_features)  # revealed: 25088
reveal(len(vgg.classifier))  # revealed: 7
reveal(vgg.features[0].out_channels)  # revealed: 64

name = "efficientnet"
variant = f"{name}_b{3}"
reveal(getattr(models, variant)().classifier[1].in_features)  # revealed: 1536

BUILDERS = {"small": models.mobilenet_v3_small, "large": models.mobilenet_v3_large}
reveal(BUILDERS["large"]().classifier[0])  # revealed: Linear 960 -> 1280
reveal(models.resnet51())  # revealed: unknown: resnet51 is not in the zoo of torchvision 0.29.1
reveal(models.resnet18(norm_layer=nn.Identity).fc.in_features)  # revealed: 512
