"""Pumpkins: ribbed, orange, with a stalk."""

from __future__ import annotations

import numpy as np

from scripts.samples.fruit import Frame
from scripts.samples.paint import SCALE, Light, Patch, blend, noise, ramp, shade, srgb


def pumpkin(rng: np.random.Generator, frame: Frame, light: Light) -> Patch:
    """Paint a pumpkin that stands, seen from the side; its stalk points against the axis."""
    x, y = frame.across, -frame.along
    ribs = int(rng.integers(4, 6))
    belly = 0.70 + float(rng.random() - 0.5) * 0.06
    # Ribs are the longitudes of a sphere: close together at its sides.
    flat = np.clip(x / 0.97, -1, 1)
    longitude = np.arcsin(flat) * ribs
    groove = np.abs(np.sin(longitude))
    top = belly * np.sqrt(np.clip(1 - np.abs(flat) ** 2.4, 0, 1)) * (0.94 + 0.06 * groove)
    low = np.asarray(y + 0.22, np.float32)
    squared = np.asarray(top**2 - low**2, np.float32)
    body = (squared > 0) & (np.abs(x) < 0.97)
    stalk_x = x - 0.10 * np.clip(low - belly, 0, None) * 2
    stalk = (np.abs(stalk_x) < 0.085 + 0.10 * ramp(low, belly + 0.14, belly - 0.10)) & (
        (low > belly - 0.12) & (low < belly + 0.28)
    )
    shape = np.asarray(body | stalk)
    round_px = np.float32(frame.radius * 0.8)
    height = np.sqrt(np.clip(squared, 0, None)) * round_px * (0.82 + 0.18 * groove)
    grain = (x.shape[0], x.shape[1])
    blotch = noise(rng, grain, 0.5 * frame.radius, 3)
    skin = blend(srgb(242, 140, 28), srgb(204, 88, 12), np.asarray(0.4 + 0.4 * blotch, np.float32))
    dark = ramp(np.asarray(groove, np.float32), 0.30, 0.0) * np.float32(0.6)
    skin = blend(skin, srgb(142, 62, 10), dark)
    fibre = noise(rng, grain, 2 * SCALE, 2)
    wood = blend(srgb(112, 118, 62), srgb(74, 66, 36), np.asarray(0.5 + 0.5 * fibre, np.float32))
    colour = np.where(stalk[..., None], wood, skin).astype(np.float32)
    thick = np.sqrt(np.clip(0.18**2 - stalk_x**2, 0, None)) * round_px
    relief = np.where(stalk, thick + np.float32(0.2 * frame.radius), height)
    relief = np.asarray(relief + fibre * np.float32(0.5), np.float32)
    rgb = shade(colour, relief, light, 0.30, 20)
    return frame.patch(rgb, shape, np.asarray(height, np.float32), float(height.max()))
