"""One video: what it says of itself, and which of its frames are read."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import count, islice
from pathlib import Path
from typing import Any

from dtl_engine.sdk import ImageError, Size
from dtl_nodes.formats.video.frames import open_capture
from dtl_nodes.formats.video.layout import is_container
from dtl_nodes.formats.video.options import VideoReading

MAX_FRAMES = 50_000_000
MAX_PIXELS = 2**28
_EVERY = Fraction(1)


@dataclass(frozen=True, slots=True)
class Grid:
    """The frames that are read: from ``start``, one in every ``step``, down to whole numbers."""

    start: int = 0
    step: Fraction = _EVERY

    def numbers(self, end: int) -> Iterator[int]:
        """Yield the frames before ``end``."""
        for at in count():
            number = self.start + math.floor(at * self.step)
            if number >= end:
                return
            yield number

    def holds(self, number: int) -> bool:
        """Whether a frame is read."""
        ahead = number - self.start
        return ahead >= 0 and math.floor(math.ceil(ahead / self.step) * self.step) == ahead


@dataclass(frozen=True, slots=True)
class Clip:
    """A video that can be read.

    ``count`` is the number of its frames as its header tells it, ``fps`` theirs for a second.
    """

    path: Path
    size: Size
    count: int
    fps: float

    def grid(self, options: VideoReading) -> Grid:
        """Return which frames are read."""
        step = Fraction(options.frame_step)
        if options.fps is not None:
            step = Fraction(self.fps).limit_denominator(1_000_000) / Fraction(str(options.fps))
        return Grid(options.start, max(step, _EVERY))

    def numbers(self, options: VideoReading) -> Iterator[int]:
        """Yield the numbers of the frames that are read."""
        end = self.count if options.end is None else min(options.end, self.count)
        return islice(self.grid(options).numbers(end), options.max_frames)


def open_clip(path: Path) -> Clip:
    """Return what a video says of itself; its first frame is decoded to see whether it works.

    Raises:
        ImageError: F601, it cannot be read; F607, its pictures are too large.
    """
    import cv2

    try:
        if not is_container(path):
            raise ImageError("F601", f"{path.name} is no video", path=str(path))
    except OSError as error:
        message = f"{path.name} cannot be opened: {error.strerror}"
        raise ImageError("F601", message, path=str(path)) from error
    capture = open_capture(path)
    try:
        width, height = (_whole(capture, key) for key in (3, 4))
        if width * height > MAX_PIXELS:
            message = f"{path.name} has pictures of {width}x{height} pixels, 2**28 are allowed"
            raise ImageError("F607", message, path=str(path))
        fps = float(capture.get(cv2.CAP_PROP_FPS))
        frames = _whole(capture, cv2.CAP_PROP_FRAME_COUNT)
        is_read, picture = capture.read()
        if not is_read or picture is None:
            raise ImageError("F601", f"no frame of {path.name} can be decoded", path=str(path))
        if frames < 1:
            frames = 1
            while frames < MAX_FRAMES and capture.grab():
                frames += 1
    finally:
        capture.release()
    if frames > MAX_FRAMES:
        message = f"{path.name} tells of {frames} frames, {MAX_FRAMES} are allowed"
        raise ImageError("F607", message, path=str(path))
    height, width = picture.shape[:2]
    return Clip(path, Size(width, height), frames, fps if math.isfinite(fps) and fps > 0 else 25.0)


def _whole(capture: Any, key: int) -> int:
    value = capture.get(key)
    return int(value) if math.isfinite(value) and value > 0 else 0
