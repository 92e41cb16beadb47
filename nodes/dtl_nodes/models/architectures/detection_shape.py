"""What shapes the network of a detector, as its checkpoint tells it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from dtl_engine.sdk import ModelError, did_you_mean
from dtl_nodes.models.architectures.detection_backbones import (
    BACKBONES,
    DEFAULT_BACKBONE,
    BackboneDefaults,
    anchors_for,
)
from dtl_nodes.models.architectures.detection_settings import DetectionSettings
from dtl_nodes.models.config import ModelConfig

DEFAULT_SIDE_PX = 256

HAIR = 1e-3
"""Added to lengths before they are cut to whole pixels."""


@dataclass(frozen=True, slots=True)
class InputSize:
    """How large images are for the network, in pixels.

    ``min_dims`` are the lengths of the shorter side, the one for predictions last, ``max_dim``
    bounds the longer one; both sides are padded to multiples of ``divisor``. ``exact`` is a width
    and a height for all images instead; then nothing of the ratio is kept.
    """

    min_dims: tuple[int, ...] = (DEFAULT_SIDE_PX,)
    max_dim: int = DEFAULT_SIDE_PX
    divisor: int = 32
    exact: tuple[int, int] | None = None

    @classmethod
    def of(cls, settings: Mapping[str, Any]) -> InputSize:
        """Read the ``input_size`` of training settings."""
        width, height = settings.get("width"), settings.get("height")
        divisor = settings.get("size_divisor") or 32
        if settings.get("min_dim") is None and width and height:
            return cls((min(width, height),), max(width, height), divisor, (width, height))
        least = settings.get("min_dim") or DEFAULT_SIDE_PX
        least = (least,) if isinstance(least, int) else tuple(least)
        return cls(least, settings.get("max_dim") or max(*least, DEFAULT_SIDE_PX), divisor)

    def largest_for(self, width: int, height: int) -> tuple[int, int]:
        """Return the largest width and height that an image gets, never more than its own.

        Enlarging is left to the network.
        """
        if self.exact is not None:
            return min(width, self.exact[0]), min(height, self.exact[1])
        short, long = sorted((width, height))
        scale = min(max(self.min_dims) / short, self.max_dim / long, 1.0)
        # A hair more than the ratio, so that 800 by 192/800 is 192 and not 191.
        return max(int(width * scale + HAIR), 1), max(int(height * scale + HAIR), 1)


@dataclass(frozen=True, slots=True)
class DetectorShape:
    """All that the parameters of a detector and their use depend on."""

    backbone: str
    defaults: BackboneDefaults
    classes: int
    """Outputs of the heads, the background included."""

    size: InputSize
    anchors: tuple[tuple[float, ...], ...]
    ratios: tuple[float, ...]
    proposals: tuple[int, int]
    rois: int
    max_detections: int
    flip: float


def described(name: str, settings: DetectionSettings, size: InputSize) -> dict[str, Any]:
    """Return what a checkpoint holds of the shape of a network to be trained."""
    defaults = BACKBONES[settings.backbone]
    anchors = (
        anchors_for(defaults, size.min_dims[-1])
        if settings.anchor_sizes is None
        else tuple((each,) for each in settings.anchor_sizes)
    )
    proposals = defaults.proposals if settings.proposals is None else (settings.proposals,) * 2
    return {
        "name": name,
        "backbone": settings.backbone,
        "anchor_sizes": [list(level) for level in anchors],
        "anchor_ratios": list(settings.anchor_ratios),
        "proposals": list(proposals),
        "rois": settings.rois or defaults.rois,
        "max_detections": settings.max_detections,
    }


def shape_of(config: ModelConfig) -> DetectorShape:
    """Read the shape of a network from the configuration of its checkpoint.

    Raises:
        ModelError: it has a backbone that does not exist.
    """
    told = config.architecture
    backbone = str(told.get("backbone", DEFAULT_BACKBONE))
    if backbone not in BACKBONES:
        raise ModelError(
            f"unknown backbone '{backbone}' of {config.name}: "
            f"{did_you_mean(backbone, BACKBONES) or ', '.join(BACKBONES)}"
        )
    defaults = BACKBONES[backbone]
    size = InputSize.of(config.settings.get("input_size", {}))
    levels = told.get("anchor_sizes") or anchors_for(defaults, size.min_dims[-1])
    training, testing = told.get("proposals", defaults.proposals)
    return DetectorShape(
        backbone=backbone,
        defaults=defaults,
        classes=config.outputs,
        size=size,
        anchors=tuple(tuple(float(each) for each in level) for level in levels),
        ratios=tuple(told.get("anchor_ratios", (0.5, 1.0, 2.0))),
        proposals=(int(training), int(testing)),
        rois=int(told.get("rois", defaults.rois)),
        max_detections=int(told.get("max_detections", 100)),
        flip=float(config.settings.get("flip", 0.0)),
    )
