from functools import partial

from asking import reveal, reveal_training
from torch import nn
from torchvision.models import detection
from torchvision.models.detection.fcos import FCOSClassificationHead
from torchvision.models.detection.retinanet import RetinaNetClassificationHead
from torchvision.models.detection.rpn import RPNHead
from torchvision.models.detection.ssd import SSDClassificationHead

CLASSES = 5

retina = detection.retinanet_resnet50_fpn(weights="DEFAULT")
retina.head.classification_head = RetinaNetClassificationHead(256, 9, CLASSES)
reveal(retina.head.classification_head)  # revealed: RetinaNetClassificationHead 256 -> 45
reveal(retina.head.classification_head.conv[0][0])  # revealed: Conv2d 256 -> 256

dense = detection.fcos_resnet50_fpn()
dense.head.classification_head = FCOSClassificationHead(in_channels=256, num_anchors=1, num_classes=CLASSES)
reveal(dense.head.classification_head.cls_logits)  # revealed: Conv2d 256 -> 5
reveal(FCOSClassificationHead(256, 1, CLASSES, num_convs=2))  # revealed: unknown: it is a FCOSClassificationHead of other layers than the published one

two_stages = detection.fasterrcnn_resnet50_fpn()
two_stages.rpn.head = RPNHead(256, count_elsewhere())
reveal(two_stages.rpn.head.bbox_pred)  # revealed: Conv2d 256 -> ?

normed = RetinaNetClassificationHead(256, 9, CLASSES, norm_layer=partial(nn.GroupNorm, 32))
reveal(normed.cls_logits)  # revealed: Conv2d 256 -> 45
reveal(normed.conv[0][1])  # revealed: GroupNorm 256 -> any
reveal_training(normed)  # revealed: 14 train, 0 frozen
reveal(RetinaNetClassificationHead(256, 9, CLASSES, norm_layer=nn.BatchNorm2d))  # revealed: unknown: it is a RetinaNetClassificationHead of other layers than the published one

several = SSDClassificationHead([512, 1024], [4, 6], CLASSES)
reveal(several.module_list[1])  # revealed: Conv2d 1024 -> 30
reveal(SSDClassificationHead(count_elsewhere(), [4, 6], CLASSES))  # revealed: unknown: which maps its layers read is not known
