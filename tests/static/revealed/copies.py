import copy

import torch
from asking import reveal, reveal_training
from torch import nn
from torchvision import models

teacher = models.resnet18(weights="DEFAULT")
for p in teacher.parameters():
    p.requires_grad = False
student = copy.deepcopy(teacher)
student.fc = nn.Linear(student.fc.in_features, 5)
reveal_training(student)  # revealed: 2 train, 60 frozen
reveal_training(teacher)  # revealed: 0 train, 62 frozen
reveal(teacher.fc)  # revealed: Linear 512 -> 1000
third = copy.deepcopy(student)
third.fc.requires_grad_(False)
reveal_training(third)  # revealed: 0 train, 62 frozen
reveal_training(student)  # revealed: 2 train, 60 frozen
reveal(copy.copy(teacher))  # revealed: unknown: headlint doesn't follow shallow copies of models, which share their layers
reveal(copy.deepcopy([1, 2]))  # revealed: [1, 2]

scripted = torch.jit.script(student)
reveal(scripted.fc)  # revealed: Linear 512 -> 5
synced = nn.SyncBatchNorm.convert_sync_batchnorm(student)
reveal(synced.fc)  # revealed: Linear 512 -> 5
whole = torch.load("model.pth")
reveal(whole.fc)  # revealed: unknown: which weights a checkpoint holds is only known when it is opened
