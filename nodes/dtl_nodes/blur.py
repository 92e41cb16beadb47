"""The ``blur`` node: Gaussian blur of random strength, or a median."""

from __future__ import annotations

from functools import partial
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, model_validator
from pydantic_core import PydanticCustomError

from dtl_engine.sdk import Draws, RandomMapNode, Sample, Settings
from dtl_nodes.kernels.blur import MOST_MEDIAN_KERNEL, gaussian_blur, median_blur
from dtl_nodes.settings.ranges import Range

Sigma = Annotated[float, Field(ge=0.01)]


class SigmaRange(Range):
    """How strong a Gaussian blur is, in pixels."""

    min: Sigma
    """The least."""

    max: Sigma
    """The most."""


def _odd(kernel: int) -> int:
    if kernel % 2 == 0:
        raise PydanticCustomError(
            "value_error",
            "the square of a median has a middle, so its side is odd: {below} or {above}",
            {"below": kernel - 1, "above": kernel + 1},
        )
    return kernel


class BlurSettings(Settings):
    """Settings of ``blur``: ``sigma`` or ``kernel``, as ``name`` says."""

    name: Literal["gaussian", "median"]
    """``gaussian`` needs ``sigma``, ``median`` needs ``kernel``."""

    sigma: SigmaRange | None = None
    """Standard deviation of the Gaussian in pixels, drawn for each sample; the border is
    mirrored."""

    kernel: Annotated[int, Field(ge=3, le=MOST_MEDIAN_KERNEL), AfterValidator(_odd)] | None = None
    """Side of the square that the median is taken of, in pixels; odd. The border is repeated."""

    @model_validator(mode="after")
    def _fits_name(self) -> Self:
        needed, other = ("sigma", "kernel") if self.name == "gaussian" else ("kernel", "sigma")
        if getattr(self, needed) is None or getattr(self, other) is not None:
            raise PydanticCustomError(
                "exactly_one",
                "a {name} blur needs '{needed}', and no '{other}'",
                {"name": self.name, "needed": needed, "other": other},
            )
        return self


class Blur(RandomMapNode[BlurSettings, float]):
    """Blur images; annotations stay as they are.

    Example:
        {"name": "gaussian", "sigma": {"min": 0.5, "max": 2}}

    Source: DTL ``blur``; medians of more than 5 pixels work too.
    """

    action = "blur"
    family = "pixels"

    @staticmethod
    def is_random(settings: BlurSettings) -> bool:
        """A Gaussian is, unless its range holds one number only."""
        return settings.sigma is not None and not settings.sigma.is_fixed

    def draw(self, sample: Sample, draws: Draws) -> float:
        """Choose the sigma; 0 for a median."""
        return 0.0 if self.settings.sigma is None else self.settings.sigma.draw(draws)

    def apply(self, sample: Sample, values: float) -> Sample:
        """Return a blurred copy."""
        if self.settings.kernel is not None:
            return sample.map_pixels(partial(median_blur, kernel=self.settings.kernel))
        return sample.map_pixels(partial(gaussian_blur, sigma=values))
