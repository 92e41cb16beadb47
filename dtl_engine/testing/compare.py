"""Whether two samples say the same: pixels, annotation, identity."""

from __future__ import annotations

import numpy as np

from dtl_engine.model.sample import Sample


def difference(one: Sample, other: Sample) -> str:
    """Return the first thing in which two samples differ, or ``""``."""
    for name in ("origin", "id", "dataset", "size", "tags"):
        mine, others = getattr(one, name), getattr(other, name)
        if mine != others:
            return f"{name}: {mine!r} and {others!r}"
    if one.annotation != other.annotation:
        for at, (mine, others) in enumerate(zip(one.instances, other.instances, strict=False)):
            if mine != others:
                return f"instance {at}: {mine!r} and {others!r}"
        return f"annotation: {one.annotation!r} and {other.annotation!r}"
    if one.image.size != other.image.size:
        return f"image size: {one.image.size} and {other.image.size}"
    differ = (one.image.pixels() != other.image.pixels()).any(axis=2)
    if differ.any():
        row, column = np.argwhere(differ)[0]
        return f"{np.count_nonzero(differ)} pixels, the first in column {column}, row {row}"
    return ""


def assert_same_sample(one: Sample, other: Sample, what: str = "the samples") -> None:
    """Fail with the first difference if two samples are not equal."""
    found = difference(one, other)
    assert not found, f"{what} differ in {found}"
