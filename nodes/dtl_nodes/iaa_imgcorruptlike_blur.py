"""The ``iaa_imgcorruptlike_blur`` node: blur images as a camera does."""

from __future__ import annotations

from typing import Literal

from dtl_nodes.families.corruption import Corruption, CorruptionSettings


class CameraBlurSettings(CorruptionSettings):
    """Settings of ``iaa_imgcorruptlike_blur``."""

    option: Literal["defocus_blur", "motion_blur", "zoom_blur"]
    """``defocus_blur``: out of focus; ``motion_blur``: smeared in a random direction;
    ``zoom_blur``: zoomed while the shutter was open."""


class CameraBlur(Corruption[CameraBlurSettings]):
    """Blur images as a camera does; annotations stay as they are.

    Example:
        {"option": "motion_blur", "severity": 3}

    Source: DTL ``iaa_imgcorruptlike_blur``, second generation, after Hendrycks and
    Dietterich (2019); an unknown option is refused at once.
    """

    action = "iaa_imgcorruptlike_blur"
