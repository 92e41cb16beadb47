"""Scores of overlapping windows, added up; each pixel goes to the class with the highest sum."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from dtl_engine.sdk import ModelError, Size, Window
from dtl_nodes.models.inference.predictor import Scores


class ScoreSums:
    """Sums over windows that come row by row.

    Rows that no later window reaches are decided at once, so that only a band of sums as high as
    the windows is held. Of equal sums the first class wins.
    """

    def __init__(self, classes: int, size: Size, *, keeps_means: bool = False) -> None:
        """Begin an image.

        Args:
            classes: how many there are.
            size: of the image in pixels.
            keeps_means: whether the mean scores of the whole image are wanted.
        """
        self._size = size
        self._top = 0
        self._band: Scores = np.zeros((classes, 0, size.width), np.float32)
        self._decided = np.zeros((size.height, size.width), np.int32)
        self._means: Scores | None = None
        if keeps_means:
            self._means = np.zeros((classes, size.height, size.width), np.float32)
            self._counts = np.zeros((size.height, size.width), np.int32)

    def add(self, window: Window, scores: Scores) -> None:
        """Add the scores of a window, (C, h, w) float32; what leaves the image counts for nothing.

        Windows come with ``top`` never smaller than before.
        """
        self._decide(window.top)
        right, bottom = min(window.right, self._size.width), min(window.bottom, self._size.height)
        missing = bottom - self._top - self._band.shape[1]
        if missing > 0:
            classes, _, width = self._band.shape
            more = np.zeros((classes, missing, width), np.float32)
            self._band = np.concatenate((self._band, more), axis=1)
        rows = slice(window.top - self._top, bottom - self._top)
        part = scores[:, : bottom - window.top, : right - window.left]
        self._band[:, rows, window.left : right] += part
        if self._means is not None:
            self._counts[window.top : bottom, window.left : right] += 1

    def decided(self) -> NDArray[np.int32]:
        """Return the number of the class of each pixel, (H, W) int32; nothing is added any more.

        Raises:
            ModelError: no class has a score at some pixel.
        """
        self._decide(self._size.height)
        return self._decided

    def means(self) -> Scores:
        """Return the mean scores, (C, H, W) float32, after ``decided``."""
        assert self._means is not None
        return self._means

    def _decide(self, until: int) -> None:
        rows = until - self._top
        if rows <= 0:
            return
        done = self._band[:, :rows]
        # Written so that sums that are no numbers are refused too.
        if not (done.max(axis=0) > 0).all():
            raise ModelError("the model gave no class a score at some pixel")
        self._decided[self._top : until] = done.argmax(axis=0)
        if self._means is not None:
            self._means[:, self._top : until] = done / self._counts[self._top : until]
        self._band = self._band[:, rows:].copy()
        self._top = until
