import torch
from asking import reveal, reveal_training
from torch import nn

model = torch.hub.load("facebookresearch/deit:main", "deit_base_patch16_224", pretrained=True)
reveal(model.head)  # revealed: Linear 768 -> 1000
for name, p in model.named_parameters():
    p.requires_grad = name.startswith(("blocks.11", "norm"))
model.head = nn.Linear(model.head.in_features, 5)
reveal_training(model)  # revealed: 16 train, 136 frozen
reveal(list(model.children())[:2])  # revealed: unknown: headlint knows the parameters of deit_base_patch16_224, and not how its children are ordered

trunk = torch.hub.load("facebookresearch/dino:main", "dino_vits16")
reveal(trunk.head)  # revealed: Identity
trunk.head = nn.Linear(384, 5)
reveal(trunk)  # revealed: dino_vits16 with 0 classes
reveal(torch.hub.load("facebookresearch/dino:main", "dino_resnet50").fc)  # revealed: Identity

wide = torch.hub.load("facebookresearch/WSL-Images", "resnext101_32x48d_wsl")
reveal(wide)  # revealed: unknown: headlint knows the head of facebookresearch/WSL-Images:resnext101_32x48d_wsl, not its layers
reveal(torch.hub.load("facebookresearch/deit", "strange"))  # revealed: unknown: strange of facebookresearch/deit is not in the zoo of torch.hub
