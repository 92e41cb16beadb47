"""Sets of pixels, for tests of what draws them."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import pairwise

import numpy as np

from dtl_engine.model.geometry import Size
from dtl_engine.model.shapes import Mask

Pixel = tuple[int, int]
LARGE = Size(40, 30)


def pixels_of(mask: Mask | None) -> set[Pixel]:
    """Return the set pixels, (column, row)."""
    if mask is None:
        return set()
    rows, columns = np.nonzero(mask.pixels)
    assert {0, mask.height - 1} <= set(rows.tolist()), "tight"
    assert {0, mask.width - 1} <= set(columns.tolist()), "tight"
    return {(x + mask.x, y + mask.y) for x, y in zip(columns.tolist(), rows.tolist(), strict=True)}


# A slow drawing by the words of the rule, in whole numbers and fractions.


def chain_pixels(points: Sequence[Pixel]) -> set[Pixel]:
    """Return the 8-connected chain: one pixel per step along the longer axis, ties to the start."""
    found = set(points)
    for start, end in pairwise(points):
        (x0, y0), (x1, y1) = sorted((start, end))
        steps = max(abs(x1 - x0), abs(y1 - y0))
        found |= {
            (toward(x0, x1, Fraction(k, steps)), toward(y0, y1, Fraction(k, steps)))
            for k in range(steps + 1)
            if steps
        }
    return found


def toward(start: int, end: int, share: Fraction) -> int:
    """Return ``share`` of the way, rounded with ties to ``start``; ``start`` for no way."""
    way = abs(end - start) * share
    steps = -((-(way - Fraction(1, 2))).__floor__())
    return start + steps if end >= start else start - steps


def slow_stroke(points: Sequence[Pixel], width: int, size: Size) -> set[Pixel]:
    """Return the pixels whose centres lie within half the width of the chain."""
    limit = Fraction(width, 2) ** 2
    return {
        (x, y)
        for x in range(size.width)
        for y in range(size.height)
        if any(squared_distance((x, y), start, end) <= limit for start, end in pairwise(points))
    }


def squared_distance(place: Pixel, start: Pixel, end: Pixel) -> Fraction:
    (px, py), (ax, ay), (bx, by) = place, start, end
    dx, dy = bx - ax, by - ay
    squared = dx * dx + dy * dy
    share = Fraction((px - ax) * dx + (py - ay) * dy, squared) if squared else Fraction(0)
    share = min(max(share, Fraction(0)), Fraction(1))
    return (px - ax - share * dx) ** 2 + (py - ay - share * dy) ** 2
