"""Settings of ``train`` with Faster R-CNN.

Source: the configuration of the original plugin for TensorFlow's object detection.
"""

from __future__ import annotations

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from dtl_engine.sdk import Settings
from dtl_nodes.models.architectures.detection_settings import (
    BoxClasses,
    DetectionSettings,
    ShorterSide,
)
from dtl_nodes.models.architectures.setting_parts import Count

DEFAULT_SIDE_PX = 300


class ExactOrMinMaxSize(Settings):
    """The size of images for the network: ``width`` and ``height``, or ``min_dim`` and ``max_dim``.

    The latter keep the aspect ratio: images are scaled until their shorter side is ``min_dim``, or
    less where their longer side would be over ``max_dim``. Not given at all: 300 by 300.
    """

    width: Count | None = None
    """In pixels; with ``height``."""

    height: Count | None = None
    """In pixels; with ``width``."""

    size_divisor: Count | None = None
    """Both sides are padded to multiples of it; 32 if not given."""

    min_dim: ShorterSide | None = None
    """A list: one of them is drawn for each training image, and the last one is used otherwise."""

    max_dim: Count | None = None
    """The most that the longer side may be."""

    @model_validator(mode="after")
    def _check_sizes(self) -> ExactOrMinMaxSize:
        exact, bounds = (self.width, self.height), (self.min_dim, self.max_dim)
        if None in exact and exact != (None, None):
            raise PydanticCustomError("value_error", "give both 'width' and 'height'")
        if None in bounds and bounds != (None, None):
            raise PydanticCustomError("value_error", "give both 'min_dim' and 'max_dim'")
        if None not in exact and None not in bounds:
            raise PydanticCustomError(
                "value_error", "give either 'width' and 'height' or 'min_dim' and 'max_dim'"
            )
        if self.min_dim is not None and self.max_dim is not None:
            largest = self.min_dim if isinstance(self.min_dim, int) else max(self.min_dim)
            if largest > self.max_dim:
                raise PydanticCustomError(
                    "value_error",
                    "min_dim is {largest}, more than max_dim, which is {value}",
                    {"largest": largest, "value": self.max_dim},
                )
        return self


class FasterRCNNSettings(DetectionSettings):
    """Settings of ``train`` with ``faster_rcnn``."""

    special_classes: BoxClasses = BoxClasses()

    input_size: ExactOrMinMaxSize = ExactOrMinMaxSize(width=DEFAULT_SIDE_PX, height=DEFAULT_SIDE_PX)

    validate_with_model_eval: bool = Field(
        default=False, deprecated="validation always uses the statistics of the training"
    )
    """Without effect; older configurations have it."""
