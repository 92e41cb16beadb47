"""Affine maps between the points of two images: scaling, turning, moving, exactly undone."""

from __future__ import annotations

import math
from dataclasses import dataclass
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
    """

    source: Size
    target: Size
    x_row: Row
    y_row: Row
    denominator: int = 1

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
    def scaling(cls, source: Size, target: Size, content: Window | None = None) -> Self:
        """Return the map that stretches an image over a window of another one.

        Args:
            source: size of the image, not empty.
            target: size of the other one.
            content: where the image comes to lie in it, not empty; ``None``: all of it.
        """
        left, top, right, bottom = content or Window(0, 0, *target)
        x, y = Fraction(right - left, source.width), Fraction(bottom - top, source.height)
        denominator = x.denominator * y.denominator
        return cls(
            source,
            target,
            (x.numerator * y.denominator, 0, left * denominator),
            (0, y.numerator * x.denominator, top * denominator),
            denominator,
        )

    @classmethod
    def rotation(cls, source: Size, degrees: float, target: Size | None = None) -> Self:
        """Return the turn of an image counter-clockwise, as seen on the screen.

        Multiples of 90 degrees have the exact entries 0, 1 and -1.

        Args:
            source: size of the image.
            degrees: any angle.
            target: size of an image in whose middle the middle comes to lie; by default
                ``turned_size``, which holds all of the turned image.
        """
        target = target or turned_size(source, degrees)
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
        return Affine(
            self.source, other.target, rows[0], rows[1], self.denominator * other.denominator
        )

    @cached_property
    def inverse(self) -> Affine:
        """The map back."""
        (a, b, c), (d, e, f), one = self.x_row, self.y_row, self.denominator
        x_row = (e * one, -b * one, b * f - c * e)
        y_row = (-d * one, a * one, c * d - a * f)
        return Affine(self.target, self.source, x_row, y_row, self._determinant)

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
