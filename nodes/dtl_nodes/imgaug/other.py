"""imgaug's categories ``imgcorruptlike`` and ``segmentation``."""

from __future__ import annotations

import json
from collections.abc import Callable

import numpy as np

from dtl_engine.sdk import Pixels
from dtl_nodes.albumentation.prototypes import run
from dtl_nodes.albumentation.steps import MOST_SEED, Chosen, Leaf
from dtl_nodes.imgaug.augmenter import Augmenter, colors
from dtl_nodes.imgaug.parameters import Interval, Number
from dtl_nodes.kernels.corruptions import BY_CHANCE, BY_RULE

Rng = np.random.Generator


def _corrupt(name: str) -> Callable[..., Pixels]:
    def corrupt(pixels: Pixels, generator: Rng, severity: Interval) -> Pixels:
        strength = severity.whole(generator)
        if name in BY_RULE:
            return BY_RULE[name](pixels, strength)
        return BY_CHANCE[name](pixels, strength, generator)

    return corrupt


def _superpixels(
    pixels: Pixels, generator: Rng, p_replace: Interval, n_segments: Interval
) -> Pixels:
    share, count = p_replace.number(generator), n_segments.whole(generator)
    arguments = {"p_replace": [share, share], "n_segments": [count, count]}
    leaf = Leaf("Superpixels", 1, json.dumps(arguments, sort_keys=True))
    chosen = Chosen(leaf, int(generator.integers(0, MOST_SEED)))
    return run(chosen, {"image": np.array(pixels)})[2]


def _camel(name: str) -> str:
    return "".join(part.capitalize() for part in name.split("_"))


CORRUPTIONS: dict[str, Augmenter] = {
    _camel(name): colors(_corrupt(name), severity=Number(1, 5, 1, is_whole=True))
    for name in (*BY_CHANCE, *BY_RULE)
    # It moves pixels, and annotations would have to follow.
    if name != "elastic_transform"
}
"""By imgaug's names."""

SEGMENTATION: dict[str, Augmenter] = {
    "Superpixels": colors(
        _superpixels,
        p_replace=Number(0, 1, [0.5, 1]),
        n_segments=Number(1, 10_000, [50, 120], is_whole=True),
    ),
}
"""By imgaug's names."""
