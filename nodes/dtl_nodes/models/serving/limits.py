"""What a server takes on at most."""

from __future__ import annotations

from dataclasses import dataclass

MIB = 2**20


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds of one request and of all at one time.

    ``image_bytes`` and ``pixels`` bound an image before it is decoded, ``json_bytes`` each of the
    other parts, ``windows`` how many of them a mode may lay over an image. A request is over after
    ``seconds``, reading it and waiting included. No more than ``requests`` are accepted at one
    time. The model is called with up to ``batch`` images of any requests, collected for up to
    ``wait_ms`` milliseconds.
    """

    image_bytes: int = 32 * MIB
    pixels: int = 50_000_000
    json_bytes: int = 16 * MIB
    windows: int = 10_000
    seconds: float = 60.0
    requests: int = 32
    batch: int = 8
    wait_ms: float = 4.0

    @property
    def pixels_at_once(self) -> int:
        """The pixels of all images in memory: one is decoded while the model sees another."""
        return 2 * self.pixels

    @property
    def body_bytes(self) -> int:
        """The size of a whole request: an image, three other parts and what separates them."""
        return self.image_bytes + 3 * self.json_bytes + MIB
