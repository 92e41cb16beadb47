"""Frames of videos, exact whatever the order in which they are asked for.

Seeking lands on other frames than those asked for in many files, so a video is only ever decoded
from its start onwards. A step back starts anew; the frames just before it are kept, within a
bound, so that workers that take turns do not step back.
"""

from __future__ import annotations

import os
import threading
from collections import OrderedDict
from collections.abc import Callable
from pathlib import Path
from typing import Any

from dtl_engine.sdk import ImageError, Pixels, Size

MAX_OPEN = 4
"""Videos that a process keeps open."""

MAX_CACHED_BYTES = 128 << 20
"""Of the frames of one video."""

MAX_CACHED_FRAMES = 64


def read_frame(path: Path, size: Size, is_read: Callable[[int], bool], number: int) -> Pixels:
    """Return a frame.

    Args:
        path: of the video.
        size: of its frames.
        is_read: which other frames may be asked for, by number; they are worth keeping.
        number: of the frame, from 0.

    Returns:
        (H, W, 3) uint8 RGB, read-only.

    Raises:
        ImageError: F601, the video has no such frame; F605, it is of another size.
    """
    pixels = _player(path).frame(number, is_read)
    if pixels.shape[:2] != size[::-1]:
        height, width = pixels.shape[:2]
        message = (
            f"frame {number} of {path.name} has {width}x{height} pixels, the first one has "
            f"{size.width}x{size.height}"
        )
        raise ImageError("F605", message, path=str(path))
    return pixels


def open_capture(path: Path) -> Any:
    """Return an opened video of OpenCV.

    Raises:
        ImageError: F601, it cannot be opened.
    """
    # What the decoder finds wrong is told by the errors; it would print it as well.
    os.environ.setdefault("OPENCV_FFMPEG_LOGLEVEL", "-8")
    import cv2

    # Pictures of other decoders may differ in a bit.
    exact = [cv2.CAP_PROP_HW_ACCELERATION, cv2.VIDEO_ACCELERATION_NONE]
    capture = cv2.VideoCapture(str(path.absolute()), cv2.CAP_FFMPEG, exact)
    if not capture.isOpened():
        message = f"{path.name} cannot be opened: it is damaged, or of an unknown kind"
        raise ImageError("F601", message, path=str(path))
    return capture


class _Player:
    """A video that is played forwards, and its last frames."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._capture: Any = None
        self._next = 0
        self._kept: OrderedDict[int, Pixels] = OrderedDict()
        self._most = MAX_CACHED_FRAMES
        self._lock = threading.Lock()

    def frame(self, number: int, is_read: Callable[[int], bool]) -> Pixels:
        with self._lock:
            if (found := self._kept.get(number)) is not None:
                return found
            if self._capture is None or number < self._next:
                self._start()
            while self._next <= number:
                self._step(number, is_read)
            return self._kept[number]

    def _start(self) -> None:
        if self._capture is not None:
            self._capture.release()
        self._kept.clear()
        self._next = 0
        self._capture = open_capture(self._path)

    def _step(self, wanted: int, is_read: Callable[[int], bool]) -> None:
        """Take the next frame, and keep it if it is wanted or about to be."""
        at = self._next
        if not self._capture.grab():
            raise self._error(f"ends before frame {wanted}, its last one is {at - 1}")
        self._next += 1
        if at != wanted and (wanted - at >= self._most or not is_read(at)):
            return
        is_decoded, picture = self._capture.retrieve()
        if not is_decoded or picture is None:
            raise self._error(f"has a frame {at} that cannot be decoded")
        import cv2

        pixels: Pixels = cv2.cvtColor(picture, cv2.COLOR_BGR2RGB)
        pixels.flags.writeable = False
        self._kept[at] = pixels
        self._most = max(1, min(MAX_CACHED_FRAMES, MAX_CACHED_BYTES // pixels.nbytes))
        while len(self._kept) > self._most:
            self._kept.popitem(last=False)

    def _error(self, what: str) -> ImageError:
        # What comes next is not known any more.
        self._capture.release()
        self._capture = None
        return ImageError("F601", f"{self._path.name} {what}", path=str(self._path))


_players: OrderedDict[Path, _Player] = OrderedDict()
"""The videos of this process that were used last: frames of one sample are read far apart."""

_opening = threading.Lock()


def _player(path: Path) -> _Player:
    with _opening:
        player = _players.pop(path, None) or _Player(path)
        _players[path] = player
        while len(_players) > MAX_OPEN:
            _players.popitem(last=False)
        return player
