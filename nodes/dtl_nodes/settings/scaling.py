"""Target sizes: how large an image becomes, and where its content comes to lie."""

from __future__ import annotations

from fractions import Fraction
from typing import Annotated, Self

from pydantic import AfterValidator, Field, model_validator
from pydantic_core import PydanticCustomError

from dtl_engine.sdk import Affine, ImageError, Settings, Size

MOST_PIXELS = 2**28
"""No larger image is made; none is read either."""

FOLLOWS = -1
"""The value of a side that follows the other one."""


def _check_side(side: int) -> int:
    if side == 0:
        raise PydanticCustomError("value_error", "a side has at least 1 px; -1 follows the other")
    return side


Side = Annotated[int, Field(ge=-1, le=1_000_000), AfterValidator(_check_side)]
"""A side of an image in pixels; -1 follows the other side."""


class AspectRatio(Settings):
    """What becomes of the ratio of the sides."""

    keep: bool
    """``true``: the content keeps its ratio, on black where both sides are given; ``false``: it
    is stretched."""


class ScalingSettings(Settings):
    """The size that an image is brought to."""

    width: Side
    """The new width in pixels; -1 follows the height."""

    height: Side
    """The new height in pixels; -1 follows the width."""

    aspect_ratio: AspectRatio
    """Whether the ratio of width and height stays."""

    @model_validator(mode="after")
    def _one_side_leads(self) -> Self:
        given = [side for side in (self.width, self.height) if side != FOLLOWS]
        if not given:
            raise PydanticCustomError(
                "value_error", "'width' and 'height' cannot both follow the other; give one of them"
            )
        if len(given) == 1 and not self.aspect_ratio.keep:
            raise PydanticCustomError(
                "value_error", "a side of -1 follows the ratio, so 'aspect_ratio.keep' must be true"
            )
        return self

    def affine(self, size: Size) -> Affine:
        """Return the map from an image of ``size`` to the new one.

        Where the ratio is kept, image and points follow it exactly and masks are stretched to
        whole pixels, as in the original engine: at the far border, up to half a pixel apart.

        Raises:
            ImageError: F607, the new image would have more than ``MOST_PIXELS``.
        """
        factors = self._factors(size)
        content = Size(*(max(1, round(x * f)) for x, f in zip(size, factors, strict=True)))
        target = Size(
            content.width if self.width == FOLLOWS else self.width,
            content.height if self.height == FOLLOWS else self.height,
        )
        if target.width * target.height > MOST_PIXELS:
            raise ImageError(
                "F607",
                f"an image of {size.width}x{size.height} pixels would become one of "
                f"{target.width}x{target.height}, at most {MOST_PIXELS} pixels are made",
            )
        left = (target.width - content.width) // 2
        top = (target.height - content.height) // 2
        corner = (left, top)
        filled = Fraction(content.width, size.width), Fraction(content.height, size.height)
        stretched = Affine.scaling(size, target, filled, corner)
        return Affine.scaling(size, target, factors, corner).with_masks(stretched)

    def _factors(self, size: Size) -> tuple[Fraction, Fraction]:
        """Return how an image of ``size`` is scaled along x and y."""
        given = zip((self.width, self.height), size, strict=True)
        factors = [Fraction(new, old) for new, old in given if new != FOLLOWS]
        if self.aspect_ratio.keep:
            return min(factors), min(factors)
        return factors[0], factors[1]
