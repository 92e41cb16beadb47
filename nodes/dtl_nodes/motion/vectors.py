"""Shapes made of points, taken apart into points and put together again."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import isnan

import numpy as np

from dtl_engine.sdk import (
    BBox,
    KeypointNode,
    Keypoints,
    Mask,
    Point,
    Polygon,
    Polyline,
    Rectangle,
    Window,
)
from dtl_nodes.kernels.contours import trace_components
from dtl_nodes.motion.motion import Motion, Points
from dtl_nodes.motion.outline import refined, simplified


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle on its way: the outlines of what is left of it, one per piece."""

    outlines: tuple[Points, ...]

    @classmethod
    def of(cls, rectangle: Rectangle) -> Box:
        """Return the rectangle by its corners."""
        x0, y0, x1, y1 = rectangle.bbox
        return cls((np.array(((x0, y0), (x1, y0), (x1, y1), (x0, y1))),))

    def clip(self, window: tuple[float, float, float, float]) -> tuple[Box, ...]:
        """Return what lies in ``window``, as one box."""
        pieces = [piece for outline in self.outlines for piece in Polygon(outline).clip(window)]
        return (Box(tuple(piece.exterior for piece in pieces)),) if pieces else ()

    def shift(self, dx: int, dy: int) -> Box:
        """Return the box moved by whole pixels."""
        return Box(tuple(outline + np.array((dx, dy)) for outline in self.outlines))

    def rectangle(self) -> Rectangle:
        """Return the upright rectangle around it."""
        points = np.concatenate(self.outlines)
        return Rectangle(*BBox(*points.min(axis=0).tolist(), *points.max(axis=0).tolist()))


Vector = Box | Point | Polyline | Polygon | Keypoints
"""A shape that is made of points."""


def moved(vectors: Sequence[Vector], motion: Motion) -> list[tuple[Vector, ...]]:
    """Return for each shape what is left of it in the frame behind ``motion``."""
    if motion.tiles:
        return [tuple(_tiled(vector, motion)) for vector in vectors]
    if not vectors or not motion.folds():
        return _moved(vectors, motion)
    return [_traced(vector, motion) or _moved([vector], motion)[0] for vector in vectors]


def _moved(vectors: Sequence[Vector], motion: Motion) -> list[tuple[Vector, ...]]:
    chains = [list(_chains(vector, motion.is_straight)) for vector in vectors]
    lengths = [len(chain) for owned in chains for chain in owned]
    if not lengths:
        return []
    places = motion.points(np.concatenate([chain for owned in chains for chain in owned]))
    parts = iter(np.split(places, np.cumsum(lengths)[:-1]))
    frame = (0, 0, motion.size.width, motion.size.height)
    result: list[tuple[Vector, ...]] = []
    for vector, owned in zip(vectors, chains, strict=True):
        made = _made(vector, [next(parts) for _ in owned], motion.is_straight)
        result.append(() if made is None else made.clip(frame))
    return result


def _traced(vector: Vector, motion: Motion) -> tuple[Vector, ...]:
    """Return the contours of an area's pixels behind ``motion``; nothing if it has none."""
    if not isinstance(vector, (Box, Polygon)):
        return ()
    size = motion.before
    painted = np.zeros((size.height, size.width), bool)
    for area in [vector] if isinstance(vector, Polygon) else map(Polygon, vector.outlines):
        painted |= area.paint(size)
    seen = motion.warp(painted.view(np.uint8)).view(np.bool_)
    if isinstance(vector, Box):
        mask = Mask.tight(seen, 0, 0)
        return () if mask is None else (Box.of(Rectangle(*mask.bbox)),)
    pieces = [[ring + 0.5 for ring in (each.outer, *each.holes)] for each in trace_components(seen)]
    return tuple(Polygon(rings[0], rings[1:]) for rings in pieces if len(rings[0]) > 2)


def _tiled(vector: Vector, motion: Motion) -> Iterator[Vector]:
    for tile in motion.tiles:
        for piece in vector.clip(_claimed(tile.window) if _is_loose(vector) else tile.window):
            yield piece.shift(tile.dx, tile.dy)


def _is_loose(vector: Vector) -> bool:
    """Whether a shape is of single points, which must not be in two tiles at once."""
    return isinstance(vector, (Point, Keypoints))


def _claimed(window: Window) -> tuple[float, float, float, float]:
    """Return the part of a tile that is not the border of the tiles before it."""
    left, top, right, bottom = window
    inside = 2.0**-20
    return (left + inside if left else left, top + inside if top else top, right, bottom)


def _chains(vector: Vector, is_straight: bool) -> Iterator[Points]:
    match vector:
        case Box():
            chains, is_closed = vector.outlines, True
        case Polygon():
            chains, is_closed = vector.rings, True
        case Polyline():
            chains, is_closed = (vector.points,), False
        case Keypoints():
            yield np.array([(node.x, node.y) for node in vector.nodes])
            return
        case Point():
            yield np.array(((vector.x, vector.y),))
            return
    for chain in chains:
        yield chain if is_straight else refined(chain, is_closed=is_closed)


def _made(vector: Vector, chains: list[Points], is_straight: bool) -> Vector | None:
    """Return a shape like ``vector`` of other chains; ``None`` if nothing is left of it."""
    if isinstance(vector, Keypoints):
        places = zip(vector.nodes, chains[0].tolist(), strict=True)
        nodes = [KeypointNode(n.id, x, y, n.extra) for n, (x, y) in places if not isnan(x)]
        return Keypoints(tuple(nodes)) if nodes else None
    if not is_straight:
        chains = [chain[~np.isnan(chain[:, 0])] for chain in chains]
    match vector:
        case Point():
            return Point(*chains[0][0].tolist()) if len(chains[0]) else None
        case Box():
            outlines = tuple(chain for chain in chains if len(chain) > 2)
            return Box(outlines) if outlines else None
        case Polyline():
            line = chains[0] if is_straight else simplified(chains[0], is_closed=False)
            return Polyline(line) if len(line) > 1 else None
        case Polygon():
            rings = chains if is_straight else [simplified(ring, is_closed=True) for ring in chains]
            if len(rings[0]) < 3:
                return None
            return Polygon(rings[0], [ring for ring in rings[1:] if len(ring) > 2])
