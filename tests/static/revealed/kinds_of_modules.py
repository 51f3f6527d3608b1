"""What kind of thing a module is, as scripts ask for it."""
import timm
import torch
from asking import reveal
from torch import nn
from torchvision import models
from torchvision.models.detection import fasterrcnn_resnet50_fpn

net = models.efficientnet_b2()
reveal(net.__class__.__name__)  # revealed: 'EfficientNet'
reveal("vgg" in type(models.vgg11()).__name__.lower())  # revealed: True
reveal(isinstance(net.features[0], nn.Sequential))  # revealed: True
reveal(isinstance(net.features[0][0], nn.Conv2d))  # revealed: True
reveal(isinstance(net.features[0][1], nn.modules.batchnorm._BatchNorm))  # revealed: True
reveal(isinstance(models.convnext_tiny().features[0][1], nn.LayerNorm))  # revealed: True
reveal(isinstance(net, (nn.Linear, nn.Conv2d)))  # revealed: False
reveal(isinstance(timm.create_model("efficientnet_b0").bn1, nn.BatchNorm2d))  # revealed: True


class Small(nn.Module):
    def __init__(self):
        super().__init__()
        self.head = nn.Linear(8, 2)


reveal(Small().__class__.__name__)  # revealed: 'Small'

detector = fasterrcnn_resnet50_fpn(weights="DEFAULT")
reveal(detector.backbone.body.bn1.weight)  # revealed: unknown: headlint doesn't know the attribute `weight` of FrozenBatchNorm2d
reveal(net.features[0][2].weight)  # revealed: None
scales = [part.weight for name, part in detector.named_modules() if "bn" in name]
reveal(scales[0])  # revealed: unknown: headlint doesn't know the attribute `weight` of FrozenBatchNorm2d


def is_list(part):
    try:
        iter(part)
    except TypeError:
        return False
    return True


reveal(is_list(models.densenet121().classifier))  # revealed: False
reveal(is_list(models.vgg11().classifier))  # revealed: True


scripted = torch.jit.script(models.resnet18())
reveal(hasattr(scripted, "save"))  # revealed: unknown: whether it has the attribute is not known
reveal(hasattr(models.resnet18(), "save"))  # revealed: False


def size(part):
    try:
        return len(part)
    except TypeError:
        return 0


reveal(size(models.resnet18().fc))  # revealed: 0

reveal(type(nn.Linear(4, 2)) == nn.Linear)  # revealed: True
reveal(type(nn.Sequential(nn.Linear(4, 2))) == nn.Linear)  # revealed: False
reveal(type(nn.ReLU()) in [nn.Conv2d, nn.Linear])  # revealed: False
reveal(type(nn.Conv2d(3, 8, 1)) in (nn.Conv2d, nn.Linear))  # revealed: True
