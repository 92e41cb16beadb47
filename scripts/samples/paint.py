"""The easel: a canvas of subpixels in linear light, noise, surface shading and soft shadows.

Everything is painted on a grid ``SCALE`` times finer than the picture, so lengths here are
*subpixels* unless a name says ``_px``. Coordinates are edges, x right, y down; the subpixel in
column i has its centre at ``i + 0.5``. Light comes from above the table; z points at the viewer.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Bools = NDArray[np.bool_]
Pixels = NDArray[np.uint8]

SCALE = 3
"""Subpixels per pixel side. Odd, so that one of two owners of a pixel has the larger share."""

AMBIENT = 0.34
GAMMA = 2.2


@dataclass(frozen=True)
class Light:
    """The lamp: a unit vector towards it, and the spot it is aimed at in parts of the picture."""

    direction: tuple[float, float, float]
    spot: tuple[float, float]

    @classmethod
    def towards(cls, x: float, y: float, spot: tuple[float, float]) -> Light:
        """Return a lamp whose rays lean by x and y per unit of height."""
        length = float(np.sqrt(x * x + y * y + 1))
        return cls((x / length, y / length, 1 / length), spot)


@dataclass(frozen=True)
class Patch:
    """A painted thing, ready to be laid on a canvas.

    ``left`` and ``top`` are subpixels and may be negative. ``rgb`` is (h, w, 3) linear light,
    ``shape`` (h, w) says which subpixels are painted, ``height`` (h, w) is half the thickness
    of the thing there; its middle plane lies ``lift`` above the table. All are subpixels.
    """

    left: int
    top: int
    rgb: Floats
    shape: Bools
    height: Floats
    lift: float


@dataclass(frozen=True)
class Canvas:
    """``rgb`` (h, w, 3) linear light; ``owner`` (h, w): number of the topmost thing, 0 none."""

    rgb: Floats
    owner: NDArray[np.int16]

    def mask(self, number: int) -> Bools:
        """Return the (H, W) pixels of which thing ``number`` shows on more than half."""
        height, width = self.owner.shape[0] // SCALE, self.owner.shape[1] // SCALE
        blocks = (self.owner == number).reshape(height, SCALE, width, SCALE)
        majority: Bools = blocks.sum(axis=(1, 3)) * 2 > SCALE * SCALE
        return majority


def srgb(red: int, green: int, blue: int) -> Floats:
    """Return a colour picked as 0..255 display values in linear light, (3,) float32."""
    return np.asarray((np.array([red, green, blue]) / 255) ** GAMMA, dtype=np.float32)


def blend(first: Floats, second: Floats, share: Floats) -> Floats:
    """Mix two colours or (h, w, 3) pictures; ``share`` (h, w) 0..1 is the part of the second."""
    part = np.clip(share, 0, 1).astype(np.float32)[..., None]
    mixed = (second - first) * part
    mixed += first
    return np.asarray(mixed, dtype=np.float32)


def ramp(values: Floats, start: float, end: float) -> Floats:
    """Rise smoothly from 0 at ``start`` to 1 at ``end``, which may be the smaller one."""
    part = np.clip((values - start) / (end - start), 0, 1)
    return np.asarray(part * part * (3 - 2 * part), dtype=np.float32)


def noise(
    rng: np.random.Generator,
    shape: tuple[int, int],
    cell: float,
    octaves: int = 1,
    stretch: float = 1.0,
) -> Floats:
    """Return smooth noise, (h, w), about -1..1.

    Args:
        rng: where the noise comes from.
        shape: ``(h, w)`` in subpixels.
        cell: size of the largest grains in subpixels; each octave halves size and strength.
        octaves: how many grain sizes are summed.
        stretch: how many times longer than high the grains are.
    """
    height, width = shape
    total = np.zeros(shape, np.float32)
    for octave in range(octaves):
        grain = cell / 2**octave
        rows, columns = int(height / grain) + 4, int(width / (grain * stretch)) + 4
        grid = (rng.random((rows, columns)) * 2 - 1).astype(np.float32)
        size = (int(columns * grain * stretch), int(rows * grain))
        fine = cv2.resize(grid, size, interpolation=cv2.INTER_CUBIC)
        total += fine[:height, :width] / 2**octave
    return total


def soften(values: Floats, sigma: float) -> Floats:
    """Blur a (h, w) or (h, w, 3) picture; ``sigma`` in subpixels."""
    return np.asarray(cv2.GaussianBlur(values, (0, 0), sigma), dtype=np.float32)


def shade(base: Floats, relief: Floats, light: Light, gloss: float, sharpness: float) -> Floats:
    """Light a surface.

    Args:
        base: (h, w, 3) its own colour, linear light.
        relief: (h, w) its height in subpixels.
        light: the lamp.
        gloss: strength of the highlight, 0..1.
        sharpness: exponent of the highlight; 10 is satin, 80 is wet.

    Returns:
        (h, w, 3) linear light.
    """
    down, right = np.gradient(relief)
    length = np.sqrt(right * right + down * down + 1)
    x, y, z = light.direction
    facing = (z - right * x - down * y) / length
    key = np.clip((facing + 0.12) / 1.12, 0, 1)
    bounce = np.clip((right * x + down * y) / length, 0, 1) * 0.10
    halfway = np.array([x, y, z + 1]) / np.sqrt(2 + 2 * z)
    mirror = np.clip((halfway[2] - right * halfway[0] - down * halfway[1]) / length, 0, 1)
    # A surface seen at a glancing angle is darker: light that enters it leaves sideways.
    rim = 0.55 + 0.45 * ramp(np.asarray(1 / length, np.float32), 0.0, 0.55)
    lit = base * ((AMBIENT * rim + key + bounce) * rim)[..., None]
    return np.asarray(lit + (gloss * mirror**sharpness)[..., None], dtype=np.float32)


def lay(canvas: Canvas, patch: Patch, number: int, light: Light) -> None:
    """Put a patch, its soft shadow first, on the canvas as thing ``number``."""
    _cast_shadow(canvas, patch, light)
    rows, columns, inner = _overlap(canvas, patch.left, patch.top, patch.shape)
    shown = patch.shape[inner]
    canvas.rgb[rows, columns][shown] = patch.rgb[inner][shown]
    canvas.owner[rows, columns][shown] = number


def expose(canvas: Canvas, light: Light, rng: np.random.Generator, falloff: float) -> Pixels:
    """Take the photograph: falloff of the lamp, reduction, film curve, grain; (H, W, 3) uint8."""
    height, width = canvas.owner.shape
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    away = np.hypot(x / width - light.spot[0], y / height - light.spot[1])
    lit = canvas.rgb * (1 / (1 + falloff * away * away))[..., None]
    blocks = lit.reshape(height // SCALE, SCALE, width // SCALE, SCALE, 3)
    picture = blocks.mean(axis=(1, 3))
    film = np.clip(picture, 0, None)
    film = 1.45 * film * (1 + film / 4) / (1 + film * 0.75)
    grain = rng.normal(0, 0.008, (*picture.shape[:2], 1))
    shown = np.clip(np.clip(film, 0, 1) ** (1 / GAMMA) + grain, 0, 1)
    return np.asarray(shown * 255 + 0.5, dtype=np.uint8)


def _cast_shadow(canvas: Canvas, patch: Patch, light: Light) -> None:
    """Darken what lies under a patch: slices of it, thrown along the rays, blurred by height."""
    top = patch.lift + float(patch.height.max())
    slope = np.array(light.direction[:2]) / -light.direction[2]
    margin = (int(top * (float(np.abs(slope).max()) + 1.2) / SCALE) + 6) * SCALE
    # Shadows have no fine detail, so they are made at the scale of the picture.
    padded = np.pad(patch.shape, margin)
    shape = padded[SCALE // 2 :: SCALE, SCALE // 2 :: SCALE]
    height = np.pad(patch.height, margin)[SCALE // 2 :: SCALE, SCALE // 2 :: SCALE]
    dark = np.zeros(shape.shape, np.float32)
    for level in np.linspace(0.15 * top, top, 6):
        part = (shape & (height >= abs(level - patch.lift) - 1)).astype(np.float32)
        dx, dy = (round(float(s) * float(level) / SCALE) for s in slope)
        part = np.roll(part, (dy, dx), axis=(0, 1))
        dark = np.maximum(dark, soften(part, 0.10 * float(level) / SCALE + 0.8))
    contact = soften(shape.astype(np.float32), 1.6 + 0.06 * top / SCALE)
    coarse = (1 - 0.70 * dark) * (1 - 0.60 * contact)
    size = (padded.shape[1], padded.shape[0])
    factor = np.asarray(cv2.resize(coarse, size, interpolation=cv2.INTER_LINEAR))
    rows, columns, inner = _overlap(canvas, patch.left - margin, patch.top - margin, padded)
    canvas.rgb[rows, columns] *= factor[inner][..., None]


def _overlap(
    canvas: Canvas, left: int, top: int, shape: Bools
) -> tuple[slice, slice, tuple[slice, slice]]:
    """Return rows and columns of the canvas under a picture, and the same part of the picture."""
    height, width = canvas.owner.shape
    y0, y1 = max(top, 0), min(top + shape.shape[0], height)
    x0, x1 = max(left, 0), min(left + shape.shape[1], width)
    return slice(y0, y1), slice(x0, x1), (slice(y0 - top, y1 - top), slice(x0 - left, x1 - left))
