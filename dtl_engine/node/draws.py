"""Random numbers that belong to one sample at one node.

A draw depends on the seed of the graph, the identity of the node and the lineage of the sample,
and on nothing else: not on the order of work, the number of workers or layers elsewhere.
"""

from __future__ import annotations

import hashlib
from functools import cached_property

import numpy as np

from dtl_engine.model.sample import Sample


class Draws:
    """The random stream of one sample at one node; opened when first drawn from."""

    def __init__(self, seed: int, node: str, sample: Sample) -> None:
        self._seed = seed
        self._node = node
        self._sample = sample

    @cached_property
    def generator(self) -> np.random.Generator:
        """The stream of this very sample (Philox, keyed by hash)."""
        return _generator(self._seed, self._node, self._sample.id)

    @property
    def of_source(self) -> np.random.Generator:
        """A stream that all samples of one source image share, each reading it from its start."""
        return _generator(self._seed, self._node, str(self._sample.origin))


def _generator(seed: int, node: str, identity: str) -> np.random.Generator:
    text = f"{seed}\0{node}\0{identity}".encode("utf-8", "surrogatepass")
    key = int.from_bytes(hashlib.blake2b(text, digest_size=16).digest(), "little")
    return np.random.Generator(np.random.Philox(key=key))
