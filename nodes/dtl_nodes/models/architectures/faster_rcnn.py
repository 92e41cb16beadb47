"""Faster R-CNN: finds objects with boxes.

Source: Ren, He, Girshick, Sun, "Faster R-CNN", 2015; torchvision's implementation.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from dtl_engine.sdk import ModelFamily
from dtl_nodes.models.architectures.detection import DetectionArchitecture
from dtl_nodes.models.architectures.faster_rcnn_settings import FasterRCNNSettings


class FasterRCNN(DetectionArchitecture):
    """Finds objects and their boxes.

    Exported: ``image`` (3, H, W) uint8 RGB -> ``boxes`` (N, 4) edges in pixels, ``labels`` (N,),
    ``scores`` (N,), descending.
    """

    name = "faster_rcnn"
    family = ModelFamily.BOXES
    suffix = "_detection"
    settings_model = FasterRCNNSettings
    headline = "bbox_mAP"
    with_masks = False
    output_names = ("boxes", "labels", "scores")
    dynamic_axes: ClassVar[Mapping[str, Mapping[int, str]]] = {
        "image": {1: "height", 2: "width"},
        "boxes": {0: "objects"},
        "labels": {0: "objects"},
        "scores": {0: "objects"},
    }
