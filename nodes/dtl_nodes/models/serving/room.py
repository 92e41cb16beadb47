"""How much is worked on at one time."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from dtl_nodes.models.serving.patience import Patience


class Room:
    """Room in memory for the images of several requests; any thread may take some.

    Args:
        pixels: how many there may be at one time, no fewer than anybody takes.
    """

    def __init__(self, pixels: int) -> None:
        self._left = pixels
        self._changed = threading.Condition()

    @contextmanager
    def taken(self, pixels: int, patience: Patience) -> Iterator[None]:
        """Wait until there is room for an image, and keep it.

        Raises:
            TimeoutError: nobody waits for that long.
        """
        with self._changed:
            self._changed.wait_for(
                lambda: self._left >= pixels or not patience.left_s, patience.left_s
            )
            if not patience.left_s:
                raise TimeoutError
            self._left -= pixels
        try:
            yield
        finally:
            with self._changed:
                self._left += pixels
                self._changed.notify_all()
