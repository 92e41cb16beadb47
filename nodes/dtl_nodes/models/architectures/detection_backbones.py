"""The backbones of detectors, and what heads they get by default."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Backbone = Literal[
    "resnet50_fpn", "resnet50_fpn_v2", "resnet101_fpn", "mobilenet_v3_large_fpn", "resnet18_fpn"
]

Optimizer = Literal["sgd", "adamw"]

DEFAULT_BACKBONE: Backbone = "resnet50_fpn"

FULL_ANCHORS = ((32.0,), (64.0,), (128.0,), (256.0,), (512.0,))


@dataclass(frozen=True, slots=True)
class BackboneDefaults:
    """What goes with a backbone unless settings say otherwise.

    ``body`` is the classification network, ``levels`` how many maps of features it gives, that of
    the largest stride among them, which only the proposals use. ``anchors`` are side lengths in
    pixels of the network input, one tuple per level; ``None``: they follow the input size.
    ``proposals`` go to the heads while training and while predicting; ``rois`` and ``rpn_samples``
    of them and of the anchors per image count in the losses.
    """

    body: str
    levels: int
    channels: int
    anchors: tuple[tuple[float, ...], ...] | None
    proposals: tuple[int, int]
    rois: int
    rpn_samples: int
    box_width: int
    mask_widths: tuple[int, ...]
    optimizer: Optimizer
    is_second_version: bool = False
    """Whether the heads are the deeper ones of torchvision's v2, with batch normalisation."""


def _full(body: str, *, is_second_version: bool = False) -> BackboneDefaults:
    return BackboneDefaults(
        body=body,
        levels=5,
        channels=256,
        anchors=FULL_ANCHORS,
        proposals=(2000, 1000),
        rois=512,
        rpn_samples=256,
        box_width=1024,
        mask_widths=(256, 256, 256, 256),
        optimizer="sgd",
        is_second_version=is_second_version,
    )


BACKBONES: Mapping[str, BackboneDefaults] = {
    "resnet50_fpn": _full("resnet50"),
    "resnet50_fpn_v2": _full("resnet50", is_second_version=True),
    "resnet101_fpn": _full("resnet101"),
    # Without a GPU the heads cost most of the time, so they see fewer proposals.
    "mobilenet_v3_large_fpn": BackboneDefaults(
        body="mobilenet_v3_large",
        levels=3,
        channels=256,
        anchors=((32.0, 64.0, 128.0, 256.0, 512.0),) * 3,
        proposals=(300, 300),
        rois=64,
        rpn_samples=256,
        box_width=1024,
        mask_widths=(256, 256, 256, 256),
        optimizer="sgd",
    ),
    # Learns from random weights on a CPU in minutes.
    "resnet18_fpn": BackboneDefaults(
        body="resnet18",
        levels=4,
        channels=64,
        anchors=None,
        proposals=(150, 150),
        rois=64,
        rpn_samples=128,
        box_width=256,
        mask_widths=(64, 64),
        optimizer="adamw",
    ),
}


def anchors_for(defaults: BackboneDefaults, short_side_px: int) -> tuple[tuple[float, ...], ...]:
    """Return the anchor sizes per level of a network whose input has a shorter side of so much."""
    if defaults.anchors is not None:
        return defaults.anchors
    return tuple(
        (float(max(round(short_side_px / 12) * 2**level, 4)),) for level in range(defaults.levels)
    )
