"""Turning stored pixels upright."""

from __future__ import annotations

from dtl_engine.model.imagefile.channels import Raster
from dtl_engine.model.imagefile.opencv import prepare_opencv


def upright(pixels: Raster, orientation: int) -> Raster:
    """Turn stored pixels the way that their EXIF orientation tells.

    Args:
        pixels: (H, W) or (H, W, C), as stored.
        orientation: 1 to 8 as in EXIF 2.3, tag 0x0112: where the stored first row and first
            column lie in the upright picture.

    Returns:
        ``pixels`` itself for 1, else a new array, (W, H) or (W, H, C) for 5 to 8.
    """
    if orientation == 1:
        return pixels
    prepare_opencv()
    import cv2

    turned: Raster
    if orientation in (2, 3, 4):
        turned = cv2.flip(pixels, {2: 1, 3: -1, 4: 0}[orientation])  # type: ignore[assignment]
    elif orientation in (6, 8):
        code = cv2.ROTATE_90_CLOCKWISE if orientation == 6 else cv2.ROTATE_90_COUNTERCLOCKWISE
        turned = cv2.rotate(pixels, code)  # type: ignore[assignment]
    else:
        turned = cv2.transpose(pixels)  # type: ignore[assignment]
        if orientation == 7:
            turned = cv2.flip(turned, -1)  # type: ignore[assignment]
    return turned
