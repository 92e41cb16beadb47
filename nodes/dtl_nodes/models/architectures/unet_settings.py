"""Settings of ``train`` with a U-Net.

Source: the training configuration of the original UNet V2 plugin.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal, Self

from pydantic import AliasChoices, Field, field_validator, model_validator
from pydantic_core import PydanticCustomError

from dtl_engine.sdk import Settings
from dtl_nodes.models.architectures.setting_parts import (
    By16,
    Count,
    DilatableEncoder,
    LrDecreasing,
    SpecialClasses,
    SteppedRate,
    Whole,
)

UNetEncoder = Literal[
    "vgg11",
    "vgg11_bn",
    "vgg13",
    "vgg13_bn",
    "vgg16",
    "vgg16_bn",
    "vgg19",
    "vgg19_bn",
    DilatableEncoder,
]


class UNetInputSize(Settings):
    """Size in pixels to which images are brought; their proportions are not kept."""

    width: By16 = 128
    """A multiple of 16."""

    height: By16 = 128
    """A multiple of 16."""


class LossWeights(Settings):
    """Shares of the two losses of a network with two outputs."""

    bce: Annotated[float, Field(ge=0)] = 1.0
    """Of the binary cross-entropy."""

    dice: Annotated[float, Field(ge=0)] = 1.0
    """Of the soft dice loss."""

    @model_validator(mode="after")
    def _check_sum(self) -> Self:
        if self.bce == self.dice == 0:
            raise PydanticCustomError(
                "value_error", "'bce' and 'dice' are both 0: nothing would be learnt"
            )
        return self


class UNetSettings(SteppedRate):
    """Settings of ``train`` with a U-Net."""

    encoder: UNetEncoder = "vgg16_bn"
    """The half of the network that looks at the image; ``vgg16_bn`` is nearest to the original."""

    encoder_depth: Annotated[Whole, Field(ge=3, le=5)] = 4
    """How often the encoder halves the image."""

    decoder_channels: tuple[Count, ...] | None = None
    """Width of each level of the other half, from the smallest picture to the largest; as many as
    ``encoder_depth``. Not given: from 512 (VGG) or 256 on, halved from level to level."""

    val_every: Annotated[float, Field(gt=0)] = 0.5
    """Epochs between validations; fractions are allowed. Each writes a checkpoint."""

    lr: Annotated[float, Field(gt=0)] = 0.1
    """Learning rate of Adam at the start; 0.001 is a good one."""

    input_size: UNetInputSize = UNetInputSize()
    """What the network sees; both sides are multiples of 16."""

    special_classes: SpecialClasses = SpecialClasses()
    """Background and neutral regions."""

    lr_decreasing: LrDecreasing = LrDecreasing()
    """When the learning rate falls."""

    loss_weights: LossWeights = LossWeights()
    """Used where the network has two outputs: the background and one class."""

    validate_with_model_eval: bool = Field(
        default=True,
        validation_alias=AliasChoices("validate_with_model_eval", "validate_with_eval_model"),
    )
    """Whether validation uses the running statistics of batch normalisation, as inference does;
    ``false``: those of each batch."""

    momentum: Annotated[float, Field(gt=0)] = Field(
        default=0.9, deprecated="the optimiser is Adam with its usual betas"
    )
    """Without effect; original configurations have it."""

    @field_validator("decoder_channels")
    @classmethod
    def _check_levels(cls, value: tuple[int, ...] | None, info: Any) -> tuple[int, ...] | None:
        depth = info.data.get("encoder_depth")
        if value is not None and depth is not None and len(value) != depth:
            raise PydanticCustomError(
                "value_error",
                "'decoder_channels' has {found} entries and 'encoder_depth' is {depth}",
                {"found": len(value), "depth": depth, "help": "make them equal"},
            )
        return value

    @property
    def levels(self) -> tuple[int, ...]:
        """The width of each level of the decoder."""
        if self.decoder_channels is not None:
            return self.decoder_channels
        return default_levels(self.encoder, self.encoder_depth)


def default_levels(encoder: str, depth: int) -> tuple[int, ...]:
    """Return the width of each level of the decoder where nothing is said."""
    widest = 512 if encoder.startswith("vgg") else 256
    return tuple(widest >> level for level in range(depth))
