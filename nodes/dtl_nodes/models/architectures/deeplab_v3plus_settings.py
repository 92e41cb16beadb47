"""Settings of ``train`` with DeepLab v3+.

Source: the training configuration of the original DeepLab v3+ plugin.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from dtl_engine.sdk import Settings
from dtl_nodes.models.architectures.setting_parts import (
    Count,
    DilatableEncoder,
    SpecialClasses,
    SteppedRate,
    whole,
)


class DeepLabInputSize(Settings):
    """Size in pixels to which images are brought; their proportions are not kept."""

    width: Count = 513
    """In pixels."""

    height: Count = 513
    """In pixels."""


class DeepLabSettings(SteppedRate):
    """Settings of ``train`` with DeepLab v3+."""

    encoder: DilatableEncoder = "resnet50"
    """The half of the network that looks at the image."""

    atrous_rates: tuple[Count, Count, Count] = (8, 12, 18)
    """Distances at which the three parallel convolutions look around."""

    output_stride: Annotated[Literal[8, 16], BeforeValidator(whole)] = 16
    """By how much the encoder makes the image smaller: 8 or 16."""

    lr: Annotated[float, Field(gt=0)] = 0.0001
    """Learning rate of Adam."""

    weight_decay: Annotated[float, Field(gt=0)] = 4e-5
    """Share of the squared weights in the gradient."""

    input_size: DeepLabInputSize = DeepLabInputSize()
    """What the network sees; any size, customary is a multiple of 16 and 1."""

    special_classes: SpecialClasses = SpecialClasses()
    """Background and neutral regions."""

    backbone: Literal["xception_65", "mobilenet_v2"] | None = Field(
        default=None, deprecated="the original ignored it too; 'encoder' chooses"
    )
    """Without effect; original configurations have it."""
