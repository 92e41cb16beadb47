"""Losses on the way: strong compression, coarse pixels, bent pictures."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from dtl_engine.sdk import Pixels, Size
from dtl_nodes.kernels.corruptions.fields import Field, enlarged, field_size

_QUALITY = (25, 18, 15, 10, 7)
_SCALE = (0.6, 0.5, 0.4, 0.3, 0.25)
_BENDING = (12.5, 16.25, 21.25, 25.0, 30.0)


def jpeg_compression(pixels: Pixels, severity: int) -> Pixels:
    """Encode as JPEG of low quality, and decode."""
    import cv2

    options = [cv2.IMWRITE_JPEG_QUALITY, _QUALITY[severity - 1]]
    _, encoded = cv2.imencode(".jpg", cv2.cvtColor(pixels, cv2.COLOR_RGB2BGR), options)
    decoded = cv2.imdecode(encoded, cv2.IMREAD_COLOR)
    assert decoded is not None
    return cv2.cvtColor(decoded, cv2.COLOR_BGR2RGB).astype(np.uint8, copy=False)


def pixelate(pixels: Pixels, severity: int) -> Pixels:
    """Shrink by averaging, and enlarge by repeating."""
    import cv2

    height, width = pixels.shape[:2]
    scale = _SCALE[severity - 1]
    small = (max(1, int(width * scale)), max(1, int(height * scale)))
    shrunk = cv2.resize(pixels, small, interpolation=cv2.INTER_AREA)
    grown = cv2.resize(shrunk, (width, height), interpolation=cv2.INTER_NEAREST_EXACT)
    return grown.astype(np.uint8, copy=False)


def elastic_transform(pixels: Pixels, severity: int, generator: np.random.Generator) -> Pixels:
    """Move pixels a little by a smooth random field; annotations are not moved along."""
    import cv2

    height, width = pixels.shape[:2]
    size = Size(width, height)
    columns = np.arange(width, dtype=np.float32) + _bend(size, severity, generator)
    rows = np.arange(height, dtype=np.float32)[:, None] + _bend(size, severity, generator)
    bent = cv2.remap(pixels, columns, rows, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT)
    return bent.astype(np.uint8, copy=False)


def _bend(size: Size, severity: int, generator: np.random.Generator) -> Field:
    """Return how far to move each pixel along one axis, in pixels.

    Smoothing weakens the noise in proportion to the size of the picture that it is made in, so
    fields that are made smaller need no correction.
    """
    import cv2

    inner = field_size(size)
    most = 0.005 * inner.height
    noise: NDArray[np.float64] = generator.uniform(-most, most, (inner.height, inner.width))
    across, down = (0.01 * side for side in inner)
    ksize = [2 * int(3 * sigma + 0.5) + 1 for sigma in (across, down)]
    smooth = cv2.GaussianBlur(noise, ksize, across, sigmaY=down, borderType=cv2.BORDER_REFLECT)
    return enlarged((smooth * _BENDING[severity - 1]).astype(np.float32), size)
