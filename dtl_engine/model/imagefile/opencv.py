"""OpenCV as this engine uses it: one thread for each caller, and silent."""

from __future__ import annotations

import functools


@functools.cache
def prepare_opencv() -> None:
    """Import OpenCV once and set it up; call it before ``import cv2`` in a function.

    The engine runs one worker for each core, so OpenCV's own threads would only be in the way.
    What a broken file makes OpenCV say is said again by our error.
    """
    import cv2

    cv2.setNumThreads(1)
    # The place of this function differs between OpenCV 4 and 5.
    logging = getattr(cv2.utils, "logging", None)
    set_level = getattr(logging, "setLogLevel", None) or getattr(cv2, "setLogLevel", None)
    if set_level is not None:
        set_level(0)
