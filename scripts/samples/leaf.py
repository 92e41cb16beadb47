"""Leaves: drawn from the very vertices that their polygon annotation stores."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from scripts.samples.paint import (
    SCALE,
    Bools,
    Floats,
    Light,
    Patch,
    blend,
    noise,
    ramp,
    shade,
    srgb,
)

Ring = NDArray[np.int64]
"""(n, 2) vertices x, y in whole pixels of the picture, edge coordinates, not closed."""


@dataclass(frozen=True)
class Outline:
    """The rings of a polygon."""

    exterior: Ring
    interior: tuple[Ring, ...] = ()


def fill(outline: Outline, left: int, top: int, shape: tuple[int, int]) -> Bools:
    """Return the subpixels whose centres lie inside a polygon, by the even-odd rule.

    Args:
        outline: the polygon, in pixels.
        left: first column of the window, in subpixels.
        top: first row of the window, in subpixels.
        shape: ``(h, w)`` of the window in subpixels.
    """
    inside = np.zeros(shape, bool)
    x = (np.arange(shape[1]) + left + 0.5)[None, :] / SCALE
    y = (np.arange(shape[0]) + top + 0.5)[:, None] / SCALE
    for ring in (outline.exterior, *outline.interior):
        for (x0, y0), (x1, y1) in zip(ring, np.roll(ring, -1, axis=0), strict=True):
            if y0 == y1:
                continue
            crossed = (y >= min(y0, y1)) & (y < max(y0, y1))
            inside ^= crossed & (x < x0 + (y - y0) * (x1 - x0) / (y1 - y0))
    return inside


def leaf_outline(
    tip_px: tuple[float, float], length_px: float, degrees: float, bend: float, hole: bool
) -> Outline:
    """Return the outline of a leaf.

    Args:
        tip_px: where its stalk ends, x and y.
        length_px: from the end of the stalk to the point.
        degrees: clockwise turn of its axis from x.
        bend: sideways bow of its axis in parts of the length.
        hole: whether a caterpillar was there.
    """
    along = np.concatenate([np.linspace(0, 0.13, 3), np.linspace(0.17, 1, 17)])
    wide = _half_width(along)
    bow = 4 * bend * along * (1 - along)
    right = np.stack([along, bow + wide], axis=1)
    left = np.stack([along, bow - wide], axis=1)[-2::-1]
    exterior = np.concatenate([right, left])
    turn = np.linspace(0, 2 * np.pi, 9)[:-1]
    bite = np.stack([0.62 + 0.05 * np.cos(turn), bend + 0.1 + 0.035 * np.sin(turn)], axis=1)
    place = (tip_px, length_px, degrees)
    return Outline(_snap(exterior, *place), (_snap(bite, *place),) if hole else ())


def leaf(
    rng: np.random.Generator,
    outline: Outline,
    place: tuple[tuple[float, float], float, float, float],
    light: Light,
) -> Patch:
    """Paint a leaf.

    Args:
        rng: where its texture comes from.
        outline: its outline.
        place: ``tip_px``, ``length_px``, ``degrees`` and ``bend`` of ``leaf_outline``.
        light: the lamp.
    """
    tip_px, length_px, degrees, bend = place
    low, high = outline.exterior.min(axis=0), outline.exterior.max(axis=0)
    left, top = (int(value) for value in low * SCALE)
    width, height = (int(value) for value in (high - low) * SCALE)
    x = (np.arange(width) + left + 0.5)[None, :] / SCALE - tip_px[0]
    y = (np.arange(height) + top + 0.5)[:, None] / SCALE - tip_px[1]
    cos, sin = np.cos(np.radians(degrees)), np.sin(np.radians(degrees))
    along = (x * cos + y * sin) / length_px
    across = (y * cos - x * sin) / length_px - 4 * bend * along * (1 - along)
    aside = np.asarray(np.abs(across), np.float32)
    size = (height, width)
    mottled = noise(rng, size, 0.12 * length_px * SCALE, 4)
    colour = blend(srgb(62, 112, 44), srgb(34, 78, 32), 0.5 + 0.5 * mottled)
    phase = (along - aside * 0.75) * 9.5
    rib = np.asarray(np.abs(phase % 1 - 0.5) * 2, np.float32)
    veins = ramp(rib, 0.86, 0.99) * ramp(aside, 0.22, 0.05)
    colour = blend(colour, srgb(122, 160, 78), veins * np.float32(0.55))
    midrib = ramp(aside, 0.012, 0.006)
    colour = blend(colour, srgb(150, 176, 96), midrib * np.float32(0.8))
    pillow = np.cos(phase * 2 * np.pi) * ramp(aside, 0.0, 0.03) * 0.010
    fold = aside * 0.34 + 0.10 * np.sin(np.clip(along, 0, 1) * 3.2) - midrib * 0.006
    relief = (fold + pillow) * length_px * SCALE + mottled * 0.8
    rgb = shade(colour, np.asarray(relief, np.float32), light, 0.16, 22)
    painted = fill(outline, left, top, size)
    return Patch(left, top, rgb, painted, np.zeros(size, np.float32), 0.045 * length_px * SCALE)


def _half_width(along: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return half the width of a leaf, in parts of its length, stalk included."""
    blade = np.clip((along - 0.12) / 0.88, 0, 1)
    wide = np.maximum(0.23 * np.sin(np.pi * blade**0.82) ** 0.9, 0.014 * (along < 0.9))
    return np.asarray(wide, np.float64)


def _snap(
    ring: Floats | NDArray[np.float64], tip: tuple[float, float], length: float, degrees: float
) -> Ring:
    """Turn a ring from leaf coordinates to whole pixels, equal neighbours once."""
    cos, sin = np.cos(np.radians(degrees)), np.sin(np.radians(degrees))
    x = tip[0] + length * (ring[:, 0] * cos - ring[:, 1] * sin)
    y = tip[1] + length * (ring[:, 0] * sin + ring[:, 1] * cos)
    vertices = np.stack([np.floor(x + 0.5), np.floor(y + 0.5)], axis=1).astype(np.int64)
    changed = np.any(vertices != np.roll(vertices, 1, axis=0), axis=1)
    return np.asarray(vertices[changed], np.int64)
