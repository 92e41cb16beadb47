"""Mask R-CNN: finds objects with masks.

Source: He, Gkioxari, Dollár, Girshick, "Mask R-CNN", 2017; torchvision's implementation, with the
settings of the original plugin.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from dtl_engine.sdk import ModelFamily
from dtl_nodes.models.architectures.detection import DetectionArchitecture
from dtl_nodes.models.architectures.mask_rcnn_settings import MaskRCNNSettings


class MaskRCNN(DetectionArchitecture):
    """Finds objects, their boxes and their masks.

    Exported: ``image`` (3, H, W) uint8 RGB -> ``boxes`` (N, 4) edges in pixels, ``labels`` (N,),
    ``scores`` (N,), descending, ``masks`` (N, 28, 28) scores over the boxes.
    """

    name = "mask_rcnn"
    family = ModelFamily.INSTANCES
    suffix = "_maskrcnn"
    settings_model = MaskRCNNSettings
    headline = "segm_mAP"
    with_masks = True
    output_names = ("boxes", "labels", "scores", "masks")
    dynamic_axes: ClassVar[Mapping[str, Mapping[int, str]]] = {
        "image": {1: "height", 2: "width"},
        "boxes": {0: "objects"},
        "labels": {0: "objects"},
        "scores": {0: "objects"},
        "masks": {0: "objects"},
    }
