"""Weather: fog, frost on the lens, snow, spatter of rain and mud."""

from __future__ import annotations

import numpy as np

from dtl_engine.sdk import Pixels, Size
from dtl_nodes.kernels.corruptions.blur import motion_kernel
from dtl_nodes.kernels.corruptions.fields import Field, plasma
from dtl_nodes.kernels.corruptions.frost import frost_texture
from dtl_nodes.kernels.strips import rounded

_FOG = ((1.5, 2), (2.0, 2), (2.5, 1.7), (2.5, 1.5), (3.0, 1.4))
"""Thickness, and how much weaker each finer level of the clouds is."""

_FROST = ((1.0, 0.4), (0.8, 0.6), (0.7, 0.7), (0.65, 0.7), (0.6, 0.75))
"""Weights of the picture and of the ice."""

_SNOW = (
    (0.1, 0.3, 3, 0.5, 10, 4, 0.8),
    (0.2, 0.3, 2, 0.5, 12, 4, 0.7),
    (0.55, 0.3, 4, 0.9, 12, 8, 0.7),
    (0.55, 0.3, 4.5, 0.85, 12, 8, 0.65),
    (0.55, 0.3, 2.5, 0.85, 12, 12, 0.55),
)
"""Mean and deviation of the noise, size of the flakes, what counts as one; radius and sigma of
their motion; how much of the picture is not whitened."""

_RAIN = ((0.65, 0.3, 4, 0.69, 0.6), (0.65, 0.3, 3, 0.68, 0.6), (0.65, 0.3, 2, 0.68, 0.5))
_MUD = ((0.65, 0.3, 1, 0.65, 1.5), (0.67, 0.4, 1, 0.65, 1.5))
"""Mean and deviation of the noise, its smoothness, what counts as liquid; weight of the drops of
rain, smoothness of the rims of mud."""

_WATER = np.array((175, 238, 238), np.float32)
_EARTH = np.array((63, 42, 20), np.float32)


def fog(pixels: Pixels, severity: int, generator: np.random.Generator) -> Pixels:
    """Lay white clouds over the picture."""
    thickness, decay = _FOG[severity - 1]
    clouds = plasma(_size(pixels), decay, generator)
    brightest = float(pixels.max())
    # In units of 255, as published: a black picture stays black.
    weight = brightest / (brightest + 255 * thickness)
    values = pixels.astype(np.float32)
    values += (255 * thickness) * clouds[..., None]
    values *= weight
    return rounded(values)


def frost(pixels: Pixels, severity: int, generator: np.random.Generator) -> Pixels:
    """Lay ice over the picture, as on a window pane.

    The published corruption takes parts of five photographs; this ice is computed.
    """
    kept, weight = _FROST[severity - 1]
    values = frost_texture(_size(pixels), generator)
    values *= weight
    values += np.float32(kept) * pixels
    return rounded(values)


def snow(pixels: Pixels, severity: int, generator: np.random.Generator) -> Pixels:
    """Whiten the picture and let flakes fall across it."""
    import cv2

    mean, deviation, zoom, threshold, radius, sigma, kept = _SNOW[severity - 1]
    size = _size(pixels)
    coarse = (-int(-size.height // zoom), -int(-size.width // zoom))
    noise = generator.standard_normal(coarse, dtype=np.float32) * deviation + mean
    flakes = cv2.resize(noise, tuple(size), interpolation=cv2.INTER_LINEAR)
    flakes[flakes < threshold] = 0
    kernel = motion_kernel(int(radius), sigma, generator.uniform(-135, -45))
    flakes = cv2.filter2D(
        np.clip(flakes, 0, 1), -1, kernel, borderType=cv2.BORDER_REPLICATE
    ).astype(np.float32, copy=False)
    values = pixels.astype(np.float32)
    gray = cv2.cvtColor(values, cv2.COLOR_RGB2GRAY)[..., None]
    white = np.maximum(values, gray * 1.5 + 127.5)
    values *= kept
    values += (1 - kept) * white
    values += 255 * (flakes + flakes[::-1, ::-1])[..., None]
    return rounded(values)


def spatter(pixels: Pixels, severity: int, generator: np.random.Generator) -> Pixels:
    """Spatter the lens: drops of rain (severity 1 to 3) or mud (4 and 5)."""
    if severity <= len(_RAIN):
        return _rain(pixels, _RAIN[severity - 1], generator)
    return _mud(pixels, _MUD[severity - 1 - len(_RAIN)], generator)


def _rain(
    pixels: Pixels,
    parameters: tuple[float, float, float, float, float],
    generator: np.random.Generator,
) -> Pixels:
    """Add the light that drops throw: most at their rims."""
    import cv2

    mean, deviation, smoothness, threshold, weight = parameters
    liquid = _liquid(_size(pixels), mean, deviation, smoothness, generator)
    liquid[liquid < threshold] = 0
    liquid = np.floor(np.clip(liquid, 0, 1) * 255)
    rims = 255 - cv2.Canny(liquid.astype(np.uint8), 50, 150)
    distances = np.minimum(cv2.distanceTransform(rims, cv2.DIST_L2, 5), 20)
    relief = cv2.equalizeHist(cv2.blur(distances, (3, 3)).astype(np.uint8))
    slope = np.array([[-2, -1, 0], [-1, 1, 1], [0, 1, 2]], np.float32)
    relief = cv2.blur(cv2.filter2D(relief, cv2.CV_8U, slope), (3, 3))
    light = liquid * relief
    light *= weight / max(float(light.max()), 1.0)
    return rounded(pixels + light[..., None] * _WATER)


def _mud(
    pixels: Pixels,
    parameters: tuple[float, float, float, float, float],
    generator: np.random.Generator,
) -> Pixels:
    """Cover the picture where the mud is thick."""
    mean, deviation, smoothness, threshold, rim = parameters
    liquid = _liquid(_size(pixels), mean, deviation, smoothness, generator)
    cover = _smooth((liquid > threshold).astype(np.float32), rim)
    cover[cover < 0.8] = 0
    values = pixels.astype(np.float32)
    values += cover[..., None] * (_EARTH - values)
    return rounded(values)


def _liquid(
    size: Size, mean: float, deviation: float, smoothness: float, generator: np.random.Generator
) -> Field:
    noise = generator.standard_normal((size.height, size.width), dtype=np.float32)
    return _smooth(noise * np.float32(deviation) + np.float32(mean), smoothness)


def _smooth(field: Field, sigma: float) -> Field:
    import cv2

    ksize = 2 * int(4 * sigma + 0.5) + 1
    smooth = cv2.GaussianBlur(field, (ksize, ksize), sigma, borderType=cv2.BORDER_REPLICATE)
    return smooth.astype(np.float32, copy=False)


def _size(pixels: Pixels) -> Size:
    height, width = pixels.shape[:2]
    return Size(width, height)
