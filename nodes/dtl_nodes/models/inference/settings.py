"""Settings of ``infer``: how the network is used, and how images are fed to it.

Source: the inference configurations of the original plugins, key by key.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, model_validator

from dtl_engine.sdk import Settings
from dtl_nodes.models.config import CONFIDENCE
from dtl_nodes.models.inference.boxes import Boxes
from dtl_nodes.models.inference.full_image import FullImage
from dtl_nodes.models.inference.layouts import normal_mode, normal_root
from dtl_nodes.models.inference.renaming import At, Name, Renamed, RenamedClasses
from dtl_nodes.models.inference.roi import Roi
from dtl_nodes.models.inference.sliding import SlidingWindow
from dtl_nodes.models.inference.sliding_detection import SlidingDetection

MIN_CONFIDENCE = 0.7

AnyMode = Annotated[
    Annotated[
        FullImage | Roi | Boxes | SlidingWindow | SlidingDetection, Field(discriminator="name")
    ],
    BeforeValidator(normal_mode),
]


class UseSettings(Settings):
    """Settings of how the network is used."""

    gpu_device: Annotated[int, Field(ge=0)] | None = 0
    """Number of the GPU; ``null``, or none there: the CPU."""

    confidence_tag_name: Name = CONFIDENCE
    """The tag on objects that holds their score, before it is renamed."""

    min_confidence_threshold: Annotated[float, Field(ge=0, le=1)] = MIN_CONFIDENCE
    """The least score of objects that are kept."""

    num_processes: Annotated[int, Field(ge=1)] | None = Field(
        default=None, deprecated="one process infers; 'batch_size' fills a GPU"
    )
    """Processes of YOLO."""

    min_score_threshold: Annotated[float, Field(gt=0, le=1)] | None = Field(
        default=None, deprecated="each pixel goes to the class with the highest score"
    )
    """Key of DeepLab and ICNet, which never used it."""

    use_flip: bool | None = Field(
        default=None, deprecated="it belongs to PSPNet, which is not among the networks here"
    )
    """Key of PSPNet."""


class InferSettings(Settings):
    """Settings of ``infer``."""

    model: UseSettings = UseSettings()
    """How the network is used."""

    mode: AnyMode = FullImage()
    """How images are fed to it, and how its results are merged into the annotations."""

    batch_size: Annotated[int, Field(ge=1)] = 1
    """How many images or windows the network sees at once, of several samples too."""

    model_classes: RenamedClasses | None = None
    """Place of ``mode.model_classes`` in older configurations; that one wins."""

    existing_objects: Renamed | None = None
    """Key of the oldest configurations: which of the objects that images had before are kept, and
    how they are called; ``[]``: none."""

    connection: Mapping[str, Any] | None = Field(
        default=None, deprecated="nothing is connected to: the model runs here"
    )
    """Key of deployments."""

    cache_limit: int | None = Field(default=None, deprecated="images are not cached")
    """Key of deployments."""

    @model_validator(mode="before")
    @classmethod
    def _in_the_current_layout(cls, value: Any) -> Any:
        return normal_root(value)

    @property
    def options(self) -> dict[str, Any]:
        """What a predictor is opened with: threshold, name of the tag, whether scores are due."""
        return {
            "confidence_tag_name": self.model.confidence_tag_name,
            "min_confidence_threshold": self.model.min_confidence_threshold,
            "scores": self.mode.needs_scores,
        }

    @property
    def is_oldest(self) -> bool:
        """Whether the settings are of the oldest generation, which orders results differently."""
        return self.existing_objects is not None or self.mode.is_oldest

    @property
    def classes(self) -> tuple[RenamedClasses | None, At]:
        """What becomes of the model's classes, and where the settings say so."""
        if self.mode.model_classes is None and self.model_classes is not None:
            return self.model_classes, ("model_classes",)
        return self.mode.model_classes, ("mode", "model_classes")
