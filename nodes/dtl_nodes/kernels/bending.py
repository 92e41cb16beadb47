"""Where the pixels of a bent image come from: by random displacements, by a moved grid."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from dtl_engine.sdk import Size

Map = NDArray[np.float32]
"""(H, W) float32: column or row of the old image, counted between centres of pixels."""


def elastic_maps(
    size: Size, alpha: float, sigma: float, generator: np.random.Generator
) -> tuple[Map, Map]:
    """Return the maps of a local random displacement.

    Args:
        size: of the image.
        alpha: the largest displacement before it is smoothed, in pixels.
        sigma: how smooth it is: standard deviation of a Gaussian, in pixels; 0 leaves it rough.
        generator: of two numbers for each pixel.

    Source: P. Simard, D. Steinkraus and J. Platt, "Best Practices for Convolutional Neural
        Networks Applied to Visual Document Analysis", ICDAR 2003; imgaug
        ``ElasticTransformation``.
    """
    import cv2

    shape = (size.height, size.width)
    rows, columns = np.indices(shape, np.float32)
    bent = []
    for start in (columns, rows):
        field = generator.random(shape, np.float32) * 2 - 1
        if sigma > 0:
            field = cv2.GaussianBlur(field, (0, 0), sigma).astype(np.float32, copy=False)
        bent.append(start + np.float32(alpha) * field)
    return bent[0], bent[1]


def grid_maps(shifts: NDArray[np.float64], size: Size) -> tuple[Map, Map]:
    """Return the maps of an image that hangs on the points of a grid, linear between them.

    Args:
        shifts: (rows, columns, 2), at least 2 by 2: how far right and down in the old image each
            point of the grid fetches its content; the outermost points are the corners.
        size: of the image.
    """
    import cv2

    rows, columns = shifts.shape[:2]
    y, x = np.indices((size.height, size.width), np.float32)
    # Centres of pixels among those of the grid.
    at_x = x * ((columns - 1) / max(size.width - 1, 1))
    at_y = y * ((rows - 1) / max(size.height - 1, 1))
    fields = cv2.remap(
        shifts.astype(np.float32), at_x, at_y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
    ).astype(np.float32, copy=False)
    return x + fields[..., 0], y + fields[..., 1]
