"""Affine maps between the points of two images: scaling, turning, moving, exactly undone."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property
from typing import Self

import numpy as np
from numpy.typing import NDArray

from dtl_engine.model.geometry import BBox, Size, Window

Row = tuple[int, int, int]
"""Numerators of one row of the matrix: factor of x, factor of y, constant."""

_QUARTERS = ((1, 0), (0, 1), (-1, 0), (0, -1))
"""Cosine and sine of 0, 90, 180 and 270 degrees."""
_ONE = 1 << 60
"""The denominator of other cosines and sines; it holds all bits of those above 2**-8."""
_NOISE_PX = 1e-6
"""A canvas does not grow for less: it would be noise of the arithmetic."""


@dataclass(frozen=True)
class Affine:
    """The map ``x' = (a x + b y + c) / denominator`` from one image to another, ``y'`` likewise.

    Points are edge coordinates of ``model.geometry``. All numbers are whole, so that maps are
    undone and put one after another without rounding; equal maps are equal.

    ``masks`` is the map of masks where it is another one: they can be stretched to whole pixels,
    up to half a pixel beside the points.
    """

    source: Size
    target: Size
    x_row: Row
    y_row: Row
    denominator: int = 1
    masks: Affine | None = None

    def __post_init__(self) -> None:
        shared = math.gcd(*self.x_row, *self.y_row, self.denominator)
        shared = -shared if self.denominator < 0 else shared
        for name in ("x_row", "y_row"):
            a, b, c = getattr(self, name)
            object.__setattr__(self, name, (a // shared, b // shared, c // shared))
        object.__setattr__(self, "denominator", self.denominator // shared)
        if self._determinant == 0:
            raise ValueError(f"the map from {self.source} to {self.target} cannot be undone")

    @classmethod
    def scaling(
        cls,
        source: Size,
        target: Size,
        factors: tuple[Fraction, Fraction] | None = None,
        corner: tuple[int, int] = (0, 0),
    ) -> Self:
        """Return the map that scales an image.

        Args:
            source: size of the image.
            target: size of the one that it comes to lie in.
            factors: of x and of y, above 0; by default the image fills the target.
            corner: where the first corner of the image comes to lie.
        """
        x, y = factors or (
            Fraction(target.width, source.width),
            Fraction(target.height, source.height),
        )
        denominator = x.denominator * y.denominator
        return cls(
            source,
            target,
            (x.numerator * y.denominator, 0, corner[0] * denominator),
            (0, y.numerator * x.denominator, corner[1] * denominator),
            denominator,
        )

    @classmethod
    def rotation(cls, source: Size, degrees: float) -> Self:
        """Return the turn of an image counter-clockwise, as seen on the screen.

        The middle of the image comes to lie in the middle of one of ``turned_size``. Multiples of
        90 degrees have the exact entries 0, 1 and -1.
        """
        target = turned_size(source, degrees)
        cos, sin, one = _turn(degrees)
        (width, height), (new_width, new_height) = source, target
        return cls(
            source,
            target,
            (2 * cos, 2 * sin, one * new_width - cos * width - sin * height),
            (-2 * sin, 2 * cos, one * new_height + sin * width - cos * height),
            2 * one,
        )

    @classmethod
    def cutting(cls, source: Size, window: Window) -> Self:
        """Return the map to the image cut out by ``window``, which may leave the source."""
        return cls(source, window.size, (1, 0, -window.left), (0, 1, -window.top))

    @property
    def of_masks(self) -> Affine:
        """The map of masks."""
        return self.masks or self

    def with_masks(self, masks: Affine) -> Affine:
        """Return the map with another one for masks, between images of the same sizes."""
        return replace(self, masks=None if masks == self else masks)

    def then(self, other: Affine) -> Affine:
        """Return the map that does this one first and ``other`` afterwards.

        Raises:
            ValueError: ``other`` starts from an image of another size.
        """
        if other.source != self.target:
            raise ValueError(f"a map to {self.target} is followed by one from {other.source}")
        rows = []
        for p, q, r in (other.x_row, other.y_row):
            a, b, c = (p * x + q * y for x, y in zip(self.x_row, self.y_row, strict=True))
            rows.append((a, b, c + r * self.denominator))
        one = self.denominator * other.denominator
        joined = Affine(self.source, other.target, rows[0], rows[1], one)
        if self.masks is other.masks is None:
            return joined
        return joined.with_masks(self.of_masks.then(other.of_masks))

    @cached_property
    def inverse(self) -> Affine:
        """The map back."""
        (a, b, c), (d, e, f), one = self.x_row, self.y_row, self.denominator
        x_row = (e * one, -b * one, b * f - c * e)
        y_row = (-d * one, a * one, c * d - a * f)
        back = Affine(self.target, self.source, x_row, y_row, self._determinant)
        return back if self.masks is None else back.with_masks(self.masks.inverse)

    @property
    def _determinant(self) -> int:
        return self.x_row[0] * self.y_row[1] - self.x_row[1] * self.y_row[0]

    @property
    def is_upright(self) -> bool:
        """Whether rows and columns stay, or become columns and rows."""
        (a, b, _), (d, e, _) = self.x_row, self.y_row
        return b == d == 0 or a == e == 0

    @cached_property
    def matrix(self) -> NDArray[np.float64]:
        """The map as (2, 3) float64: factors of x and y, constant."""
        rows = [[entry / self.denominator for entry in row] for row in (self.x_row, self.y_row)]
        matrix = np.array(rows)
        matrix.setflags(write=False)
        return matrix

    def point(self, x: float, y: float) -> tuple[float, float]:
        """Return where the point ``(x, y)`` comes to lie."""
        # Dividing last keeps the corners of the source on those of the target to the bit.
        (a, b, c), (d, e, f), one = self.x_row, self.y_row, self.denominator
        return (a * x + b * y + c) / one, (d * x + e * y + f) / one

    def points(self, points: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return where ``points``, (N, 2) float64, come to lie: a new array like it."""
        x, y = points.T
        return np.stack(self._apply(x, y), axis=1)

    def _apply(
        self, x: NDArray[np.float64], y: NDArray[np.float64]
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        (a, b, c), (d, e, f), one = (
            tuple(map(float, self.x_row)),
            tuple(map(float, self.y_row)),
            float(self.denominator),
        )
        return (a * x + b * y + c) / one, (d * x + e * y + f) / one

    def bbox(self, box: BBox) -> BBox:
        """Return the upright box around what becomes of ``box``."""
        corners = [self.point(x, y) for x in (box.x0, box.x1) for y in (box.y0, box.y1)]
        xs, ys = zip(*corners, strict=True)
        return BBox(min(xs), min(ys), max(xs), max(ys))


def turned_size(size: Size, degrees: float) -> Size:
    """Return the size of the smallest image that holds one of ``size`` turned by an angle."""
    cos, sin, one = _turn(degrees)
    cosine, sine = abs(cos) / one, abs(sin) / one
    return Size(
        max(1, math.ceil(size.width * cosine + size.height * sine - _NOISE_PX)),
        max(1, math.ceil(size.width * sine + size.height * cosine - _NOISE_PX)),
    )


def _turn(degrees: float) -> tuple[int, int, int]:
    """Return numerators of cosine and sine, and their denominator."""
    quarters, rest = divmod(degrees % 360, 90)
    if rest == 0:
        return (*_QUARTERS[int(quarters) % 4], 1)
    radians = math.radians(degrees % 360)
    return round(math.cos(radians) * _ONE), round(math.sin(radians) * _ONE), _ONE
