"""Random numbers that belong to one sample at one node.

A draw depends on the seed of the graph, the identity of the node and the lineage of the sample,
and on nothing else: not on the order of work, the number of workers or layers elsewhere. Single
numbers come straight from a hash (BLAKE2b in counter mode), so that they stay the same whatever
version of whatever library is installed.
"""

from __future__ import annotations

import hashlib
import struct

import numpy as np

from dtl_engine.model.sample import Sample

_WORDS = struct.Struct("<8Q")
_WORD_RANGE = 2**64


def epoch_seed(seed: int, epoch: int) -> int:
    """Return the seed of a graph whose stream runs again for an epoch, counted from 0.

    The first epoch sees what a run of the graph sees.
    """
    if epoch == 0:
        return seed
    digest = hashlib.blake2b(f"{seed}\0epoch\0{epoch}".encode(), digest_size=8).digest()
    return int.from_bytes(digest, "little")


class Draws:
    """The random stream of one sample at one node; hashed only when drawn from."""

    __slots__ = ("_blocks", "_node", "_sample", "_seed", "_shared", "_words")

    def __init__(self, seed: int, node: str, sample: Sample, *, shared: bool = False) -> None:
        """Open the stream of ``sample``, or, ``shared``, of its source image."""
        self._seed = seed
        self._node = node
        self._sample = sample
        self._shared = shared
        self._blocks = 0
        self._words: list[int] = []

    def random(self) -> float:
        """Draw a number from ``[0, 1)``, uniformly, with 53 bits."""
        return (self._word() >> 11) * 2.0**-53

    def uniform(self, low: float, high: float) -> float:
        """Draw a number between ``low`` and ``high``, uniformly."""
        return low + (high - low) * self.random()

    def integer(self, low: int, high: int) -> int:
        """Draw a whole number from ``low`` to ``high``, both included, uniformly."""
        span = high - low + 1
        # Words beyond the last whole multiple would favour small numbers.
        limit = _WORD_RANGE - _WORD_RANGE % span
        while (word := self._word()) >= limit:
            pass
        return low + word % span

    @property
    def of_source(self) -> Draws:
        """A stream that all samples of one source image share, each from its start."""
        return Draws(self._seed, self._node, self._sample, shared=True)

    def generator(self) -> np.random.Generator:
        """Return a generator for whole arrays (NumPy's Philox), keyed by the next two words."""
        return np.random.Generator(np.random.Philox(key=(self._word() << 64) | self._word()))

    def _word(self) -> int:
        """Draw 64 bits."""
        if not self._words:
            identity = str(self._sample.origin) if self._shared else self._sample.id
            text = f"{self._seed}\0{self._node}\0{identity}\0{self._blocks}"
            digest = hashlib.blake2b(text.encode("utf-8", "surrogatepass")).digest()
            self._words = list(_WORDS.unpack(digest))
            self._blocks += 1
        return self._words.pop()
