"""Fingers with painted nails, seen from above."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from scripts.samples.fruit import Frame
from scripts.samples.paint import SCALE, Light, Patch, blend, noise, ramp, shade, srgb


@dataclass(frozen=True)
class Finger:
    """A finger: the end of it in parts of the picture, its radius, and where it points.

    ``radius`` and ``length`` are pixels, ``degrees`` turn clockwise from x.
    """

    x: float
    y: float
    radius: float
    length: float
    degrees: float


def finger(
    rng: np.random.Generator, place: Finger, size: tuple[int, int], tone: float, light: Light
) -> Patch:
    """Paint the finger without its nail; ``tone`` 0..1 makes the skin darker."""
    frame = _frame(place, size, place.length / 2, place.length / 2)
    across = frame.across * frame.radius / (place.radius * SCALE)
    back = (1 - frame.along) * frame.radius / (place.radius * SCALE)
    # A round end, a waist behind it, and knuckles where the finger bends.
    tip = np.sqrt(np.clip(1 - (1 - back) ** 2, 0, 1)) * (back < 1) + (back >= 1)
    knuckles = 0.07 * np.exp(-((back - 4.0) ** 2) / 0.6) + 0.04 * np.exp(-((back - 2.2) ** 2) / 0.3)
    profile = np.asarray(tip * (0.92 + 0.012 * back + knuckles), np.float32)
    squared = profile**2 - across**2
    shape = np.asarray((squared > 0) & (back > 0) & (frame.along > -1))
    height = np.sqrt(np.clip(squared, 0, None)).astype(np.float32) * np.float32(
        0.8 * place.radius * SCALE
    )
    grain = (shape.shape[0], shape.shape[1])
    blotch = noise(rng, grain, place.radius * SCALE, 3)
    creases = np.exp(-((back - 4.0 + 0.1 * np.sin(across * 9)) ** 2) / 0.02)
    creases += 0.8 * np.exp(-((back - 2.3 + 0.05 * np.sin(across * 7)) ** 2) / 0.008)
    pale, dark = srgb(240, 196, 168), srgb(150, 96, 66)
    colour = blend(pale, dark, np.asarray(tone + 0.10 * blotch, np.float32))
    colour = blend(colour, srgb(214, 128, 112), ramp(back, 1.6, 0.2) * np.float32(0.35))
    colour = blend(colour, srgb(120, 70, 54), np.asarray(creases, np.float32) * np.float32(0.35))
    pores = noise(rng, grain, 1.4 * SCALE, 2)
    relief = height + pores * np.float32(0.3) - np.asarray(creases, np.float32) * 2
    rgb = shade(colour, np.asarray(relief, np.float32), light, 0.14, 12)
    return frame.patch(rgb, shape, height, float(height.max()) * 0.6)


def nail(
    rng: np.random.Generator,
    place: Finger,
    size: tuple[int, int],
    varnish: tuple[int, int, int],
    light: Light,
) -> Patch:
    """Paint the nail of a finger in the colour ``varnish``."""
    frame = _frame(place, size, 0.95 * place.radius, 0.72 * place.radius)
    long, wide = 0.92, 0.66
    squared = np.abs(frame.along / long) ** 2.6 + np.abs(frame.across / wide) ** 2.6
    shape = np.asarray(squared < 1)
    dome = np.sqrt(np.clip(1.4 - (frame.across / wide) ** 2, 0, None))
    height = np.asarray(dome, np.float32) * np.float32(0.42 * place.radius * SCALE)
    grain = (shape.shape[0], shape.shape[1])
    streaks = noise(rng, grain, 2 * SCALE, 2, 6.0)
    colour = blend(srgb(*varnish), srgb(250, 240, 236), np.asarray(0.08 + 0.05 * streaks))
    moon = np.hypot(frame.along + long, frame.across * 1.1)
    colour = blend(
        colour, srgb(248, 232, 224), ramp(np.asarray(moon, np.float32), 0.42, 0.34) * 0.5
    )
    rim = ramp(np.asarray(squared, np.float32), 0.82, 1.0) * np.float32(0.5)
    colour = blend(colour, srgb(120, 60, 52), rim)
    rgb = shade(colour, height, light, 0.75, 60)
    return frame.patch(rgb, shape, np.zeros_like(height), 0.9 * place.radius * SCALE)


def _frame(place: Finger, size: tuple[int, int], reach: float, back: float) -> Frame:
    """Return the frame of something ``reach`` pixels to either side of a point ``back`` inside."""
    angle = np.radians(place.degrees)
    x = place.x * size[0] - float(np.cos(angle)) * back
    y = place.y * size[1] - float(np.sin(angle)) * back
    return Frame.around((x, y), reach, place.degrees)
