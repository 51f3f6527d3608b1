import os

from asking import reveal_training
from torchvision.models import ResNet50_Weights, detection

reveal_training(detection.fasterrcnn_resnet50_fpn(weights="DEFAULT"))  # revealed: 72 train, 11 frozen
reveal_training(detection.fasterrcnn_resnet50_fpn(weights="DEFAULT", trainable_backbone_layers=5))  # revealed: 83 train, 0 frozen
reveal_training(detection.fasterrcnn_resnet50_fpn(weights="DEFAULT", trainable_backbone_layers=0))  # revealed: 30 train, 53 frozen
reveal_training(detection.fasterrcnn_resnet50_fpn(weights="DEFAULT", trainable_backbone_layers=None))  # revealed: 72 train, 11 frozen
reveal_training(detection.fasterrcnn_resnet50_fpn(weights=None, weights_backbone=None))  # revealed: 189 train, 0 frozen
backbone = ResNet50_Weights.DEFAULT
reveal_training(detection.fasterrcnn_resnet50_fpn(weights_backbone=backbone, trainable_backbone_layers=4))  # revealed: 82 train, 1 frozen
reveal_training(detection.fasterrcnn_resnet50_fpn(weights="DEFAULT", trainable_backbone_layers=9))  # revealed: 72 train, 0 frozen, 11 unknown
layers = int(os.environ["LAYERS"])
reveal_training(detection.fasterrcnn_resnet50_fpn(weights="DEFAULT", trainable_backbone_layers=layers))  # revealed: 72 train, 0 frozen, 11 unknown
