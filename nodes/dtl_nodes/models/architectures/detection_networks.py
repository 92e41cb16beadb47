"""Building detectors of torchvision's parts. Imported only where torch is needed."""

from __future__ import annotations

from typing import Any

from torch import nn
from torchvision import models
from torchvision.models.detection.anchor_utils import AnchorGenerator
from torchvision.models.detection.backbone_utils import (
    BackboneWithFPN,
    _mobilenet_extractor,
    _resnet_fpn_extractor,
)
from torchvision.models.detection.faster_rcnn import (
    FastRCNNConvFCHead,
    FastRCNNPredictor,
    TwoMLPHead,
)
from torchvision.models.detection.mask_rcnn import MaskRCNNHeads, MaskRCNNPredictor
from torchvision.models.detection.rpn import RPNHead
from torchvision.ops import MultiScaleRoIAlign

from dtl_nodes.models.architectures.detection_backbones import BackboneDefaults
from dtl_nodes.models.architectures.detection_freezing import STAGES, Detector
from dtl_nodes.models.architectures.detection_neutral import NeutralHeads, NeutralProposals
from dtl_nodes.models.architectures.detection_shape import DetectorShape
from dtl_nodes.models.architectures.detection_transform import DetectionTransform

IMAGE_MEAN = [0.485, 0.456, 0.406]
IMAGE_STD = [0.229, 0.224, 0.225]

NMS_IOU = 0.3
"""Boxes of a class that overlap by more are one object; as in the original plugin."""

SMALLEST_SCORE = 0.01
"""What is surely nothing is no object at any threshold: it would cost most of the time."""


def build_detector(shape: DetectorShape, *, with_masks: bool) -> Detector:
    """Return Mask R-CNN, or Faster R-CNN, with random weights and torchvision's names."""
    defaults = shape.defaults
    backbone = _backbone(defaults)
    transform = DetectionTransform(
        shape.size.min_dims,
        shape.size.max_dim,
        IMAGE_MEAN,
        IMAGE_STD,
        size_divisible=shape.size.divisor,
        fixed_size=shape.size.exact,
    )
    transform.flip = shape.flip
    return Detector(backbone, _proposals(shape), _heads(shape, with_masks=with_masks), transform)


def _backbone(defaults: BackboneDefaults) -> Any:
    body = models.get_model(defaults.body, weights=None)
    if defaults.body.startswith("mobilenet"):
        return _mobilenet_extractor(body, fpn=True, trainable_layers=6)
    if defaults.channels == 256:
        norm = nn.BatchNorm2d if defaults.is_second_version else None
        return _resnet_fpn_extractor(body, trainable_layers=len(STAGES), norm_layer=norm)
    stages = range(1, defaults.levels)
    return BackboneWithFPN(
        body,
        {f"layer{stage}": str(stage - 1) for stage in stages},
        [body.inplanes // 8 * 2 ** (stage - 1) for stage in stages],
        defaults.channels,
    )


def _proposals(shape: DetectorShape) -> NeutralProposals:
    defaults = shape.defaults
    anchors = AnchorGenerator(shape.anchors, (shape.ratios,) * len(shape.anchors))
    depth = 2 if defaults.is_second_version else 1
    kept = {"training": shape.proposals[0], "testing": shape.proposals[1]}
    return NeutralProposals(
        anchors,
        RPNHead(defaults.channels, anchors.num_anchors_per_location()[0], conv_depth=depth),
        fg_iou_thresh=0.7,
        bg_iou_thresh=0.3,
        batch_size_per_image=defaults.rpn_samples,
        positive_fraction=0.5,
        pre_nms_top_n=kept,
        post_nms_top_n=kept,
        nms_thresh=0.7,
    )


def _heads(shape: DetectorShape, *, with_masks: bool) -> NeutralHeads:
    defaults = shape.defaults
    levels = [str(level) for level in range(defaults.levels - 1)]
    norm = nn.BatchNorm2d if defaults.is_second_version else None
    of_masks: dict[str, nn.Module] = {}
    if with_masks:
        widths = defaults.mask_widths
        of_masks = {
            "mask_roi_pool": MultiScaleRoIAlign(levels, output_size=14, sampling_ratio=2),
            "mask_head": MaskRCNNHeads(defaults.channels, widths, 1, norm_layer=norm),
            "mask_predictor": MaskRCNNPredictor(widths[-1], widths[-1], shape.classes),
        }
    return NeutralHeads(
        MultiScaleRoIAlign(levels, output_size=7, sampling_ratio=2),
        _box_head(defaults),
        FastRCNNPredictor(defaults.box_width, shape.classes),
        fg_iou_thresh=0.5,
        bg_iou_thresh=0.5,
        batch_size_per_image=shape.rois,
        positive_fraction=0.25,
        bbox_reg_weights=None,
        score_thresh=SMALLEST_SCORE,
        nms_thresh=NMS_IOU,
        detections_per_img=shape.max_detections,
        **of_masks,
    )


def _box_head(defaults: BackboneDefaults) -> nn.Module:
    if defaults.is_second_version:
        size = (defaults.channels, 7, 7)
        head: nn.Module = FastRCNNConvFCHead(
            size, [256] * 4, [defaults.box_width], norm_layer=nn.BatchNorm2d
        )
        return head
    plain: nn.Module = TwoMLPHead(defaults.channels * 7 * 7, defaults.box_width)
    return plain
