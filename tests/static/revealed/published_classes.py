import torch
from asking import reveal, reveal_training
from torch import nn
from torchvision import models
from torchvision.models.resnet import BasicBlock, Bottleneck, ResNet


class Deep(models.ResNet):
    def __init__(self, classes):
        super().__init__(Bottleneck, [3, 4, 6, 3])
        reveal(self)  # revealed: resnet50 with 1000 classes
        self.fc = nn.Linear(self.fc.in_features, classes)
        for p in self.layer1.parameters():
            p.requires_grad = False


deep = Deep(3)
reveal(deep.fc)  # revealed: Linear 2048 -> 3
reveal_training(deep)  # revealed: 131 train, 30 frozen


class Between(ResNet):
    def forward(self, x):
        x = self.maxpool(self.relu(self.bn1(self.conv1(x))))
        return self.fc(torch.flatten(self.avgpool(self.layer4(self.layer3(self.layer2(self.layer1(x))))), 1))


class Own(Between):
    def __init__(self):
        super(Own, self).__init__(block=BasicBlock, layers=(2, 2, 2, 2), num_classes=5)


own = Own()
reveal(own)  # revealed: Own
reveal(own.fc)  # revealed: Linear 512 -> 5
reveal_training(own)  # revealed: 62 train, 0 frozen


class Dense(models.DenseNet):
    pass


reveal(Dense(48, (6, 12, 36, 24), 96).classifier)  # revealed: Linear 2208 -> 1000
reveal(Dense())  # revealed: densenet121 with 1000 classes
reveal(models.SqueezeNet("1_1"))  # revealed: squeezenet1_1 with 1000 classes
reveal(ResNet(Bottleneck, [3, 4, 23, 3], groups=32, width_per_group=8))  # revealed: resnext101_32x8d with 1000 classes
reveal(ResNet(BasicBlock, [1, 1, 1, 1]))  # revealed: unknown: torchvision publishes no such ResNet
reveal(ResNet(Bottleneck, [3, 4, 6, 3], norm_layer=nn.GroupNorm))  # revealed: unknown: headlint doesn't know what `norm_layer` makes of a ResNet


class Narrow(ResNet):
    def __init__(self):
        super().__init__(BasicBlock, [2, 2, 2, 2])

    def _make_layer(self, block, planes, blocks, stride=1, dilate=False):
        return nn.Sequential(nn.Conv2d(planes, planes, 3))


reveal(Narrow().fc)  # revealed: unknown: Narrow builds on torchvision.models.resnet.ResNet, which headlint doesn't look into


class BasicBlock(nn.Module):
    pass


reveal(ResNet(BasicBlock, [2, 2, 2, 2]))  # revealed: unknown: torchvision publishes no such ResNet


class Patches(models.VisionTransformer):
    def __init__(self, classes, side=384):
        super().__init__(side, patch_size=16, num_layers=12, num_heads=12, hidden_dim=768, mlp_dim=3072)
        self.heads = nn.Linear(self.hidden_dim, classes)
        reveal(self.heads)  # revealed: Linear 768 -> 6


patches = Patches(6)
reveal(patches)  # revealed: vit_b_16 with 1000 classes
reveal_training(patches.encoder.layers[0])  # revealed: 12 train, 0 frozen
reveal(models.VisionTransformer(224, 16, 12, 12, 768, 1024))  # revealed: unknown: torchvision publishes no such VisionTransformer
