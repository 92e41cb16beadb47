"""Settings of ``train`` with a ResNet that chooses an image tag.

Source: the training configuration of the original ResNet classifier plugin.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from dtl_engine.sdk import Settings
from dtl_nodes.models.architectures.setting_parts import By16, LrDecreasing, SteppedRate, whole
from dtl_nodes.models.training.settings import Name, PerSet

Layers = Annotated[Literal[18, 34, 50, 101, 152], BeforeValidator(whole)]

DEFAULT_LAYERS = 18


class ResNetInputSize(Settings):
    """Size in pixels to which images are brought; their proportions are not kept."""

    width: By16 = 224
    """A multiple of 16."""

    height: By16 = 224
    """A multiple of 16."""


class ResNetSettings(SteppedRate):
    """Settings of ``train`` with a ResNet that chooses an image tag."""

    num_layers: Layers | None = None
    """Depth of the network; not given: that of the model to start from, else 18."""

    classes: tuple[Name, ...] | None = None
    """The image tags to choose from; not given: all without a value, but those of
    ``dataset_tags``."""

    ignore_tags: tuple[Name, ...] = ()
    """Image tags that are no classes."""

    batch_size: PerSet = PerSet(train=2, val=2)
    """Images per device."""

    val_every: Annotated[float, Field(gt=0)] = 0.5
    """Epochs between validations; fractions are allowed. Each writes a checkpoint."""

    lr: Annotated[float, Field(gt=0)] = 0.1
    """Learning rate of Adam at the start; 0.0001 is a good one."""

    input_size: ResNetInputSize = ResNetInputSize()
    """What the network sees; both sides are multiples of 16."""

    lr_decreasing: LrDecreasing = LrDecreasing()
    """When the learning rate falls."""
