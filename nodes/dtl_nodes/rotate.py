"""The ``rotate`` node: turn images by a random angle."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from typing import Annotated, Any, Literal, Self

from pydantic import Field, model_validator

from dtl_engine.sdk import (
    Affine,
    Count,
    Draws,
    ImageError,
    RandomExpandNode,
    Sample,
    Settings,
    Size,
)
from dtl_nodes.kernels.turned import inner_window, middle_window
from dtl_nodes.kernels.warp import LONGEST_SIDE_PX, warp
from dtl_nodes.settings.ranges import require_order

Degrees = Annotated[float, Field(ge=-360_000, le=360_000)]


class Angles(Settings):
    """A range of angles."""

    min_degrees: Degrees
    """The least angle, counter-clockwise as seen on the screen."""

    max_degrees: Degrees
    """The greatest angle."""

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        require_order("min_degrees", self.min_degrees, "max_degrees", self.max_degrees)
        return self


class BlackRegions(Settings):
    """What becomes of the corners that the turned image leaves black."""

    mode: Literal["keep", "crop", "preserve_size"]
    """``keep``: the canvas grows and holds all; ``crop``: the largest upright part without black
    is cut out; ``preserve_size``: the middle in the size of the source is cut out."""


class RotateSettings(Settings):
    """Settings of ``rotate``."""

    rotate_angles: Angles
    """The angle is drawn from this range."""

    black_regions: BlackRegions
    """The corners of the turned image."""


class Rotate(RandomExpandNode[RotateSettings, float]):
    """Turn images about their middle by an angle that is drawn for each of them.

    Pixels are interpolated (Lanczos, 8x8), masks take the nearest pixel, rectangles become the
    upright boxes of their turned corners. Multiples of 90 degrees turn the pixels themselves.
    ``crop`` and ``preserve_size`` clip the objects; where ``crop`` leaves no pixel, the sample is
    dropped.

    Example:
        {"rotate_angles": {"min_degrees": -15, "max_degrees": 15},
         "black_regions": {"mode": "preserve_size"}}

    Source: DTL ``rotate``, first generation; the original one turned about a place half a pixel
    off and cropped to a smaller part.
    """

    action = "rotate"
    family = "geometry"

    @staticmethod
    def infer_counts(settings: RotateSettings, count: Count) -> tuple[Count, ...]:
        """Each sample leaves once; of a narrow one cropping may leave nothing."""
        angles = settings.rotate_angles
        is_whole = angles.min_degrees == angles.max_degrees and angles.min_degrees % 90 == 0
        keeps_all = is_whole or settings.black_regions.mode != "crop"
        return (count if keeps_all else count.some(),)

    @staticmethod
    def is_random(settings: Any) -> bool:
        """Unless there is only one angle."""
        angles = settings.rotate_angles
        return bool(angles.min_degrees < angles.max_degrees)

    def draw(self, sample: Sample, draws: Draws) -> float:
        """Choose the angle in degrees."""
        angles = self.settings.rotate_angles
        if angles.min_degrees == angles.max_degrees:
            return angles.min_degrees
        return draws.uniform(angles.min_degrees, angles.max_degrees)

    def apply(self, sample: Sample, values: float) -> Iterable[Sample]:
        """Return the turned sample, or nothing if cropping leaves no pixel."""
        mode, size = self.settings.black_regions.mode, sample.size
        affine = Affine.rotation(size, values)
        if mode != "keep":
            canvas = affine.target
            inner = mode == "crop"
            window = inner_window(size, values) if inner else middle_window(canvas, size)
            if window.is_empty:
                return ()
            affine = affine.then(Affine.cutting(canvas, window))
        _refuse_long_sides(size, affine.target)
        function = partial(warp, affine=affine, fills_corners=mode == "crop")
        return (sample.transform(affine, function, clip=mode != "keep"),)


def _refuse_long_sides(*sizes: Size) -> None:
    longest = max(max(size) for size in sizes)
    if longest > LONGEST_SIDE_PX:
        raise ImageError(
            "F607",
            f"turning takes sides of at most {LONGEST_SIDE_PX} pixels, one here has {longest}",
        )
