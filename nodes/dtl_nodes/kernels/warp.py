"""Pixels under an affine map."""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np

from dtl_engine.sdk import Affine, Pixels, Size

LONGEST_SIDE_PX = 32766
"""OpenCV warps no larger picture."""


def stretch(pixels: Pixels, affine: Affine) -> Pixels:
    """Return a picture scaled bilinearly, on black where it does not fill the target.

    Args:
        pixels: (H, W, 3) uint8.
        affine: a scaling that puts the first corner on a corner of a pixel.

    Returns:
        (H', W', 3) uint8 of the size of the target. The centre of each pixel is mapped back and
        interpolated between the four pixels around; nothing is smoothed before. The picture
        ends at the whole pixel next to its border.
    """
    import cv2

    (across, _, left), (_, down, top), one = affine.x_row, affine.y_row, affine.denominator
    left, top = left // one, top // one
    fx, width = _factor(affine.source.width, Fraction(across, one))
    fy, height = _factor(affine.source.height, Fraction(down, one))
    scaled = cv2.resize(pixels, None, fx=fx, fy=fy, interpolation=cv2.INTER_LINEAR)
    if affine.target == (width, height):
        return np.asarray(scaled, np.uint8)
    canvas = np.zeros((affine.target.height, affine.target.width, 3), np.uint8)
    canvas[top : top + height, left : left + width] = scaled
    return canvas


def _factor(side_px: int, exact: Fraction) -> tuple[float, int]:
    """Return a factor for OpenCV, and to how many pixels it scales a side: at least one.

    OpenCV multiplies and rounds. Where the exact product lies half-way between two numbers, the
    factor is moved by its last bits so that rounding takes the even one.
    """
    factor, scaled_px = float(exact), round(side_px * exact)
    if scaled_px == 0:
        return 1 / side_px, 1
    while round(side_px * factor) != scaled_px:
        factor = math.nextafter(factor, scaled_px / side_px)
    return factor, scaled_px


def warp(pixels: Pixels, affine: Affine, *, fills_corners: bool) -> Pixels:
    """Return a picture under a map that keeps lengths; exact where rows and columns stay upright.

    Args:
        pixels: (H, W, 3) uint8, no side over ``LONGEST_SIDE_PX``.
        affine: to the target, whose sides have that bound too.
        fills_corners: whether what lies outside repeats the border instead of being black.

    Returns:
        (H', W', 3) uint8 of the size of the target, interpolated with Lanczos weights over 8x8.
    """
    import cv2

    turned = _turned_by_quarters(pixels, affine)
    if turned is not None:
        return turned
    # OpenCV counts from the centre of the first pixel.
    matrix = affine.inverse.matrix.copy()
    matrix[:, 2] += matrix[:, :2] @ (0.5, 0.5) - 0.5
    warped = cv2.warpAffine(
        pixels,
        matrix,
        tuple(affine.target),
        flags=cv2.WARP_INVERSE_MAP
        | (cv2.INTER_NEAREST if affine.is_upright else cv2.INTER_LANCZOS4),
        borderMode=cv2.BORDER_REPLICATE if fills_corners else cv2.BORDER_CONSTANT,
    )
    return np.asarray(warped, np.uint8)


def _turned_by_quarters(pixels: Pixels, affine: Affine) -> Pixels | None:
    """Return a picture that is turned and neither moved nor cut; ``None`` for other maps."""
    import cv2

    (a, b, left), (d, e, top) = affine.x_row, affine.y_row
    width, height = affine.source
    turns = {
        (0, 1, 0, -1, 0, width): cv2.ROTATE_90_COUNTERCLOCKWISE,
        (-1, 0, width, 0, -1, height): cv2.ROTATE_180,
        (0, -1, height, 1, 0, 0): cv2.ROTATE_90_CLOCKWISE,
    }
    code = turns.get((a, b, left, d, e, top)) if affine.denominator == 1 else None
    size = affine.source if code == cv2.ROTATE_180 else Size(height, width)
    if code is None or affine.target != size:
        return None
    return np.asarray(cv2.rotate(pixels, code), np.uint8)
