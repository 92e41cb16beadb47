"""Comparing what a tool tells with what the engine holds, object by object."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from dtl_engine.model.sample import Sample
from tests.agreement.readers.report import Objects
from tests.fixtures.datasets import open_dataset, read_all

FLOATS = 1e-9
"""How much numbers may be off that a tool has turned into sizes and back."""


def by_stem(place: Path, format: str, **options: Any) -> dict[str, Sample]:
    """Return the samples of a dataset by the names of their images, without the endings."""
    samples = read_all(open_dataset(place, format, **options))
    found = {each.origin.stem: each for each in samples}
    assert len(found) == len(samples)
    return found


def in_pixels(found: Objects, held: Mapping[str, Sample]) -> Objects:
    """Return objects in pixels that are in parts of their images."""
    return {
        stem: [
            [label, kind, (np.reshape(values, (-1, 2)) * held[stem].size).reshape(np.shape(values))]
            for label, kind, values in objects
        ]
        for stem, objects in found.items()
    }


def assert_agree(
    found: Objects, expected: Objects, held: Mapping[str, Sample], parts: float
) -> None:
    """Fail unless both have the same objects in every image; their order does not count.

    Args:
        found: told by the tool.
        expected: what it should be.
        held: the samples, of which there must be some with objects.
        parts: how much coordinates may be off for each pixel of the longer side of the image.
    """
    assert found.keys() == expected.keys()
    assert any(expected.values())
    for stem, objects in expected.items():
        left = list(found[stem])
        off = parts * max(held[stem].size) + FLOATS
        for each in objects:
            match = next((other for other in left if _is_same(each, other, off)), None)
            assert match is not None, (
                f"{stem}: {_brief(each)} is not among {list(map(_brief, left))}"
            )
            left.remove(match)
        assert not left, f"{stem}: {list(map(_brief, left))} should not be there"


def _is_same(one: list[Any], other: list[Any], off: float) -> bool:
    if one[:2] != other[:2]:
        return False
    if one[1] == "mask":
        return bool(one[2] == other[2])
    if one[1] == "rings":
        return len(one[2]) == len(other[2]) and all(map(np.array_equal, one[2], other[2]))
    values, others = np.asarray(one[2], float), np.asarray(other[2], float)
    return values.shape == others.shape and bool((abs(values - others) <= off).all())


def _brief(each: list[Any]) -> str:
    text = str(each)
    return text if len(text) < 200 else f"{text[:200]}..."
