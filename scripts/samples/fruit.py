"""Whole fruit, solids of revolution lying on their side, and halves with the cut face up."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

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


@dataclass(frozen=True)
class Frame:
    """A square window of subpixels with the coordinates of a thing inside it.

    ``along`` and ``across`` (n, n) run along the axis of the thing and to its right, in units
    of ``radius``, which is half the length of the thing in subpixels.
    """

    left: int
    top: int
    radius: float
    along: Floats
    across: Floats

    @classmethod
    def around(cls, centre_px: tuple[float, float], radius_px: float, degrees: float) -> Frame:
        """Return the frame of a thing; its axis is turned clockwise by ``degrees`` from x."""
        radius, reach = radius_px * SCALE, int(radius_px * SCALE * 1.12) + SCALE
        left, top = (int(value * SCALE) - reach for value in centre_px)
        offsets = np.arange(2 * reach) + 0.5
        x = (offsets + left - centre_px[0] * SCALE)[None, :] / radius
        y = (offsets + top - centre_px[1] * SCALE)[:, None] / radius
        cos, sin = np.cos(np.radians(degrees)), np.sin(np.radians(degrees))
        along = np.asarray(x * cos + y * sin, np.float32)
        across = np.asarray(y * cos - x * sin, np.float32)
        return cls(left, top, radius, along, across)

    def patch(self, rgb: Floats, shape: Bools, height: Floats, lift: float) -> Patch:
        """Return the painted thing at the place of this frame."""
        return Patch(self.left, self.top, rgb, shape, height, lift)


def lemon(rng: np.random.Generator, frame: Frame, light: Light) -> Patch:
    """Paint a whole lemon: a spindle with a nipple at one end and a stalk scar at the other."""
    u = frame.along
    v = frame.across - _even(rng, 0.07) * (1 - 2 * u * u)
    belly = 0.60 + _even(rng, 0.04)
    body = belly * np.clip(1 - np.abs((u + 0.06) / 0.88) ** 2.2, 0, 1) ** 0.74
    nipple = 0.185 * np.sqrt(np.clip(1 - ((u - 0.76) / 0.24) ** 2, 0, 1))
    scar = 0.15 * np.sqrt(np.clip(1 - ((u + 0.83) / 0.13) ** 2, 0, 1))
    profile = (body**5 + nipple**5 + scar**5) ** 0.2
    ripple = _ripple(rng, np.arctan2(v, u), 0.012, (2, 3, 4, 5, 7))
    shape, height = _revolve(frame, profile, v, ripple)
    size = (u.shape[0], u.shape[1])
    dimples = noise(rng, size, 2.5 * SCALE, 2)
    pores = ramp(noise(rng, size, 2.0 * SCALE), 0.25, 0.8)
    lumps = noise(rng, size, 0.28 * frame.radius, 2)
    ripe = noise(rng, size, 0.9 * frame.radius, 2)
    colour = blend(srgb(255, 214, 22), srgb(238, 172, 4), 0.45 + 0.45 * ripe)
    ends = ramp(np.abs(u), 0.72, 0.98) * np.float32(0.55)
    colour = blend(colour, srgb(176, 170, 40), ends)
    dot = np.hypot(u + 0.93, v * 1.1)
    colour = blend(colour, srgb(98, 76, 34), ramp(np.asarray(dot, np.float32), 0.085, 0.045))
    colour = blend(colour, srgb(196, 128, 0), pores * np.float32(0.33))
    relief = height + dimples * np.float32(0.55) - pores * np.float32(0.55)
    relief = relief + lumps * np.float32(0.028 * frame.radius)
    rgb = shade(colour, relief, light, 0.42, 26)
    return frame.patch(rgb, shape, height, float(height.max()))


def kiwi(rng: np.random.Generator, frame: Frame, light: Light) -> Patch:
    """Paint a whole kiwi: brown, dull and fuzzy, with a dark button at one end."""
    u, v = frame.along, frame.across
    belly = 0.77 + _even(rng, 0.05)
    angle = np.arctan2(v, u)
    fuzz = _ripple(rng, angle, 0.014, tuple(range(23, 90, 3)))
    lumpy = _ripple(rng, angle, 0.012, (2, 3, 5))
    body = belly * np.sqrt(np.clip(1 - np.abs(u / 0.97) ** 2.35, 0, 1))
    shape, height = _revolve(frame, body, v, fuzz + lumpy)
    size = (u.shape[0], u.shape[1])
    hairs = noise(rng, size, 1.7 * SCALE, 2)
    tufts = noise(rng, size, 5 * SCALE, 3)
    bare = noise(rng, size, 0.7 * frame.radius, 3)
    colour = blend(srgb(152, 108, 62), srgb(96, 60, 30), 0.5 + 0.42 * bare + 0.22 * tufts)
    colour = blend(colour, srgb(198, 158, 104), ramp(hairs, 0.35, 1.2) * np.float32(0.6))
    colour = blend(colour, srgb(58, 34, 18), ramp(hairs, -0.3, -1.1) * np.float32(0.65))
    button = np.asarray(np.hypot((u - 0.88) * 1.5, v), np.float32)
    colour = blend(colour, srgb(44, 28, 18), ramp(button, 0.17, 0.07) * np.float32(0.85))
    relief = height + hairs * np.float32(0.8) + tufts * np.float32(1.1)
    rgb = shade(colour, relief, light, 0.05, 6)
    return frame.patch(rgb, shape, height, float(height.max()))


def kiwi_half(rng: np.random.Generator, frame: Frame, light: Light) -> Patch:
    """Paint half a kiwi: skin, green flesh with rays, a ring of seeds, a pale core."""
    u, v = frame.along, frame.across / np.float32(0.88)
    angle = np.asarray(np.arctan2(v, u), np.float32)
    reach = np.hypot(u, v) / (0.96 * (1 + _ripple(rng, angle, 0.015, (2, 3, 4))))
    fuzz = _ripple(rng, angle, 0.010, tuple(range(29, 90, 4)))
    rho = np.asarray(reach, np.float32)
    shape = np.asarray(reach < 1 + fuzz)
    size = (u.shape[0], u.shape[1])
    rays = _rays(rng, angle, 52) * ramp(rho, 0.2, 0.5) + 0.35 * noise(rng, size, 3 * SCALE, 2)
    flesh = blend(srgb(152, 180, 58), srgb(92, 130, 28), np.asarray(0.5 + 0.55 * rays, np.float32))
    flesh = blend(flesh, srgb(88, 128, 30), ramp(rho, 0.72, 0.93) * np.float32(0.6))
    core_edge = rho * (1 + 0.16 * _rays(rng, angle, 17))
    core = blend(srgb(226, 226, 168), srgb(206, 214, 140), noise(rng, size, 5 * SCALE, 2))
    flesh = blend(core, flesh, ramp(np.asarray(core_edge, np.float32), 0.22, 0.46))
    seeds = _kiwi_seeds(rng, u, v)
    flesh = blend(flesh, srgb(30, 24, 22), seeds)
    colour = blend(flesh, srgb(196, 206, 124), ramp(rho, 0.90, 0.93))
    skin = ramp(rho, 0.945, 0.965)
    hairs = noise(rng, size, 1.7 * SCALE, 2)
    brown = blend(srgb(128, 86, 46), srgb(78, 48, 26), 0.5 + 0.5 * hairs)
    colour = blend(colour, brown, skin)
    wet = noise(rng, size, 6 * SCALE, 3) * np.float32(0.7) + seeds * np.float32(1.2)
    relief = wet - ramp(rho, 0.93, 1.02) * np.float32(0.09 * frame.radius)
    rgb = shade(colour, np.asarray(relief, np.float32), light, 0.22, 60)
    return frame.patch(rgb, shape, np.zeros_like(u), 0.42 * frame.radius)


def lemon_half(rng: np.random.Generator, frame: Frame, light: Light) -> Patch:
    """Paint half a lemon: yellow rind, white pith, juicy segments between thin walls."""
    u, v = frame.along, frame.across
    angle = np.asarray(np.arctan2(v, u), np.float32)
    reach = np.hypot(u, v) / (0.96 * (1 + _ripple(rng, angle, 0.014, (2, 3, 4, 5))))
    rho = np.asarray(reach, np.float32)
    shape = np.asarray(reach < 1)
    size = (u.shape[0], u.shape[1])
    count = int(rng.integers(8, 11))
    turn = angle / (2 * np.pi) * count + rng.random() + 0.08 * np.sin(3 * angle)
    wall = (0.5 - np.abs(turn % 1 - 0.5)) * 2 * np.pi / count * rho
    sacs = _rays(rng, angle, 120) * 0.6 + 0.6 * noise(rng, size, 3.5 * SCALE, 3)
    flesh = blend(
        srgb(246, 226, 112), srgb(222, 186, 44), np.asarray(0.45 + 0.4 * sacs, np.float32)
    )
    pith = blend(srgb(250, 244, 214), srgb(238, 228, 178), noise(rng, size, 4 * SCALE, 2))
    inside = ramp(np.asarray(wall, np.float32), 0.014, 0.04)
    inside = inside * ramp(rho, 0.84, 0.81) * ramp(rho, 0.07, 0.12)
    colour = blend(pith, flesh, inside)
    rind = blend(
        srgb(255, 214, 22),
        srgb(232, 168, 4),
        noise(rng, size, 3 * SCALE, 2) * np.float32(0.5) + 0.5,
    )
    colour = blend(colour, rind, ramp(rho, 0.915, 0.945))
    relief = inside * np.float32(2.2) + noise(rng, size, 4 * SCALE, 3) * inside
    relief = relief - ramp(rho, 0.93, 1.02) * np.float32(0.09 * frame.radius)
    rgb = shade(colour, np.asarray(relief, np.float32), light, 0.26, 55)
    return frame.patch(rgb, shape, np.zeros_like(u), 0.5 * frame.radius)


def _even(rng: np.random.Generator, spread: float) -> float:
    """Draw a number between ``-spread`` and ``spread``."""
    return float(rng.random() * 2 - 1) * spread


def _ripple(
    rng: np.random.Generator, angle: Floats, strength: float, waves: tuple[int, ...]
) -> Floats:
    """Return a sum of sines of the angle with random phases, about ``strength`` high."""
    turn = np.linspace(-np.pi, np.pi, 4001)
    total = np.zeros_like(turn)
    for count in waves:
        total += np.sin(turn * count + rng.random() * 2 * np.pi)
    total *= strength / np.sqrt(len(waves))
    return np.asarray(np.interp(angle, turn, total), np.float32)


def _rays(rng: np.random.Generator, angle: Floats, count: int) -> Floats:
    """Return noise of the angle alone, about -1..1, with ``count`` grains round the circle."""
    ring = rng.random(count) * 2 - 1
    place = angle / (2 * np.pi) % 1 * count
    first = place.astype(np.int64) % count
    part = place - np.floor(place)
    part = part * part * (3 - 2 * part)
    return np.asarray(ring[first] * (1 - part) + ring[(first + 1) % count] * part, np.float32)


def _revolve(frame: Frame, profile: Floats, across: Floats, ripple: Floats) -> tuple[Bools, Floats]:
    """Return shape and height (subpixels) of the solid with this radius along its axis.

    ``ripple`` (n, n) swells the radius, in parts of it, near the outline only: a function of
    the angle would fold the middle of the surface into a star.
    """
    depth = (profile**2 - across**2) / np.float32(profile.max() ** 2)
    swollen = profile * (1 + ripple * ramp(depth, 0.45, 0.05))
    squared = swollen**2 - across**2
    height = np.sqrt(np.clip(squared, 0, None)) * frame.radius
    return np.asarray(squared > 0), np.asarray(height, np.float32)


def _kiwi_seeds(rng: np.random.Generator, u: Floats, v: Floats) -> Floats:
    """Return where the seeds are, (n, n) 0..1: drops that point at the core."""
    seeds = np.zeros_like(u)
    count = int(rng.integers(30, 38))
    for index in range(count):
        turn = (index + _even(rng, 0.3)) / count * 2 * np.pi
        away = 0.47 + 0.07 * (index % 2) + _even(rng, 0.05)
        radial = u * np.cos(turn) + v * np.sin(turn) - away
        aside = (v * np.cos(turn) - u * np.sin(turn)) / (0.022 * (1 + 5 * radial))
        inside = (radial / 0.052) ** 2 + aside**2
        np.maximum(seeds, ramp(np.asarray(inside, np.float32), 1.25, 0.75), out=seeds)
    return seeds
