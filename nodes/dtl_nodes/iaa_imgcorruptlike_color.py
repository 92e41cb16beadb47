"""The ``iaa_imgcorruptlike_color`` node: change light and colour of images as a whole."""

from __future__ import annotations

from typing import Literal

from dtl_nodes.families.corruption import Corruption, CorruptionSettings


class LightAndColorSettings(CorruptionSettings):
    """Settings of ``iaa_imgcorruptlike_color``."""

    option: Literal["contrast", "brightness", "saturate"]
    """``contrast``: less of it; ``brightness``: more of it; ``saturate``: less colour at severity 1
    and 2, more from 3 on."""


class LightAndColor(Corruption[LightAndColorSettings]):
    """Change light and colour of images as a whole; annotations stay as they are.

    Example:
        {"option": "brightness", "severity": 3}

    Source: DTL ``iaa_imgcorruptlike_color``, second generation, after Hendrycks and
    Dietterich (2019); an unknown option is refused at once.
    """

    action = "iaa_imgcorruptlike_color"
