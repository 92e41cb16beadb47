"""Settings that Mask R-CNN and Faster R-CNN share.

Source: the configurations of the original Mask R-CNN plugin; sizes, schedules and augmentation as
MMDetection has them.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Discriminator, Field, Tag, field_validator
from pydantic_core import PydanticCustomError

from dtl_engine.sdk import Settings
from dtl_nodes.models.architectures.detection_backbones import (
    BACKBONES,
    DEFAULT_BACKBONE,
    Backbone,
    Optimizer,
)
from dtl_nodes.models.architectures.setting_parts import Count, Whole
from dtl_nodes.models.training.settings import Name, TrainSettings, WorkersPerSet

Share = Annotated[float, Field(ge=0, le=1)]
Positive = Annotated[float, Field(gt=0)]
ShorterSide = Annotated[
    Annotated[Count, Tag("[number]")]
    | Annotated[tuple[Count, ...], Field(min_length=1), Tag("[list]")],
    Discriminator(lambda value: "[list]" if isinstance(value, list | tuple) else "[number]"),
]
"""A length in pixels, or several of which one is drawn for each training image."""


class BoxClasses(Settings):
    """Classes that mean something else than objects to find; there need be none."""

    background: Name | None = None
    """Its objects are no targets."""

    neutral: Name | None = None
    """Its pixels count in no loss and no metric."""

    @field_validator("neutral")
    @classmethod
    def _check_distinct(cls, value: str | None, info: Any) -> str | None:
        if value is not None and value == info.data.get("background"):
            raise PydanticCustomError(
                "value_error", "'neutral' and 'background' are to be two classes"
            )
        return value


class DetectionSettings(TrainSettings):
    """Settings of ``train`` for networks that find objects."""

    allow_corrupted_samples: WorkersPerSet = WorkersPerSet(train=5, val=5)
    """How many distinct samples of a set may fail to load in the whole run; each is replaced by
    another one."""

    backbone: Backbone = DEFAULT_BACKBONE
    """The network that sees the image. ``resnet18_fpn`` has small heads and learns from random
    weights on a CPU in minutes; ``mobilenet_v3_large_fpn`` is for published weights and no GPU."""

    train_layers: Literal["all", "3+", "4+", "5+", "heads"] = "all"
    """What of the backbone is trained: stages from that number on, all, or none. A backbone of
    random weights is trained as a whole."""

    optimizer: Optimizer | None = None
    """Not given: ``sgd``; ``adamw`` with the backbone ``resnet18_fpn``."""

    momentum: Annotated[float, Field(ge=0, lt=1)] = 0.9
    """Of ``sgd``."""

    weight_decay: Annotated[float, Field(ge=0)] = 0.0001
    """Of all weights but biases and those of normalisation."""

    clip_norm: Positive = 5.0
    """The largest norm of the gradient."""

    lr_milestones: tuple[Positive, ...] = ()
    """Epochs after which the learning rate is multiplied by ``lr_gamma``, as ``[8, 11]``."""

    lr_gamma: Annotated[float, Field(gt=0, le=1)] = 0.1
    """What the learning rate is multiplied by at each of ``lr_milestones``."""

    warmup_iterations: Annotated[Whole, Field(ge=0)] = 0
    """Steps over which the learning rate rises from a thousandth of itself."""

    flip: Share = 0.0
    """How likely a training sample is mirrored left to right each time it is seen."""

    negative_samples: bool = False
    """Whether images without objects are seen too; otherwise they are left out."""

    anchor_sizes: Annotated[tuple[Positive, ...], Field(min_length=1)] | None = None
    """Side lengths in pixels of the network input, one per level, from fine to coarse. Not given:
    32 to 512, or with ``resnet18_fpn`` from a twelfth of ``min_dim`` on."""

    anchor_ratios: Annotated[tuple[Positive, ...], Field(min_length=1)] = (0.5, 1.0, 2.0)
    """Height by width of the anchors."""

    proposals: Count | None = None
    """Most regions per image that are looked at more closely while training and predicting. Not
    given: 2000 and 1000, fewer with small backbones."""

    rois: Count | None = None
    """Regions per image that count in the losses of the heads. Not given: 512, or 64 with small
    backbones."""

    max_detections: Count = 100
    """Most objects found in an image."""

    @field_validator("anchor_sizes")
    @classmethod
    def _check_levels(cls, value: tuple[float, ...] | None, info: Any) -> tuple[float, ...] | None:
        """Ask for one size per level."""
        backbone = info.data.get("backbone")
        if value is not None and backbone is not None and len(value) != BACKBONES[backbone].levels:
            raise PydanticCustomError(
                "value_error",
                "the backbone '{backbone}' has {levels} levels: give {levels} sizes",
                {"backbone": backbone, "levels": BACKBONES[backbone].levels},
            )
        return value

    @property
    def chosen_optimizer(self) -> Optimizer:
        """The optimiser, that of the backbone where none is given."""
        return self.optimizer or BACKBONES[self.backbone].optimizer
