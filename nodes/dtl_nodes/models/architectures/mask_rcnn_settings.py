"""Settings of ``train`` with Mask R-CNN.

Source: the configuration of the original Mask R-CNN plugin.
"""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field, field_validator, model_validator
from pydantic_core import PydanticCustomError

from dtl_engine.sdk import Settings
from dtl_nodes.models.architectures.detection_settings import (
    BoxClasses,
    DetectionSettings,
    ShorterSide,
)
from dtl_nodes.models.architectures.setting_parts import Count, Whole
from dtl_nodes.models.training.settings import Name

COARSEST_STRIDE = 64
"""The longer side is halved six times."""


class SpecialClasses(BoxClasses):
    """Classes that mean something else than objects to find."""

    background: Name = "bg"
    """Its objects are no targets; the class need not exist."""

    neutral: Name | None = None
    """Its pixels count in no loss and no metric; an object that lies above it takes its pixels
    back."""


class MinMaxSize(Settings):
    """The size of images for the network; their aspect ratio is kept.

    Images are scaled until their shorter side is ``min_dim``, or less where their longer side would
    be over ``max_dim``, and padded at the right and at the bottom.
    """

    width: Annotated[Whole, Field(ge=0)] = Field(
        default=0, deprecated="'min_dim' and 'max_dim' say how large images are"
    )
    """Without effect; older configurations have it."""

    height: Annotated[Whole, Field(ge=0)] = Field(
        default=0, deprecated="'min_dim' and 'max_dim' say how large images are"
    )
    """Without effect; older configurations have it."""

    size_divisor: Count | None = None
    """Both sides are padded to multiples of it; 32 if not given. Given, ``max_dim`` may be any."""

    min_dim: ShorterSide = 256
    """A list: one of them is drawn for each training image, and the last one is used otherwise."""

    max_dim: Annotated[Count, Field(validate_default=True)] = 256
    """A multiple of 64 unless ``size_divisor`` is given."""

    @field_validator("max_dim")
    @classmethod
    def _check_max(cls, value: int, info: Any) -> int:
        if info.data.get("size_divisor") is None and value % COARSEST_STRIDE:
            raise PydanticCustomError(
                "value_error",
                "max_dim is {value}: it must be a multiple of {stride}, or give 'size_divisor'",
                {"value": value, "stride": COARSEST_STRIDE},
            )
        least = info.data.get("min_dim", value)
        largest = least if isinstance(least, int) else max(least)
        if largest > value:
            raise PydanticCustomError(
                "value_error",
                "min_dim is {largest}, more than max_dim, which is {value}",
                {"largest": largest, "value": value},
            )
        return value

    @model_validator(mode="after")
    def _check_placeholders(self) -> MinMaxSize:
        given = {"min_dim", "max_dim"} <= self.model_fields_set
        # Reading deprecated settings as attributes warns.
        if (self.__dict__["width"] or self.__dict__["height"]) and not given:
            raise PydanticCustomError(
                "value_error",
                "'width' and 'height' mean nothing here: give 'min_dim' and 'max_dim'",
            )
        return self


class MaskRCNNSettings(DetectionSettings):
    """Settings of ``train`` with ``mask_rcnn``."""

    special_classes: SpecialClasses = SpecialClasses()
    input_size: MinMaxSize = MinMaxSize()
