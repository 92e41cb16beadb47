"""The parts of lines that no area covers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from dtl_nodes.kernels.areas import simple_parts
from dtl_nodes.kernels.chains import Points, chain_length, distinct

if TYPE_CHECKING:
    from shapely import Geometry

SHORTEST_PX = 1e-9
"""Pieces up to this length are noise of the arithmetic, and so are gaps."""

Span = tuple[float, float]
"""From where to where a part of a segment goes, as shares of the segment."""


class Cover(NamedTuple):
    """What covers lines."""

    area: Geometry
    """The union of the polygons."""

    borders: Points
    """Both ends of each of its edges, (N, 2, 2)."""


def cover_of(polygons: Iterable[Sequence[Points]]) -> Cover:
    """Return what ``polygons`` cover, ready to be asked.

    Args:
        polygons: outer ring and holes of each, (N, 2); those that cross themselves are read by
            the even-odd rule.
    """
    import shapely

    area = shapely.union_all([part for rings in polygons for part in _areas(rings)])
    shapely.prepare(area)
    rings = shapely.get_rings(shapely.get_parts(area))
    closed = [shapely.get_coordinates(ring) for ring in rings]
    edges = [np.stack((ring[:-1], ring[1:]), axis=1) for ring in closed]
    return Cover(area, np.concatenate(edges) if edges else np.empty((0, 2, 2)))


def uncovered(points: Points, cover: Cover) -> list[Points] | None:
    """Cut what ``cover`` covers, its border included, out of an open chain.

    Args:
        points: (N, 2), N >= 2.
        cover: from ``cover_of``.

    Returns:
        The pieces that are left, in the order of travel; ``None`` if nothing was cut. A touch in
        a single point does not cut.
    """
    import shapely

    chain = distinct(points)
    if len(chain) == 1:
        return [] if shapely.intersects_xy(cover.area, *chain[0]) else None
    segments = np.stack((chain[:-1], chain[1:]), axis=1)
    lines = shapely.linestrings(segments)
    touched = shapely.dwithin(cover.area, lines, SHORTEST_PX)
    spans = [
        _free_spans(ends, line, cover) if is_touched else [(0.0, 1.0)]
        for ends, line, is_touched in zip(segments, lines, touched, strict=True)
    ]
    if all(free == [(0.0, 1.0)] for free in spans):
        return None
    pieces = [np.array(piece) for piece in _joined(segments, spans)]
    return [piece for piece in pieces if chain_length(piece) > SHORTEST_PX]


def _joined(segments: Points, spans: list[list[Span]]) -> list[list[Points]]:
    """Return the free spans of consecutive segments as chains."""
    pieces: list[list[Points]] = []
    reaches_end = False  # whether the last piece ends where the next segment starts
    for ends, free in zip(segments, spans, strict=True):
        for low, high in free:
            if not (reaches_end and low == 0.0):
                pieces.append([_place(ends, low)])
            pieces[-1].append(_place(ends, high))
            reaches_end = high == 1.0
        reaches_end = reaches_end and bool(free)
    return pieces


def _free_spans(ends: Points, line: Geometry, cover: Cover) -> list[Span]:
    """Return the parts of the segment ``line`` between two ``ends`` that are not covered."""
    import shapely

    if shapely.covers(cover.area, line):
        return []
    step = ends[1] - ends[0]
    squared = step @ step
    slack = SHORTEST_PX / np.sqrt(squared)
    parts = shapely.get_parts(shapely.difference(line, cover.area))
    shares = [(shapely.get_coordinates(part) - ends[0]) @ step / squared for part in parts]
    free: list[Span] = []
    for low, high in sorted((float(x.min()), float(x.max())) for x in shares if len(x)):
        # What the arithmetic moved off an end goes back to it; a gap without length is none.
        start = 0.0 if low <= slack else low
        stop = 1.0 if high >= 1.0 - slack else high
        if free and start - free[-1][1] <= slack:
            free[-1] = (free[-1][0], stop)
        elif stop - start > slack:
            free.append((start, stop))
    for start, stop in _along(ends, cover.borders):
        free = [
            part
            for low, high in free
            for part in ((low, min(high, start)), (max(low, stop), high))
            if part[1] - part[0] > slack
        ]
    return free


def _along(ends: Points, borders: Points) -> list[Span]:
    """Return the parts of the segment between ``ends`` that run along a border.

    Where polygons were cut at each other, borders lie off their places by rounding.
    """
    step = ends[1] - ends[0]
    squared = step @ step
    offsets = borders - ends[0]
    beside = np.abs(offsets @ (-step[1], step[0])) <= SHORTEST_PX * np.sqrt(squared)
    shares = offsets[beside.all(axis=1)] @ step / squared
    return [(float(low), float(high)) for low, high in np.sort(shares, axis=1)]


def _place(ends: Points, share: float) -> Points:
    """Return the point at a share of the way between two, these themselves exactly."""
    end: Points = ends[1] if share == 1.0 else ends[0] + share * (ends[1] - ends[0])
    return end


def _areas(rings: Sequence[Points]) -> list[Geometry]:
    """Return the area of a polygon as valid ones."""
    import shapely

    outer, *holes = rings
    polygon = shapely.Polygon(outer, holes)
    if shapely.is_valid(polygon):
        return [polygon]
    return [shapely.Polygon(part[0], part[1:]) for part in simple_parts(rings)]
