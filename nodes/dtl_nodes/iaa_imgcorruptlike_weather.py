"""The ``iaa_imgcorruptlike_weather`` node: bad weather for images."""

from __future__ import annotations

from typing import Literal

from dtl_nodes.families.corruption import Corruption, CorruptionSettings


class WeatherSettings(CorruptionSettings):
    """Settings of ``iaa_imgcorruptlike_weather``."""

    option: Literal["fog", "frost", "snow", "spatter"]
    """``fog``; ``frost``: ice on the lens, which is computed instead of taken from photographs;
    ``snow``; ``spatter``: drops of rain on the lens, from severity 4 on of mud."""


class Weather(Corruption[WeatherSettings]):
    """Put images into bad weather; annotations stay as they are.

    Example:
        {"option": "fog", "severity": 2}

    Source: DTL ``iaa_imgcorruptlike_weather``, second generation, after Hendrycks and
    Dietterich (2019); an unknown option is refused at once.
    """

    action = "iaa_imgcorruptlike_weather"
