"""The ``iaa_imgcorruptlike_noise`` node: add the noise of a camera to images."""

from __future__ import annotations

from typing import Literal

from dtl_nodes.families.corruption import Corruption, CorruptionSettings


class CameraNoiseSettings(CorruptionSettings):
    """Settings of ``iaa_imgcorruptlike_noise``."""

    option: Literal["gaussian_noise", "shot_noise", "impulse_noise", "speckle_noise"]
    """``gaussian_noise``: of the sensor in little light; ``shot_noise``: of counted photons;
    ``impulse_noise``: salt and pepper; ``speckle_noise``: grows with the value."""


class CameraNoise(Corruption[CameraNoiseSettings]):
    """Add the noise of a camera to images; annotations stay as they are.

    Example:
        {"option": "shot_noise", "severity": 2}

    Source: DTL ``iaa_imgcorruptlike_noise``, second generation, after Hendrycks and
    Dietterich (2019); an unknown option is refused at once.
    """

    action = "iaa_imgcorruptlike_noise"
