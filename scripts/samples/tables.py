"""The tables that the fruit lies on: wood, cloth and stone, as pictures in linear light."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from scripts.samples.paint import SCALE, Floats, Light, blend, noise, ramp, shade, srgb


def wood(rng: np.random.Generator, shape: tuple[int, int], light: Light) -> Floats:
    """Return oak boards, grain along x; (h, w, 3) for ``shape`` (h, w) in subpixels."""
    height, width = shape
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    board = height / 3.4
    number = np.floor(y / board + 0.35)
    edge = np.abs((y / board + 0.35) % 1.0 - 0.5) * 2
    wave = noise(rng, shape, 60 * SCALE, 3, 5.0)
    rings = np.sin((y + wave * 22 * SCALE) / (3.6 * SCALE) + number * 2.1 + x / (170 * SCALE))
    fibre = noise(rng, shape, 1.3 * SCALE, 2, 28.0)
    tone = 0.42 + 0.2 * rings * ramp(wave, -1.1, 0.8) + 0.17 * fibre + 0.12 * np.sin(number * 2.4)
    colour = blend(srgb(196, 150, 98), srgb(122, 78, 42), np.asarray(tone, np.float32))
    pores = ramp(noise(rng, shape, 1.1 * SCALE, 1, 16.0), 0.45, 0.85)
    colour = blend(colour, srgb(84, 52, 28), pores * np.float32(0.45))
    colour = blend(colour, srgb(38, 24, 14), ramp(np.asarray(edge, np.float32), 0.972, 0.992))
    relief = fibre * np.float32(0.28) - pores * np.float32(0.5)
    return shade(colour, np.asarray(relief, np.float32), light, 0.05, 9)


def cloth(rng: np.random.Generator, shape: tuple[int, int], light: Light) -> Floats:
    """Return a woven linen cloth with two stripes and folds; as ``wood``."""
    height, width = shape
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    thread = 3.4 * SCALE
    wobble = noise(rng, shape, 9 * SCALE, 2) * 0.5
    over = np.sin(np.pi * (x / thread + wobble * 0.35))
    under = np.sin(np.pi * (y / thread + wobble * 0.35))
    slub = noise(rng, shape, 1.6 * SCALE, 2, 9.0)
    weave = over * under * 0.35 + slub * 0.2
    colour = blend(srgb(216, 208, 192), srgb(180, 168, 148), np.asarray(0.5 - weave, np.float32))
    place = x * 0.96 + y * 0.28
    for start, wide in ((0.16, 0.07), (0.27, 0.02)):
        near = np.abs(place - (start + wide / 2) * width) / (wide * width / 2)
        stripe = ramp(np.asarray(near, np.float32), 1.0, 0.93) * np.float32(0.72)
        colour = blend(colour, srgb(92, 116, 138), stripe)
    fold = noise(rng, shape, 95 * SCALE, 2, 2.2) * 9 * SCALE
    relief = fold + weave * 0.55
    return shade(colour, np.asarray(relief, np.float32), light, 0.0, 8)


def stone(rng: np.random.Generator, shape: tuple[int, int], light: Light) -> Floats:
    """Return a slab of grey stone with veins and flecks; as ``wood``."""
    cloud = noise(rng, shape, 70 * SCALE, 5)
    colour = blend(srgb(168, 168, 166), srgb(104, 108, 114), cloud * np.float32(0.45) + 0.5)
    for cell in (85, 48):
        crest = np.abs(noise(rng, shape, cell * SCALE, 4))
        vein = ramp(np.asarray(crest, np.float32), 0.05, 0.0) * ramp(cloud, -0.5, 0.9)
        colour = blend(colour, srgb(222, 218, 208), vein * np.float32(0.55))
    flecks = noise(rng, shape, 1.7 * SCALE, 2)
    colour = blend(colour, srgb(58, 60, 66), ramp(flecks, 0.6, 1.2) * np.float32(0.5))
    colour = blend(colour, srgb(228, 226, 220), ramp(flecks, -0.65, -1.2) * np.float32(0.4))
    relief = noise(rng, shape, 4 * SCALE, 2) * np.float32(0.35)
    return shade(colour, relief, light, 0.07, 14)


Table = Callable[[np.random.Generator, tuple[int, int], Light], Floats]

TABLES: dict[str, Table] = {"wood": wood, "cloth": cloth, "stone": stone}
"""Every table by the value of the image tag ``table``."""
