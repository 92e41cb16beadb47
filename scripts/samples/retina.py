"""The project ``vessels``: five photographs of a retina with optic disc and vessels."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from scripts.samples.leaf import Outline
from scripts.samples.paint import (
    GAMMA,
    SCALE,
    Bools,
    Floats,
    Pixels,
    blend,
    noise,
    ramp,
    soften,
    srgb,
)
from scripts.samples.project import Json, Picture, bitmap_object, polygon_object
from scripts.samples.vessel_tree import Branch, Eye, grow_trees

META: Json = {
    "classes": [
        {"title": "disc", "shape": "polygon", "color": "#F5B942", "geometry_config": {}},
        {"title": "vessel", "shape": "bitmap", "color": "#3D5AFE", "geometry_config": {}},
    ],
    "tags": [
        {
            "name": "eye",
            "value_type": "oneof_string",
            "values": ["left", "right"],
            "color": "#0FA3B1",
            "applicable_type": "imagesOnly",
        },
    ],
    "projectType": "images",
}


@dataclass(frozen=True)
class Fundus:
    """One picture: its size in pixels, the lit circle as a part of the shorter side, the disc."""

    name: str
    size: tuple[int, int]
    lit: float
    side: int
    disc: tuple[float, float]


FUNDI = (
    Fundus("retina_1.jpg", (480, 460), 0.484, 1, (-0.30, 0.02)),
    Fundus("retina_2.jpg", (441, 441), 0.490, -1, (0.24, -0.04)),
    Fundus("retina_3.jpg", (520, 480), 0.505, 1, (-0.10, 0.05)),
    Fundus("retina_4.jpg", (360, 360), 0.486, -1, (0.36, 0.03)),
    Fundus("retina_5.jpg", (400, 420), 0.492, 1, (-0.22, -0.06)),
)


def draw_retina(fundus: Fundus, rng: np.random.Generator) -> tuple[Picture, Bools]:
    """Draw one retina: choroid, macula, disc, vessels, and what the lens does to the light.

    Returns:
        The picture, and the pixels of its vessels, (H, W).
    """
    width, height = fundus.size
    radius = fundus.lit * min(width, height)
    centre = (width / 2 + rng.random() * 4 - 2, height / 2 + rng.random() * 4 - 2)
    disc = (centre[0] + fundus.disc[0] * radius, centre[1] + fundus.disc[1] * radius)
    disc_radius = radius * (0.145 + 0.02 * rng.random())
    eye = Eye(centre, radius, disc, disc_radius, fundus.side)
    outline = _disc_outline(rng, eye)
    rgb = _paint_ground(rng, eye, fundus.size)
    nearness, thickness, is_vein = _trace(grow_trees(rng, eye), fundus.size)
    y, x = np.mgrid[0 : height * SCALE, 0 : width * SCALE].astype(np.float32)
    away = np.hypot((x + 0.5) / SCALE - centre[0], (y + 0.5) / SCALE - centre[1]) / radius
    lit = np.asarray(away < 1)
    rgb = _paint_vessels(rgb, nearness, thickness, is_vein)
    rgb *= (1 - 0.62 * ramp(away, 0.4, 1.1))[..., None]
    rgb *= soften(lit.astype(np.float32), 0.5 * SCALE)[..., None]
    mask = _majority((nearness <= 1) & lit)
    objects = (polygon_object("disc", outline), bitmap_object("vessel", mask))
    tags = ({"name": "eye", "value": "left" if fundus.side > 0 else "right"},)
    return Picture(fundus.name, _expose(rng, rgb), objects, tags), mask


def _disc_outline(rng: np.random.Generator, eye: Eye) -> Outline:
    """Return the edge of the optic disc, a slightly tall oval, on whole pixels."""
    turn = np.linspace(0, 2 * np.pi, 41)[:-1]
    wave = 1 + 0.02 * np.sin(2 * turn + rng.random() * 6) + 0.015 * np.sin(3 * turn)
    x = eye.disc[0] + eye.disc_radius * 0.93 * wave * np.cos(turn)
    y = eye.disc[1] + eye.disc_radius * 1.04 * wave * np.sin(turn)
    return Outline(np.stack([np.floor(x + 0.5), np.floor(y + 0.5)], axis=1).astype(np.int64))


def _paint_ground(rng: np.random.Generator, eye: Eye, size: tuple[int, int]) -> Floats:
    """Return the retina without vessels, (h, w, 3) linear light at subpixel scale."""
    shape = (size[1] * SCALE, size[0] * SCALE)
    y, x = np.mgrid[0 : shape[0], 0 : shape[1]].astype(np.float32)
    x, y = (x + 0.5) / SCALE, (y + 0.5) / SCALE
    unit = eye.radius * SCALE
    tone = 0.5 + 0.45 * noise(rng, shape, 0.7 * unit, 3)
    colour = blend(srgb(192, 82, 34), srgb(140, 56, 26), tone)
    blush = noise(rng, shape, 0.22 * unit, 4) * 0.6 + noise(rng, shape, 0.09 * unit, 3) * 0.5
    far = ramp(np.hypot(x - eye.disc[0], y - eye.disc[1]) / np.float32(eye.radius), 0.2, 0.6)
    colour = blend(colour, srgb(222, 84, 34), ramp(blush, 0.1, 1.0) * far * np.float32(0.7))
    colour = blend(colour, srgb(104, 52, 28), ramp(blush, -0.1, -1.1) * np.float32(0.55))
    edge = (x - eye.centre[0]) * eye.side / np.float32(eye.radius)
    colour = blend(colour, srgb(82, 58, 30), ramp(edge, 0.3, 1.1) * np.float32(0.6))
    spot = np.hypot(x - eye.macula[0], y - eye.macula[1]) / np.float32(eye.radius)
    colour = blend(colour, srgb(104, 38, 20), np.exp(-((spot / 0.20) ** 2)) * np.float32(0.62))
    colour = blend(colour, srgb(62, 24, 16), np.exp(-((spot / 0.06) ** 2)) * np.float32(0.5))
    dx, dy = (x - eye.disc[0]) / eye.disc_radius, (y - eye.disc[1]) / eye.disc_radius
    rho = np.asarray(np.hypot(dx / 0.93, dy / 1.04), np.float32)
    fibres = _fibres(rng, dx, dy) * ramp(rho, 4.2, 1.0)
    colour = blend(colour, srgb(240, 150, 84), ramp(fibres, -0.4, 1.0) * np.float32(0.13))
    glow = np.exp(-((rho / 1.9) ** 2))
    colour = blend(colour, srgb(238, 138, 66), glow * np.float32(0.42))
    halo = np.exp(-(((rho - 1.13) / 0.09) ** 2)) * (0.5 + 0.5 * dx * -eye.side / (rho + 0.1))
    colour = blend(colour, srgb(116, 56, 28), halo * np.float32(0.45))
    pallor = 0.5 + 0.4 * dx * eye.side + 0.18 * noise(rng, shape, 0.08 * unit, 3)
    rim = blend(srgb(240, 158, 82), srgb(255, 206, 116), pallor)
    colour = blend(colour, rim, ramp(rho, 1.05, 0.93))
    cup = np.hypot(dx - 0.16 * eye.side, dy * 0.9)
    colour = blend(colour, srgb(255, 240, 178), ramp(cup, 0.56, 0.22) * np.float32(0.85))
    mottle = 1 + 0.07 * noise(rng, shape, 3.5 * SCALE, 3)
    return np.asarray(colour * mottle[..., None], np.float32)


def _fibres(rng: np.random.Generator, dx: Floats, dy: Floats) -> Floats:
    """Return the fine streaks of nerve fibres that leave the disc, about -1..1."""
    ring = rng.random(260) * 2 - 1
    turn = (np.arctan2(dy, dx) + 0.08 * np.hypot(dx, dy)) / (2 * np.pi) % 1
    return np.asarray(np.interp(turn, np.linspace(0, 1, 260), ring), np.float32)


def _trace(branches: list[Branch], size: tuple[int, int]) -> tuple[Floats, Floats, Bools]:
    """Measure every subpixel against the nearest vessel.

    Returns:
        Distance to its axis in parts of its radius (1 is its wall, 9 far off), its radius in
        pixels, and whether it is a vein; all (h, w).
    """
    shape = (size[1] * SCALE, size[0] * SCALE)
    nearness = np.full(shape, 9, np.float32)
    thickness = np.ones(shape, np.float32)
    is_vein = np.zeros(shape, bool)
    for branch in branches:
        ends = zip(branch.points[:-1], branch.points[1:], branch.radii[1:], strict=True)
        for start, end, radius in ends:
            reach = 1.6 * radius
            low = np.floor((np.minimum(start, end) - reach) * SCALE).astype(int)
            high = np.ceil((np.maximum(start, end) + reach) * SCALE).astype(int)
            left, top = (max(int(value), 0) for value in low)
            right, bottom = min(int(high[0]), shape[1]), min(int(high[1]), shape[0])
            if left >= right or top >= bottom:
                continue
            x = ((np.arange(left, right) + 0.5) / SCALE)[None, :] - start[0]
            y = ((np.arange(top, bottom) + 0.5) / SCALE)[:, None] - start[1]
            step = end - start
            along = np.clip((x * step[0] + y * step[1]) / (step @ step), 0, 1)
            gap = np.hypot(x - along * step[0], y - along * step[1]) / radius
            window = (slice(top, bottom), slice(left, right))
            closer = gap < nearness[window]
            nearness[window][closer] = gap[closer]
            thickness[window][closer] = radius
            is_vein[window][closer] = branch.is_vein
    return nearness, thickness, is_vein


def _paint_vessels(rgb: Floats, nearness: Floats, thickness: Floats, is_vein: Bools) -> Floats:
    """Let the blood take its share of the light; arteries are paler and shine in the middle."""
    inside = soften(ramp(nearness, 1.08, 0.55), 0.28 * SCALE)
    strength = 0.34 + 0.5 * ramp(thickness, 0.6, 3.2)
    strength = soften(np.asarray(strength * np.where(is_vein, 1.0, 0.86), np.float32), SCALE)
    amount = (inside * strength)[..., None]
    taken = 1 - amount * np.array([0.62, 0.93, 0.90], np.float32)
    shine = ramp(nearness, 0.34, 0.08) * ramp(thickness, 1.2, 2.4)
    shine = shine * np.where(is_vein, np.float32(0.06), np.float32(0.24))
    return np.asarray(rgb * taken * (1 + soften(shine, 0.4 * SCALE))[..., None], np.float32)


def _majority(fine: Bools) -> Bools:
    """Return the pixels of which more than half the subpixels are set."""
    height, width = fine.shape[0] // SCALE, fine.shape[1] // SCALE
    blocks = fine.reshape(height, SCALE, width, SCALE)
    return np.asarray(blocks.sum(axis=(1, 3)) * 2 > SCALE * SCALE)


def _expose(rng: np.random.Generator, rgb: Floats) -> Pixels:
    """Reduce to pixels, add the grain of the sensor; (H, W, 3) uint8."""
    height, width = rgb.shape[0] // SCALE, rgb.shape[1] // SCALE
    picture = rgb.reshape(height, SCALE, width, SCALE, 3).mean(axis=(1, 3))
    shown = np.clip(picture * 1.12 + 0.0002, 0, 1) ** (1 / GAMMA)
    shown = shown + rng.normal(0, 0.006, shown.shape)
    return np.asarray(np.clip(shown, 0, 1) * 255 + 0.5, dtype=np.uint8)
