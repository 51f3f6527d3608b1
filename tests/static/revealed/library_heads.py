from asking import reveal, reveal_training
from torchvision.models import detection, segmentation
from torchvision.models.detection.faster_rcnn import FastRCNNPredictor
from torchvision.models.detection.mask_rcnn import MaskRCNNPredictor
from torchvision.models.segmentation.deeplabv3 import DeepLabHead
from torchvision.models.segmentation.fcn import FCNHead

detector = detection.maskrcnn_resnet50_fpn(weights="DEFAULT")
width = detector.roi_heads.box_predictor.cls_score.in_features
detector.roi_heads.box_predictor = FastRCNNPredictor(width, 3)
reveal(detector.roi_heads.box_predictor.cls_score)  # revealed: Linear 1024 -> 3
reveal(detector.roi_heads.box_predictor.bbox_pred)  # revealed: Linear 1024 -> 12
hidden = detector.roi_heads.mask_predictor.conv5_mask.in_channels
detector.roi_heads.mask_predictor = MaskRCNNPredictor(hidden, 128, 3)
reveal(detector.roi_heads.mask_predictor.mask_fcn_logits)  # revealed: Conv2d 128 -> 3

segmenter = segmentation.deeplabv3_resnet50(weights="DEFAULT")
for p in segmenter.parameters():
    p.requires_grad = False
segmenter.classifier = DeepLabHead(2048, 5)
reveal(segmenter.classifier[4])  # revealed: Conv2d 256 -> 5
reveal_training(segmenter.classifier)  # revealed: 23 train, 0 frozen
other = segmentation.fcn_resnet50()
other.classifier = FCNHead(2048, 7)
reveal(other.classifier[0])  # revealed: Conv2d 2048 -> 512
reveal(other.classifier[4])  # revealed: Conv2d 512 -> 7
reveal(FastRCNNPredictor(64, unseen).cls_score)  # revealed: Linear 64 -> ?
