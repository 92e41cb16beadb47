"""Settings that networks for pixels and for tags share.

Source: the training configurations of the original plugins; steps of the rate are an addition.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal, Self

from pydantic import BeforeValidator, Field, model_validator
from pydantic_core import PydanticCustomError

from dtl_engine.sdk import Settings
from dtl_nodes.models.training.settings import Name, TrainSettings


def whole(value: Any) -> Any:
    """Take 4.0 for 4, as the original schemas do."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


Whole = Annotated[int, BeforeValidator(whole)]
"""A whole number; ``4.0`` is one, ``true`` and ``"4"`` are not."""

Count = Annotated[Whole, Field(ge=1)]
By16 = Annotated[Whole, Field(ge=1, multiple_of=16)]

DilatableEncoder = Literal[
    "resnet18",
    "resnet34",
    "resnet50",
    "resnet101",
    "resnet152",
    "resnext50_32x4d",
    "resnext101_32x8d",
    "mobilenet_v2",
    "efficientnet-b0",
    "efficientnet-b1",
    "efficientnet-b2",
    "efficientnet-b3",
    "efficientnet-b4",
    "efficientnet-b5",
    "efficientnet-b6",
    "efficientnet-b7",
]
"""Encoders whose last strides may become dilations."""


class SpecialClasses(Settings):
    """Classes with a meaning of their own; neither must be declared by the data."""

    background: Name = "bg"
    """The class of number 0, to which every pixel belongs that no object covers."""

    neutral: Name = "neutral"
    """The class whose pixels count in no loss and no metric; it is never predicted."""

    @model_validator(mode="after")
    def _check_names(self) -> Self:
        if self.background == self.neutral:
            raise PydanticCustomError(
                "value_error",
                "background and neutral are both '{name}'",
                {"name": self.background, "help": "give them different names"},
            )
        return self


class LrDecreasing(Settings):
    """When the learning rate is divided, and by what."""

    patience: Count = 1000
    """So many validations without a new smallest loss, counted from the last division."""

    lr_divisor: Annotated[float, Field(gt=0)] = 5.0
    """At 1 the rate never changes, below it the rate rises."""


class SteppedRate(TrainSettings):
    """Settings of ``train`` for networks whose learning rate may change at given times."""

    lr_milestones: tuple[Annotated[float, Field(gt=0)], ...] = ()
    """Epochs after which the learning rate is multiplied by ``lr_gamma``, as ``[8, 11]``."""

    lr_gamma: Annotated[float, Field(gt=0, le=1)] = 0.1
    """What the learning rate is multiplied by at each of ``lr_milestones``."""

    warmup_iterations: Annotated[Whole, Field(ge=0)] = 0
    """Steps over which the learning rate rises from a thousandth of itself."""
