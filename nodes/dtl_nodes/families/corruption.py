"""What the layers named ``iaa_imgcorruptlike_...`` share: one corruption of a picture each."""

from __future__ import annotations

from functools import partial
from typing import Annotated, TypeVar

from pydantic import Field

from dtl_engine.sdk import Draws, Pixels, RandomMapNode, Sample, Settings
from dtl_nodes.kernels.corruptions import BY_CHANCE, BY_RULE
from dtl_nodes.kernels.noise import seeded


class CorruptionSettings(Settings):
    """Settings of a corruption; subclasses narrow the option."""

    option: str
    """Which corruption."""

    severity: Annotated[int, Field(ge=1, le=5)]
    """How strong, from 1 to 5."""


S = TypeVar("S", bound=CorruptionSettings)


class Corruption(RandomMapNode[S, int]):
    """Corrupts the pixels of each sample; annotations stay as they are."""

    family = "pixels"

    @staticmethod
    def is_random(settings: CorruptionSettings) -> bool:
        """As the corruption is."""
        return settings.option in BY_CHANCE

    def draw(self, sample: Sample, draws: Draws) -> int:
        """Choose the seed of all that is random in the picture."""
        return draws.integer(0, 2**64 - 1) if self.is_random(self.settings) else 0

    def apply(self, sample: Sample, values: int) -> Sample:
        """Return a corrupted copy."""
        option, severity = self.settings.option, self.settings.severity
        return sample.map_pixels(partial(_corrupted, option=option, severity=severity, seed=values))


def _corrupted(pixels: Pixels, option: str, severity: int, seed: int) -> Pixels:
    if option in BY_RULE:
        return BY_RULE[option](pixels, severity)
    return BY_CHANCE[option](pixels, severity, seeded(seed))
